package ai.robutler.outbound;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server on loopback that reads a request and then does with the socket what the test says. */
final class RawServer implements AutoCloseable {
    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *([0-9]+)\r\n");

    /** What is done once a request has been read; the connection is closed when it returns. */
    interface Behaviour {
        void handle(String request, Socket socket) throws IOException, InterruptedException;
    }

    private final ServerSocket listener;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    RawServer(Behaviour behaviour) {
        this(plain(), behaviour);
    }

    RawServer(ServerSocket listener, Behaviour behaviour) {
        this.listener = listener;
        Thread.ofVirtual().name("raw-server").start(() -> accept(behaviour));
    }

    static RawServer answering(String answer) {
        return new RawServer(
                (_, socket) -> socket.getOutputStream().write(answer.getBytes(ISO_8859_1)));
    }

    private static ServerSocket plain() {
        try {
            return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(Behaviour behaviour) {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                open.add(socket);
                Thread.ofVirtual().name("raw-connection").start(() -> serve(socket, behaviour));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket socket, Behaviour behaviour) {
        try (socket) {
            String request = read(socket.getInputStream());
            if (!request.isEmpty()) {
                requests.add(request);
                behaviour.handle(request, socket);
            }
        } catch (IOException | InterruptedException e) {
            // The client went away, or did not like what it saw: the test sees it there.
        } finally {
            open.remove(socket);
        }
    }

    private static String read(InputStream in) throws IOException {
        var bytes = new ByteArrayOutputStream();
        int left = -1;
        while (left != 0) {
            int b = in.read();
            if (b < 0) {
                return "";
            }
            bytes.write(b);
            if (left > 0) {
                left--;
            } else if (b == '\n' && bytes.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
                Matcher length = LENGTH.matcher(bytes.toString(ISO_8859_1));
                left = length.find() ? Integer.parseInt(length.group(1)) : 0;
            }
        }
        return bytes.toString(ISO_8859_1);
    }

    int port() {
        return listener.getLocalPort();
    }

    String url(String path) {
        return "http://127.0.0.1:" + port() + path;
    }

    /** The requests so far, head and body. */
    List<String> requests() {
        return requests;
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
