package ai.robutler.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.charset.StandardCharsets;

/** A client that speaks HTTP byte by byte, for what no decent client does. */
final class Raw implements AutoCloseable {
    private final Socket socket = new Socket();

    Raw(RobutlerServer server) throws IOException {
        this(server, 64 << 10);
    }

    Raw(RobutlerServer server, int receiveBuffer) throws IOException {
        socket.setReceiveBufferSize(receiveBuffer);
        socket.setSoTimeout(15_000);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
    }

    Raw send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
        return this;
    }

    /** The head of a POST for an answer of the agent {@code echo}, with these further headers. */
    Raw postHead(String... headers) throws IOException {
        send("POST /echo/chat/completions HTTP/1.1\r\nHost: test\r\n");
        for (String header : headers) {
            send(header + "\r\n");
        }
        return send("\r\n");
    }

    /** A POST of JSON, complete. */
    Raw post(String path, String json) throws IOException {
        return send(
                "POST "
                        + path
                        + " HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\n"
                        + "Content-Length: "
                        + json.getBytes(StandardCharsets.UTF_8).length
                        + "\r\n\r\n"
                        + json);
    }

    /** Everything up to and including this text. */
    String readUntil(String end) throws IOException {
        var text = new StringBuilder();
        InputStream in = socket.getInputStream();
        while (text.indexOf(end) < 0) {
            int octet = in.read();
            if (octet < 0) {
                throw new IOException("the server closed the connection after: " + text);
            }
            text.append((char) octet);
        }
        return text.toString();
    }

    /** So many bytes, one character each. */
    String readBytes(int count) throws IOException {
        return new String(socket.getInputStream().readNBytes(count), StandardCharsets.ISO_8859_1);
    }

    /** A whole answer with a Content-Length. */
    String readAnswer() throws IOException {
        String head = readUntil("\r\n\r\n");
        String length = head.replaceAll("(?is).*\r\ncontent-length: (\\d+)\r\n.*", "$1");
        return head
                + new String(
                        socket.getInputStream().readNBytes(Integer.parseInt(length)),
                        StandardCharsets.UTF_8);
    }

    /** Everything until the server closes. */
    String readAll() throws IOException {
        var all = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        while (true) {
            int count;
            try {
                count = socket.getInputStream().read(buffer);
            } catch (SocketTimeoutException e) {
                throw new IOException("the server did not close; it sent: " + all, e);
            } catch (IOException e) {
                count = -1; // A reset is an end, too.
            }
            if (count < 0) {
                return all.toString(StandardCharsets.UTF_8);
            }
            all.write(buffer, 0, count);
        }
    }

    /** Goes away with a reset instead of an end. */
    void reset() throws IOException {
        socket.setOption(StandardSocketOptions.SO_LINGER, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
