package ai.robutler.server;

import ai.robutler.core.EndpointReply;
import ai.robutler.core.EventSink;

import io.vertx.core.buffer.Buffer;

/** Events of an endpoint on their way to its client. */
final class EndpointEvents implements EventSink {
    /** A comment without words. */
    private static final Buffer NOTHING = Buffer.buffer(":\n\n");

    private final EventWire wire;

    EndpointEvents(EventWire wire) {
        this.wire = wire;
    }

    /** Has the answer written; returns when it is complete. */
    static void answer(EventWire wire, EndpointReply.Events events) {
        try {
            events.write(new EndpointEvents(wire));
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        wire.end(Buffer.buffer());
    }

    @Override
    public void begin() {
        wire.write(NOTHING);
    }

    @Override
    public void event(String name, String id, String data) {
        var text = new StringBuilder(data.length() + 32);
        field(text, "event", name);
        field(text, "id", id);
        data.lines().forEach(line -> text.append("data: ").append(line).append('\n'));
        if (data.isEmpty()) {
            text.append("data:\n");
        }
        wire.write(Buffer.buffer(text.append('\n').toString()));
    }

    private static void field(StringBuilder text, String field, String value) {
        if (value.isEmpty()) {
            return;
        }
        if (value.chars().anyMatch(c -> c == '\n' || c == '\r' || c == 0)) {
            throw new IllegalArgumentException("the " + field + " of an event is one line");
        }
        text.append(field).append(": ").append(value).append('\n');
    }
}
