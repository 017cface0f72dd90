package ai.robutler.models;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * An HTTP proxy on this machine that takes every name for one port of this machine. One request a
 * connection, a tunnel or a plain one.
 */
final class TinyProxy implements AutoCloseable {
    private final int target;
    private final String refusal;
    private final ServerSocket listener;
    private final Queue<String> heads = new ConcurrentLinkedQueue<>();
    private final Queue<Socket> open = new ConcurrentLinkedQueue<>();

    private TinyProxy(int target, String refusal) throws IOException {
        this.target = target;
        this.refusal = refusal;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name("proxy").start(this::accept);
    }

    static TinyProxy to(int target) throws IOException {
        return new TinyProxy(target, "");
    }

    /** One that answers everything with this status line. */
    static TinyProxy refusing(String status) throws IOException {
        return new TinyProxy(0, status);
    }

    String url(String userInfo) {
        return "http://" + userInfo + "127.0.0.1:" + listener.getLocalPort();
    }

    /** The heads of the requests so far. */
    List<String> heads() {
        return List.copyOf(heads);
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                open.add(client);
                Thread.ofVirtual().name("proxied").start(() -> serve(client));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void serve(Socket client) {
        try (client) {
            String head = head(client.getInputStream());
            heads.add(head);
            if (!refusal.isEmpty()) {
                answer(client, refusal + "\r\nContent-Length: 0\r\n\r\n");
                return;
            }
            try (var server = new Socket(InetAddress.getLoopbackAddress(), target)) {
                open.add(server);
                if (head.startsWith("CONNECT ")) {
                    answer(client, "HTTP/1.1 200 Connection established\r\n\r\n");
                } else {
                    answer(server, plain(head));
                }
                Thread.ofVirtual().name("up").start(() -> copy(client, server));
                copy(server, client);
            }
        } catch (IOException e) {
            // Either side has left: so does this one.
        }
    }

    private static String head(InputStream in) throws IOException {
        var head = new ByteArrayOutputStream();
        while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("no request");
            }
            head.write(next);
        }
        return head.toString(ISO_8859_1);
    }

    /** The request as the server itself would get it, and the last of its connection. */
    private static String plain(String head) {
        String[] line = head.substring(0, head.indexOf('\r')).split(" ");
        String path = URI.create(line[1]).getRawPath();
        return line[0]
                + " "
                + path
                + " "
                + line[2]
                + "\r\nConnection: close"
                + head.substring(head.indexOf('\r')).replaceAll("(?i)\r\nproxy-[^\r]*", "");
    }

    private static void answer(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    private static void copy(Socket from, Socket to) {
        try (from;
                to) {
            OutputStream out = to.getOutputStream();
            from.getInputStream().transferTo(out);
        } catch (IOException e) {
            // Either side has left: so does this one.
        }
    }

    /** What a head has for a header, "" for nothing. */
    static String header(String head, String name) {
        return head.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst()
                .orElse("");
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
