package ai.robutler.mcp;

import ai.robutler.core.CancelledException;
import ai.robutler.core.Deadline;
import ai.robutler.core.Json;
import ai.robutler.core.JsonSyntaxException;
import ai.robutler.outbound.OutboundException;
import ai.robutler.outbound.OutboundStream;

import tools.jackson.databind.node.ObjectNode;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The transport of revision 2024-11-05: one stream of events brings all that the server says, and
 * what we say is posted to the address that its first event names.
 */
final class ClientSse implements ClientTransport {
    private static final int LONGEST_MESSAGE = 16 << 20;
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration ASIDE = Duration.ofSeconds(2);

    private final String name;
    private final ClientWeb web;
    private final Listener listener;
    private final ClientPending pending = new ClientPending();
    private final CompletableFuture<String> posts = new CompletableFuture<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private final Thread reader;

    private ClientSse(String name, ClientWeb web, Listener listener) {
        this.name = name;
        this.web = web;
        this.listener = listener;
        this.reader = Thread.ofVirtual().name("mcp-" + name + "-sse").unstarted(this::read);
    }

    /**
     * Opens the stream and waits for the address.
     *
     * @throws ClientException if it does not come in time
     */
    static ClientSse open(String name, ClientWeb web, Listener listener, Deadline deadline) {
        var transport = new ClientSse(name, web, listener);
        transport.reader.start();
        boolean open = false;
        try {
            String _ =
                    transport.posts.get(
                            Math.max(0, deadline.remaining().toNanos()), TimeUnit.NANOSECONDS);
            open = true;
            return transport;
        } catch (TimeoutException _) {
            throw new ClientException.TimedOut("the server did not say where to post to");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new CancelledException("interrupted while connecting to an MCP server");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof ClientException known
                    ? known
                    : new ClientException.Lost("the connection to the server failed", e);
        } finally {
            if (!open) {
                transport.close();
            }
        }
    }

    @Override
    public void speak(Revision revision) {
        // This transport says it only in the handshake.
    }

    @Override
    public ClientMessage.Answer ask(ClientRequest request, Deadline deadline) {
        return pending.ask(request, deadline, () -> tell(request.json(), deadline));
    }

    @Override
    public void tell(ObjectNode message, Deadline deadline) {
        try (OutboundStream reply =
                web.open(
                        "POST",
                        posts.join(),
                        Json.writeBytes(message),
                        Map.of("Content-Type", "application/json"),
                        deadline)) {
            if (reply.status() == 404) {
                throw new ClientException.SessionGone();
            }
            if (reply.status() < 200 || reply.status() > 299) {
                throw new ClientException.Unsupported(reply.status());
            }
        } catch (OutboundException e) {
            throw ClientWeb.failed(e);
        }
    }

    private void read() {
        String why = "the server closed its stream";
        try (OutboundStream stream =
                web.open(
                        "GET",
                        web.endpoint().url(),
                        new byte[0],
                        Map.of("Accept", "text/event-stream"),
                        Deadline.after(DAY))) {
            if (stream.status() != 200) {
                throw new ClientException.Unsupported(stream.status());
            }
            read(new ClientEvents(stream, LONGEST_MESSAGE));
        } catch (ClientException e) {
            posts.completeExceptionally(e);
            why = e.words();
        } catch (OutboundException e) {
            ClientException failed = ClientWeb.failed(e);
            posts.completeExceptionally(failed);
            why = failed.words();
        } catch (CancelledException _) {
            why = "the connection was closed";
        } finally {
            posts.completeExceptionally(new ClientException.Lost(why));
            end(why, true);
        }
    }

    private void read(ClientEvents events) {
        var flood = new ClientFlood();
        var garbage = new ClientGarbage(name);
        for (var event = events.next(); event.isPresent(); event = events.next()) {
            if (event.get().name().equals("endpoint")) {
                posts.complete(address(event.get().data()));
            } else if (!accept(event.get().data(), garbage)
                    && flood.isFlooded(event.get().data().length())) {
                throw new ClientException.Malformed("the server floods us with messages");
            }
        }
    }

    /** It must be the server's own: what we post there may hold secrets. */
    private String address(String given) {
        try {
            String url = URI.create(web.endpoint().url()).resolve(given.strip()).toString();
            if (ClientWeb.sameOrigin(url, web.endpoint().url())) {
                return url;
            }
        } catch (IllegalArgumentException _) {
            // Told below.
        }
        throw new ClientException.Malformed("the server wants its messages elsewhere");
    }

    private boolean accept(String data, ClientGarbage garbage) {
        ClientMessage message;
        try {
            message = ClientMessage.of(Json.parseObject(data));
        } catch (JsonSyntaxException | ClientException.Malformed _) {
            garbage.came(data);
            return false;
        }
        return switch (message) {
            case ClientMessage.Answer answer -> pending.answered(answer);
            case ClientMessage.Call call -> {
                answer(call, garbage);
                yield false;
            }
            case ClientMessage.Notification told -> {
                pending.about(told)
                        .ifPresentOrElse(
                                request -> request.heard().accept(told),
                                () -> listener.heard(told));
                yield false;
            }
        };
    }

    private void answer(ClientMessage.Call call, ClientGarbage garbage) {
        try {
            tell(call.reply(), Deadline.after(ASIDE));
        } catch (ClientException e) {
            garbage.came("the answer to its " + call.method() + " was not taken: " + e.words());
        }
    }

    private void end(String why, boolean told) {
        if (over.compareAndSet(false, true)) {
            pending.end(why);
            if (told && posts.isDone() && !posts.isCompletedExceptionally()) {
                listener.lost(why);
            }
        }
    }

    @Override
    public void close() {
        end("the connection was closed", false);
        reader.interrupt();
    }
}
