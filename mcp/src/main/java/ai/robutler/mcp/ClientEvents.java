package ai.robutler.mcp;

import ai.robutler.outbound.OutboundStream;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Optional;

/** The events of a {@code text/event-stream}, none longer than a limit. For one thread. */
final class ClientEvents {
    /**
     * An event.
     *
     * @param data its lines, joined; "" for an event that only has an id
     */
    record Event(String name, String data) {}

    private final OutboundStream stream;
    private final int limit;
    private final ArrayDeque<Event> ready = new ArrayDeque<>();
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final StringBuilder data = new StringBuilder();
    private boolean hasData;
    private boolean returned;
    private String name = "";
    private String lastId = "";
    private int retryMillis = 1_000;

    ClientEvents(OutboundStream stream, int limit) {
        this.stream = stream;
        this.limit = limit;
    }

    /** Where a broken stream may be taken up again, "" if nowhere. */
    String lastId() {
        return lastId;
    }

    /** After what time it may be, as the server says. */
    int retryMillis() {
        return retryMillis;
    }

    /**
     * The next event; empty at the end of the stream.
     *
     * @throws ClientException.Malformed if it is too long
     */
    Optional<Event> next() {
        while (ready.isEmpty()) {
            Optional<byte[]> bytes = stream.read();
            if (bytes.isEmpty()) {
                return Optional.empty();
            }
            for (byte b : bytes.get()) {
                accept(b);
            }
        }
        return Optional.of(ready.pop());
    }

    private void accept(byte b) {
        if (b == '\n' && returned) {
            returned = false;
            return;
        }
        returned = b == '\r';
        if (b == '\n' || b == '\r') {
            endLine();
            return;
        }
        if (line.size() + data.length() >= limit) {
            throw new ClientException.Malformed("the server sent an event that is too long");
        }
        line.write(b);
    }

    private void endLine() {
        String text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        if (text.isEmpty()) {
            if (hasData) {
                ready.add(new Event(name.isEmpty() ? "message" : name, data.toString()));
            }
            data.setLength(0);
            hasData = false;
            name = "";
            return;
        }
        int colon = text.indexOf(':');
        String field = colon < 0 ? text : text.substring(0, colon);
        String value = colon < 0 ? "" : text.substring(colon + 1);
        set(field, value.startsWith(" ") ? value.substring(1) : value);
    }

    private void set(String field, String value) {
        switch (field) {
            case "data" -> {
                if (hasData) {
                    data.append('\n');
                }
                data.append(value);
                hasData = true;
            }
            case "event" -> name = value;
            case "id" -> lastId = value.matches("[ -~]{1,256}") ? value : lastId;
            case "retry" -> {
                if (value.matches("[0-9]{1,6}")) {
                    retryMillis = Integer.parseInt(value);
                }
            }
            default -> {
                // Comments, and fields that nobody knows.
            }
        }
    }
}
