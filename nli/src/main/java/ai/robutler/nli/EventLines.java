package ai.robutler.nli;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Bytes in, the data of server-sent events out, wherever the bytes were split. For one thread.
 *
 * <p>Source of the format: WHATWG HTML, "Interpreting an event stream". An event that the end of
 * the stream left without its empty line counts, too.
 */
final class EventLines {
    private final int limit;
    private final Deque<String> events = new ArrayDeque<>();
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final StringBuilder data = new StringBuilder();
    private boolean hasData;
    private boolean afterCr;

    /**
     * @param limit the greatest length of one event
     */
    EventLines(int limit) {
        this.limit = limit;
    }

    /**
     * @throws TooLong if an event grows beyond the limit
     */
    void feed(byte[] bytes) {
        for (byte b : bytes) {
            boolean secondHalf = afterCr && b == '\n';
            afterCr = b == '\r';
            if (secondHalf) {
                continue;
            }
            if (b == '\n' || b == '\r') {
                endLine();
            } else {
                line.write(b);
                if (line.size() + data.length() > limit) {
                    throw new TooLong();
                }
            }
        }
    }

    /** The next event that is there whole. */
    Optional<String> next() {
        return Optional.ofNullable(events.poll());
    }

    /** The bytes have ended. */
    void end() {
        endLine();
        endEvent();
    }

    private void endLine() {
        if (line.size() == 0) {
            endEvent();
            return;
        }
        String text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        if (text.startsWith("data:") || text.equals("data")) {
            String value = text.length() < 5 ? "" : text.substring(5);
            data.append(hasData ? "\n" : "")
                    .append(value.startsWith(" ") ? value.substring(1) : value);
            hasData = true;
        }
    }

    private void endEvent() {
        if (hasData) {
            events.add(data.toString());
        }
        data.setLength(0);
        hasData = false;
    }

    /** An event is longer than is read here. */
    static final class TooLong extends RuntimeException {}
}
