package ai.robutler.nli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server of somebody else's: keeps every byte that arrives, and answers as a test says. */
final class Stranger implements AutoCloseable {
    private static final Pattern LENGTH = Pattern.compile("(?i)content-length: *([0-9]+)");

    /** What it does with a request. */
    @FunctionalInterface
    interface Manner {
        void answer(String request, OutputStream out) throws IOException;
    }

    private static final Manner SILENCE = (_, _) -> {};

    final List<String> requests = new CopyOnWriteArrayList<>();
    final CountDownLatch left = new CountDownLatch(1);
    final CountDownLatch came = new CountDownLatch(1);
    private final ServerSocket socket;
    private final Manner manner;

    Stranger(Manner manner) throws IOException {
        this.manner = manner;
        this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name("stranger").start(this::accept);
    }

    /** One that answers this and closes. */
    static Stranger answering(String raw) throws IOException {
        return new Stranger((_, out) -> out.write(raw.getBytes(StandardCharsets.UTF_8)));
    }

    static Stranger answering(int status, String more, String body) throws IOException {
        return answering(http(status, more, body));
    }

    static String http(int status, String more, String body) {
        return "HTTP/1.1 "
                + status
                + " X\r\nContent-Type: application/json\r\nConnection: close\r\n"
                + more
                + "Content-Length: "
                + body.getBytes(StandardCharsets.UTF_8).length
                + "\r\n\r\n"
                + body;
    }

    static String text(String text) {
        return http(
                200,
                "",
                "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\""
                        + text
                        + "\"},\"finish_reason\":\"stop\"}]}");
    }

    /** One that takes requests and says nothing. */
    static Stranger silent() throws IOException {
        return new Stranger(SILENCE);
    }

    String url() {
        return "http://127.0.0.1:" + socket.getLocalPort();
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket peer = socket.accept();
                Thread.ofVirtual().name("stranger-call").start(() -> serve(peer));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket peer) {
        try (peer) {
            InputStream in = peer.getInputStream();
            String request = read(in);
            requests.add(request);
            came.countDown();
            OutputStream out = peer.getOutputStream();
            manner.answer(request, out);
            out.flush();
            if (manner.equals(SILENCE)) {
                while (in.read() >= 0) {}
                left.countDown();
            }
        } catch (IOException e) {
            left.countDown();
        }
    }

    private static String read(InputStream in) throws IOException {
        var bytes = new ByteArrayOutputStream();
        int wanted = -1;
        for (int b = in.read(); b >= 0; b = in.read()) {
            bytes.write(b);
            String text = wanted < 0 ? bytes.toString(StandardCharsets.UTF_8) : "";
            int head = text.indexOf("\r\n\r\n");
            if (head >= 0) {
                Matcher length = LENGTH.matcher(text);
                wanted = head + 4 + (length.find() ? Integer.parseInt(length.group(1)) : 0);
            }
            if (wanted >= 0 && bytes.size() >= wanted) {
                break;
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
