package ai.robutler.mcp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Lines of a stream, none longer than a limit in memory. For one thread. */
final class StdioLines {
    private static final int ENDS = 512;

    /**
     * A line.
     *
     * @param length in bytes
     * @param whole whether {@code text} is all of it; else it is its beginning and its end
     */
    record Line(String text, long length, boolean whole) {}

    private final InputStream in;
    private final int limit;
    private final byte[] buffer = new byte[16 << 10];
    private int at;
    private int filled;

    StdioLines(InputStream in, int limit) {
        this.in = in;
        this.limit = limit;
    }

    /** The next line, without its end; empty at the end of the stream. */
    Optional<Line> next() throws IOException {
        var line = new ByteArrayOutputStream();
        byte[] tail = new byte[0];
        long length = 0;
        while (true) {
            if (at == filled) {
                filled = in.read(buffer);
                at = 0;
                if (filled <= 0) {
                    filled = 0;
                    return length == 0 ? Optional.empty() : Optional.of(line(line, tail, length));
                }
            }
            int end = at;
            while (end < filled && buffer[end] != '\n') {
                end++;
            }
            int some = end - at;
            length += some;
            if (length <= limit) {
                line.write(buffer, at, some);
            } else {
                if (tail.length == 0 && line.size() > ENDS) {
                    line = first(line);
                }
                tail = last(tail, at, some);
            }
            at = end;
            if (at < filled) {
                at++;
                return Optional.of(line(line, tail, length));
            }
        }
    }

    private static ByteArrayOutputStream first(ByteArrayOutputStream line) {
        var first = new ByteArrayOutputStream();
        first.write(line.toByteArray(), 0, ENDS);
        return first;
    }

    private byte[] last(byte[] tail, int from, int some) {
        var joined = new ByteArrayOutputStream();
        joined.writeBytes(tail);
        joined.write(buffer, from, some);
        byte[] all = joined.toByteArray();
        return all.length <= ENDS
                ? all
                : java.util.Arrays.copyOfRange(all, all.length - ENDS, all.length);
    }

    private Line line(ByteArrayOutputStream line, byte[] tail, long length) {
        line.writeBytes(tail);
        return new Line(line.toString(StandardCharsets.UTF_8), length, length <= limit);
    }
}
