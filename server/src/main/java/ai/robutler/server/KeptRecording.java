package ai.robutler.server;

import ai.robutler.core.AnswerLog;
import ai.robutler.core.Interrupts;
import ai.robutler.core.RecordedAnswer;

import io.vertx.core.buffer.Buffer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** An answer that is kept for those who ask for it again, if it is not too large. */
final class KeptRecording implements Recording {
    private static final Logger LOG = LoggerFactory.getLogger(KeptRecording.class);
    private static final int MOST_BYTES = 4 << 20;

    private final Exchange exchange;
    private final AnswerLog.Mine claim;
    private final ByteArrayOutputStream pieces = new ByteArrayOutputStream();
    private boolean tooLarge;
    private boolean settled;

    KeptRecording(Exchange exchange, AnswerLog.Mine claim) {
        this.exchange = exchange;
        this.claim = claim;
    }

    @Override
    public void completed(Reply reply) {
        if (reply.body().length > MOST_BYTES) {
            settle(claim::tooLarge);
        } else {
            settle(() -> claim.keep(recorded(reply)));
        }
    }

    @Override
    public void failed(Reply error) {
        settle(() -> claim.pass(recorded(error)));
    }

    @Override
    public void piece(Buffer piece) {
        if (tooLarge || pieces.size() + piece.length() > MOST_BYTES) {
            tooLarge = true;
            pieces.reset();
        } else {
            pieces.writeBytes(piece.getBytes());
        }
    }

    @Override
    public void completed() {
        if (tooLarge) {
            settle(claim::tooLarge);
        } else {
            settle(() -> claim.keep(stream()));
        }
    }

    @Override
    public void failed() {
        if (!tooLarge) {
            settle(() -> claim.pass(stream()));
        }
    }

    @Override
    public void close() {
        settle(claim::abandon);
    }

    /** Once, and even if the client leaves meanwhile; the answer itself does not wait for a log. */
    private void settle(Runnable how) {
        if (settled) {
            return;
        }
        settled = true;
        try {
            Interrupts.heldBack(how);
        } catch (RuntimeException e) {
            LOG.warn("request {}: its answer cannot be kept", exchange.id(), e);
        }
    }

    private RecordedAnswer recorded(Reply reply) {
        return recorded(reply.status(), reply.contentType(), reply.headers(), reply.body());
    }

    private RecordedAnswer stream() {
        return recorded(200, EventWire.CONTENT_TYPE, EventWire.HEADERS, pieces.toByteArray());
    }

    private RecordedAnswer recorded(
            int status, String contentType, Map<String, String> own, byte[] body) {
        var headers = new LinkedHashMap<>(exchange.runHeaders());
        headers.putAll(own);
        return new RecordedAnswer(
                status, contentType, headers, new String(body, StandardCharsets.UTF_8));
    }
}
