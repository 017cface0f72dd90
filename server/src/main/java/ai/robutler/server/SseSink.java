package ai.robutler.server;

import ai.robutler.core.ApiException;
import ai.robutler.core.ChatChunk;
import ai.robutler.core.ChunkSink;
import ai.robutler.core.Json;

import io.vertx.core.buffer.Buffer;

import tools.jackson.databind.JsonNode;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** A run's chunks as server-sent events; a failure before the first is still an ordinary error. */
final class SseSink implements ChunkSink {
    private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BREAK = "\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final String DONE = "data: [DONE]\n\n";

    private final Recording recording;
    private final EventWire events;

    SseSink(EventWire events, Recording recording) {
        this.events = events;
        this.recording = recording;
    }

    @Override
    public void send(ChatChunk chunk) {
        Buffer event = event(chunk.json());
        recording.piece(event);
        events.write(event);
    }

    @Override
    public void progress(String text, boolean first) {
        events.comment(text, first);
    }

    /** The good end. */
    void complete() {
        Buffer done = Buffer.buffer(DONE);
        recording.piece(done);
        recording.completed();
        events.end(done);
    }

    /**
     * The end by a failure: a last event, if there was one before.
     *
     * @return whether the client was told; if not, nothing has been sent yet
     */
    boolean fail(ApiException failure) {
        if (events.endUnbegun()) {
            return false;
        }
        Buffer error = event(Errors.json(failure));
        recording.piece(error);
        recording.failed();
        events.end(error);
        return true;
    }

    private static Buffer event(JsonNode json) {
        Buffer buffer = Buffer.buffer(512).appendBytes(DATA);
        Json.mapper().writeValue(new BufferOutput(buffer), json);
        return buffer.appendBytes(BREAK);
    }

    private static final class BufferOutput extends OutputStream {
        private final Buffer buffer;

        BufferOutput(Buffer buffer) {
            this.buffer = buffer;
        }

        @Override
        public void write(int octet) {
            buffer.appendByte((byte) octet);
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            buffer.appendBytes(bytes, from, length);
        }
    }
}
