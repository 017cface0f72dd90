package ai.robutler.server;

import ai.robutler.core.CancelledException;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where requests come in, on the event loops: takes their bodies, refuses what is malformed, too
 * large or too slow, and hands the rest over, each to a virtual thread of its own.
 */
final class Intake {
    private static final Logger LOG = LoggerFactory.getLogger(Intake.class);

    private final Options options;
    private final Vertx vertx;
    private final Router router;
    private final Metrics metrics;
    private final Inflight inflight;
    private final Cors cors;
    private final Links links;
    private volatile boolean draining;

    Intake(
            Options options,
            Vertx vertx,
            Router router,
            Metrics metrics,
            Inflight inflight,
            Links links) {
        this.options = options;
        this.vertx = vertx;
        this.router = router;
        this.metrics = metrics;
        this.inflight = inflight;
        this.cors = new Cors(options.corsOrigins());
        this.links = links;
    }

    /** From now on, connections are closed after the answer that they wait for. */
    void drain() {
        draining = true;
    }

    void accept(HttpServerRequest request) {
        new Arrival(request, wire(request), options, vertx, this).begin();
    }

    /** A request that is no HTTP, or has too large a head. */
    void acceptInvalid(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        var arrival = new Arrival(request, wire(request), options, vertx, this);
        if (cause instanceof TooLongHttpLineException) {
            arrival.refuse(
                    Errors.protocol(414, "uri_too_long", "The URL of the request is too long."));
        } else if (cause instanceof TooLongHttpHeaderException) {
            arrival.refuse(
                    Errors.protocol(
                            431,
                            "headers_too_large",
                            "The headers of the request are larger than "
                                    + options.maxHeaderBytes()
                                    + " bytes."));
        } else {
            arrival.refuse(
                    Errors.protocol(400, "malformed_http", "The request is not valid HTTP."));
        }
    }

    private Wire wire(HttpServerRequest request) {
        return new Wire(request, Connection.of(request.connection()), options.slowReaderTimeout());
    }

    Map<String, String> commonHeaders(RequestHead head, String id, HttpVersion version) {
        var headers = new LinkedHashMap<String, String>();
        headers.put(RequestIds.HEADER, id);
        headers.put("Date", HttpDate.now());
        headers.put("X-Content-Type-Options", "nosniff");
        headers.putAll(cors.headers(head));
        if (draining && version != HttpVersion.HTTP_2) {
            headers.put("Connection", "close");
        }
        return headers;
    }

    /** A request is here completely. */
    void dispatch(HttpServerRequest request, Wire wire, String id, byte[] body) {
        RequestHead head = new VertxHead(request);
        String query = request.query() == null ? "" : request.query();
        var exchange =
                new Exchange(
                        head,
                        query,
                        body,
                        id,
                        wire,
                        options.authenticator(),
                        options.callersRequired(),
                        commonHeaders(head, id, request.version()),
                        asked -> options.challenge().parameters(asked, links.server(asked)));
        inflight.enter();
        metrics.httpBegun();
        Thread thread = Thread.ofVirtual().name("request-" + id).start(() -> answer(exchange));
        wire.presence().attach(thread);
    }

    private void answer(Exchange exchange) {
        try {
            router.answer(exchange);
        } catch (Throwable e) {
            fail(exchange, e);
        } finally {
            exchange.wire().presence().settle();
            finish(exchange);
        }
    }

    /** Tells the client what it may know, and the log what the client may not. */
    private static void fail(Exchange exchange, Throwable thrown) {
        if (!(thrown instanceof CancelledException && exchange.wire().presence().isGone())) {
            Errors.log(LOG, exchange.id(), thrown);
        }
        exchange.fail(thrown);
    }

    private void finish(Exchange exchange) {
        long nanos = System.nanoTime() - exchange.begun();
        metrics.httpEnded(exchange.head().method(), exchange.route(), exchange.status(), nanos);
        inflight.leave();
        AccessLog.log(
                exchange.head(),
                exchange.id(),
                exchange.route(),
                exchange.agent(),
                exchange.status(),
                nanos);
    }

    /** A request was refused before it was here completely. */
    void refused(RequestHead head, String id, int status, long nanos) {
        metrics.httpRefused(head.method(), status, nanos);
        AccessLog.log(head, id, "refused", "", status, nanos);
    }
}
