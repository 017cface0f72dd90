package ai.robutler.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** What was read from a connection and not used yet. For one thread. */
final class ReadBuffer {

    /** More than this is not read ahead. */
    private static final int MOST_AHEAD = 256 * 1024;

    private final InputStream in;
    private byte[] bytes = new byte[8 * 1024];
    private int position;
    private int limit;

    ReadBuffer(InputStream in) {
        this.in = in;
    }

    /** Waits for more bytes without using any; false at the end of the stream. */
    boolean readAhead() throws IOException {
        if (position > 0) {
            System.arraycopy(bytes, position, bytes, 0, limit - position);
            limit -= position;
            position = 0;
        }
        if (limit == bytes.length) {
            bytes = Arrays.copyOf(bytes, bytes.length * 2);
        }
        int count = in.read(bytes, limit, bytes.length - limit);
        if (count < 0) {
            return false;
        }
        limit += count;
        return true;
    }

    boolean full() {
        return limit - position >= MOST_AHEAD;
    }

    boolean empty() {
        return position == limit;
    }

    /** A line without its end, of at most so many bytes. */
    String line(int most) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (true) {
            int next = next();
            if (next == '\n') {
                String text = line.toString(ISO_8859_1);
                return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
            }
            if (line.size() >= most) {
                throw new BadHttp(431, "the request line and headers are too long");
            }
            line.write(next);
        }
    }

    void copy(long count, ByteArrayOutputStream to) throws IOException {
        long left = count;
        while (left > 0) {
            if (empty()) {
                more();
            }
            int part = (int) Math.min(left, limit - position);
            to.write(bytes, position, part);
            position += part;
            left -= part;
        }
    }

    private int next() throws IOException {
        if (empty()) {
            more();
        }
        return bytes[position++];
    }

    private void more() throws IOException {
        if (!readAhead()) {
            throw new EOFException("the connection ended within a request");
        }
    }
}
