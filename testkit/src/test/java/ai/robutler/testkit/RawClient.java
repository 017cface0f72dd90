package ai.robutler.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Arrays;

/** A client that sees every byte. */
final class RawClient implements AutoCloseable {

    private static final int MOST = 10_000_000;

    private final Socket socket;
    private final InputStream in;

    RawClient(ScriptedProvider provider) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), provider.port());
        socket.setSoTimeout((int) Client.PATIENCE.toMillis());
        in = socket.getInputStream();
    }

    RawClient call(String more) throws IOException {
        return post(Client.body(more));
    }

    RawClient post(String body) throws IOException {
        return send(
                "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                        .formatted(body.getBytes(UTF_8).length, body));
    }

    RawClient send(String bytes) throws IOException {
        socket.getOutputStream().write(bytes.getBytes(UTF_8));
        socket.getOutputStream().flush();
        return this;
    }

    /** Everything up to and with this text, or to the end of the connection. */
    String readTo(String mark) throws IOException {
        byte[] wanted = mark.getBytes(UTF_8);
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        byte[] tail = new byte[wanted.length];
        for (int next = in.read(); next >= 0; next = in.read()) {
            read.write(next);
            System.arraycopy(tail, 1, tail, 0, tail.length - 1);
            tail[tail.length - 1] = (byte) next;
            if (Arrays.equals(tail, wanted)) {
                break;
            }
            if (read.size() > MOST) {
                throw new AssertionError("'" + mark + "' does not come within " + MOST + " bytes");
            }
        }
        return read.toString(UTF_8);
    }

    String head() throws IOException {
        return readTo("\r\n\r\n");
    }

    /** Everything to the end of the connection; a reset throws. */
    String rest() throws IOException {
        return new String(in.readAllBytes(), UTF_8);
    }

    int readWithin(int milliseconds) throws IOException {
        socket.setSoTimeout(milliseconds);
        return in.read();
    }

    void leave() throws IOException {
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
