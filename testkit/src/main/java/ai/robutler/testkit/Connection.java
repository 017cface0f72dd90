package ai.robutler.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One connection of a client. Its thread reads all the time, while an answer is written by another:
 * so a client that leaves is noticed at once, even when there is nothing to write.
 */
final class Connection implements Runnable {

    private static final Duration LAST_WRITE = Duration.ofSeconds(1);
    private static final int SHORT_WAIT_MILLIS = 10;
    private static final long MOST_SKIPPED = 1024 * 1024;

    private final int number;
    private final Socket socket;
    private final Router router;
    private final Consumer<Violation> violations;
    private volatile @Nullable ReceivedRequest current;
    private volatile @Nullable Thread writer;
    private volatile boolean closing;

    Connection(int number, Socket socket, Router router, Consumer<Violation> violations) {
        this.number = number;
        this.socket = socket;
        this.router = router;
        this.violations = violations;
    }

    @Override
    public void run() {
        try (socket) {
            serve();
        } catch (IOException e) {
            // The client left between two requests, or the provider was closed: nobody is waiting.
        }
    }

    private void serve() throws IOException {
        try {
            ReadBuffer in = new ReadBuffer(socket.getInputStream());
            RequestReader reader = new RequestReader(in, socket.getOutputStream());
            Optional<RawRequest> next = reader.next();
            while (next.isPresent() && answer(next.get(), in)) {
                next = reader.next();
            }
        } catch (BadHttp bad) {
            refuse(bad);
        }
    }

    /** Ends what is going on; the answer under way, if any, counts as ended by the provider. */
    void close() {
        closing = true;
        ReceivedRequest request = current;
        if (request != null) {
            request.end(Outcome.PROVIDER_CLOSED);
        }
        stop();
    }

    private boolean answer(RawRequest raw, ReadBuffer in) {
        ReceivedRequest request = new ReceivedRequest(raw, number);
        current = request;
        Supplier<Router.Answer> answer = router.accept(request);
        Thread writing =
                Thread.ofVirtual()
                        .name("scripted-provider-write-" + number)
                        .unstarted(() -> write(request, answer));
        writer = writing;
        writing.start();
        if (closing) {
            close();
        }
        watch(request, writing, in);
        return !socket.isClosed();
    }

    /** Reads until the answer is written; what comes belongs to the next request. */
    private void watch(ReceivedRequest request, Thread writing, ReadBuffer in) {
        try {
            while (request.outcome() == Outcome.PENDING && !in.full()) {
                if (!stays(in)) {
                    gone(request, writing);
                    return;
                }
            }
            writing.join();
        } catch (IOException e) {
            gone(request, writing);
        } catch (InterruptedException e) {
            stop();
        }
    }

    /**
     * Waits for bytes; false when the client is gone. When a part of the next request is there
     * already, no more may come before it is answered: then the wait is short, for the answer under
     * way may end meanwhile.
     */
    private boolean stays(ReadBuffer in) throws IOException {
        socket.setSoTimeout(in.empty() ? 0 : SHORT_WAIT_MILLIS);
        try {
            return in.readAhead();
        } catch (SocketTimeoutException e) {
            return true;
        } finally {
            socket.setSoTimeout(0);
        }
    }

    private void gone(ReceivedRequest request, Thread writing) {
        try {
            if (request.isFinishing()) {
                writing.join(LAST_WRITE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        request.end(Outcome.CLIENT_GONE);
        stop();
    }

    private void stop() {
        Thread writing = writer;
        if (writing != null) {
            writing.interrupt();
        }
        closeSocket();
    }

    private void write(ReceivedRequest request, Supplier<Router.Answer> answer) {
        try {
            if (!new Exchange(request, socket, made(request, answer)).run()) {
                closeSocket();
            }
        } catch (IOException | InterruptedException e) {
            // Whoever closed the connection has noted why; if nobody has, the client is gone.
            request.end(Outcome.CLIENT_GONE);
            closeSocket();
        }
    }

    /** A function of the test's that throws is the test's fault: its test has to learn of it. */
    private Router.Answer made(ReceivedRequest request, Supplier<Router.Answer> answer) {
        try {
            return answer.get();
        } catch (RuntimeException | Error e) {
            String message = "the function given to always(...) has thrown " + e;
            if (!request.ended()) {
                violations.accept(new Violation(request.number(), "", "script_failed", message));
            }
            return Router.Answer.plain(
                    new OpenAiDialect().error(Reply.error(500, message).code("script_failed")));
        }
    }

    private void refuse(BadHttp bad) {
        String message = String.valueOf(bad.getMessage());
        violations.accept(new Violation(0, "", "bad_http", message));
        try {
            byte[] body = Json.bytes(OpenAiDialect.errorBody(Reply.error(bad.status(), message)));
            String head =
                    "HTTP/1.1 %d Refused\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
                            .formatted(bad.status(), body.length);
            socket.getOutputStream().write(head.getBytes(ISO_8859_1));
            socket.getOutputStream().write(body);
            // Bytes that nobody reads would reset the connection, and the client would not see why.
            socket.shutdownOutput();
            socket.setSoTimeout((int) LAST_WRITE.toMillis());
            socket.getInputStream().skipNBytes(MOST_SKIPPED);
        } catch (IOException e) {
            // The client left before it was told; the violation is noted.
        }
    }

    private void closeSocket() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException("a socket does not close", e);
        }
    }
}
