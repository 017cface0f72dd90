package ai.robutler.server;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;

import java.io.ByteArrayOutputStream;
import java.util.LinkedHashMap;

/** A request whose body is still arriving. On the connection's event loop only. */
final class Arrival {
    /** How long the rest of a refused body is read and thrown away, so that the answer is seen. */
    private static final long LINGER_MS = 2_000;

    private final HttpServerRequest request;
    private final Wire wire;
    private final Options options;
    private final Vertx vertx;
    private final Intake intake;
    private final RequestHead head;
    private final String id;
    private final long begun = System.nanoTime();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream(1024);
    private long timer = -1;
    private boolean over;

    Arrival(HttpServerRequest request, Wire wire, Options options, Vertx vertx, Intake intake) {
        this.request = request;
        this.wire = wire;
        this.options = options;
        this.vertx = vertx;
        this.intake = intake;
        this.head = new VertxHead(request);
        this.id = RequestIds.of(head);
    }

    void begin() {
        if (declaredLength() > options.maxBodyBytes()) {
            refuse(tooLarge());
            return;
        }
        if (head.header("Expect").filter("100-continue"::equalsIgnoreCase).isPresent()) {
            request.response().writeContinue();
        }
        timer = vertx.setTimer(options.slowSenderTimeout().toMillis(), _ -> tooSlow());
        request.handler(this::take);
        request.endHandler(_ -> complete());
        request.exceptionHandler(_ -> lost());
    }

    private long declaredLength() {
        try {
            return head.header("Content-Length").map(Long::parseLong).orElse(0L);
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }

    private void take(Buffer piece) {
        if (over) {
            return;
        }
        if (body.size() + piece.length() > options.maxBodyBytes()) {
            refuse(tooLarge());
        } else {
            body.writeBytes(piece.getBytes());
        }
    }

    private void complete() {
        if (settle()) {
            intake.dispatch(request, wire, id, body.toByteArray());
        }
    }

    private void lost() {
        if (settle()) {
            intake.refused(head, id, Exchange.CLIENT_GONE, System.nanoTime() - begun);
        }
    }

    private void tooSlow() {
        refuse(
                Errors.protocol(
                        408,
                        "request_timeout",
                        "The request did not arrive completely within "
                                + options.slowSenderTimeout().toSeconds()
                                + " s."));
    }

    private Reply tooLarge() {
        return Errors.protocol(
                413,
                "request_too_large",
                "The body of the request is larger than " + options.maxBodyBytes() + " bytes.");
    }

    /** Whether this is the first end of the arrival. */
    private boolean settle() {
        if (over) {
            return false;
        }
        over = true;
        vertx.cancelTimer(timer);
        return true;
    }

    /** Answers at once and ends the connection: what else comes on it cannot be understood. */
    void refuse(Reply reply) {
        if (!settle() || wire.presence().isGone()) {
            return;
        }
        var headers = new LinkedHashMap<>(intake.commonHeaders(head, id, request.version()));
        headers.putAll(reply.headers());
        boolean ownConnection = request.version() != HttpVersion.HTTP_2;
        if (ownConnection) {
            headers.put("Connection", "close");
        }
        wire.sendNow(new Reply(reply.status(), reply.contentType(), reply.body(), headers));
        intake.refused(head, id, reply.status(), System.nanoTime() - begun);
        request.handler(_ -> {});
        request.exceptionHandler(_ -> {});
        long cut = vertx.setTimer(LINGER_MS, _ -> wire.cut());
        request.endHandler(
                _ -> {
                    vertx.cancelTimer(cut);
                    if (ownConnection) {
                        request.connection().close();
                    }
                });
    }
}
