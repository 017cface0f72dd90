package ai.robutler.models;

import ai.robutler.core.ProviderException;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Bytes in, events out, wherever the bytes were split. Only whole events are looked into. For one
 * thread.
 *
 * <p>Source of the format: WHATWG HTML, "Interpreting an event stream". Unlike there, an event that
 * the end of the stream left without its empty line can be had too: {@link #rest()}.
 */
final class SseDecoder {
    private static final byte[] DATA = "data".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] EVENT = "event".getBytes(StandardCharsets.US_ASCII);

    private final String provider;
    private final int limit;
    private byte[] bytes = new byte[2048];
    private int start; // of the event
    private int line; // start of the line
    private int at; // looked at so far
    private int end;
    private boolean afterCr;
    private boolean first = true;

    /**
     * @param provider whose name stands in the message of a failure
     * @param limit the greatest length of one event, in bytes
     */
    SseDecoder(String provider, int limit) {
        this.provider = provider;
        this.limit = limit;
    }

    /**
     * Takes the next bytes. Take all events out before.
     *
     * @throws ProviderException.Transient if an event grows beyond the limit
     */
    void feed(byte[] more) {
        int pending = end - start;
        if (pending + more.length > bytes.length) {
            bytes = grown(pending, more.length);
        } else if (end + more.length > bytes.length) {
            System.arraycopy(bytes, start, bytes, 0, pending);
        } else {
            System.arraycopy(more, 0, bytes, end, more.length);
            end += more.length;
            return;
        }
        line -= start;
        at -= start;
        start = 0;
        System.arraycopy(more, 0, bytes, pending, more.length);
        end = pending + more.length;
    }

    private byte[] grown(int pending, int more) {
        byte[] larger = new byte[Math.max(2 * bytes.length, pending + more)];
        System.arraycopy(bytes, start, larger, 0, pending);
        return larger;
    }

    /** The next event that is there whole and has data. */
    Optional<SseEvent> next() {
        while (at < end) {
            byte b = bytes[at++];
            if (b == '\n' && afterCr) {
                // The second half of a CR LF that ended a line already.
                afterCr = false;
                if (line == start) {
                    start = at;
                }
                line = at;
                continue;
            }
            afterCr = b == '\r';
            if (b == '\n' || b == '\r') {
                boolean empty = line == at - 1;
                line = at;
                if (empty) {
                    Optional<SseEvent> event = event(start, at);
                    start = at;
                    if (event.isPresent()) {
                        return event;
                    }
                }
            }
        }
        if (end - start > limit) {
            throw ProviderException.failed(provider, "sent an event that is too long", null);
        }
        return Optional.empty();
    }

    /** What the end of the stream left without an empty line behind it. */
    Optional<SseEvent> rest() {
        Optional<SseEvent> event = event(start, end);
        start = end;
        line = end;
        return event;
    }

    /** How many bytes it holds room for. */
    int capacity() {
        return bytes.length;
    }

    private Optional<SseEvent> event(int from, int to) {
        if (first && to - from >= 3 && isBom(from)) {
            from += 3;
        }
        first = false;
        String type = "";
        var data = new ByteArrayOutputStream(0);
        boolean found = false;
        for (int at = from; at < to; ) {
            int eol = at;
            while (eol < to && bytes[eol] != '\n' && bytes[eol] != '\r') {
                eol++;
            }
            int colon = at;
            while (colon < eol && bytes[colon] != ':') {
                colon++;
            }
            int value = Math.min(colon + 1, eol);
            if (value < eol && bytes[value] == ' ') {
                value++;
            }
            if (Arrays.equals(bytes, at, colon, DATA, 0, DATA.length)) {
                if (found) {
                    data.write('\n');
                }
                found = true;
                data.write(bytes, value, eol - value);
            } else if (Arrays.equals(bytes, at, colon, EVENT, 0, EVENT.length)) {
                type = new String(bytes, value, eol - value, StandardCharsets.UTF_8);
            }
            at = eol + 1;
        }
        return found ? Optional.of(new SseEvent(type, data.toByteArray())) : Optional.empty();
    }

    private boolean isBom(int from) {
        return bytes[from] == (byte) 0xEF
                && bytes[from + 1] == (byte) 0xBB
                && bytes[from + 2] == (byte) 0xBF;
    }
}
