package ai.robutler.mcp;

import ai.robutler.core.AuthenticationException;
import ai.robutler.core.Json;
import ai.robutler.core.TokenSigner;

import tools.jackson.databind.node.ObjectNode;

import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a client has answered so far, call by call: since 2026-07-28 it brings all of it along
 * itself. What it brings of earlier rounds is signed here, for this caller and this call alone.
 *
 * <p>Source: Model Context Protocol 2026-07-28, "Multi Round-Trip Requests".
 */
final class ServedAnswers {
    private static final String TYPE = "mcp-state+jwt";
    private static final long LIFE_S = 600;
    private static final int LARGEST = 64 << 10;

    private final TokenSigner signer;
    private final InstantSource clock;
    private final ServedCall call;
    private final ObjectNode earlier;
    private final ObjectNode now;
    private final Map<String, ServedAsk> open = new LinkedHashMap<>();
    private final ObjectNode used = Json.object();

    /**
     * @throws ServedError if the state is not what was given to this caller for this call
     */
    ServedAnswers(TokenSigner signer, InstantSource clock, ServedCall call) {
        this.signer = signer;
        this.clock = clock;
        this.call = call;
        boolean applies = call.client().isModern();
        this.earlier = applies ? state(call.request()) : Json.object();
        this.now = applies ? call.request().object("inputResponses") : Json.object();
    }

    private ObjectNode state(ServedMessage.Request request) {
        if (!request.params().has("requestState")) {
            return Json.object();
        }
        try {
            ObjectNode claims = signer.verify(TYPE, audience(), request.text("requestState"));
            if (claims.path("answers") instanceof ObjectNode answers) {
                return answers;
            }
        } catch (AuthenticationException e) {
            // Told below: forged, too old, or somebody else's.
        }
        throw ServedError.invalidParams("Invalid params: this requestState is not good here");
    }

    /** Nobody else's, and no other call's. */
    private String audience() {
        ServedMessage.Request request = call.request();
        ObjectNode what = Json.object();
        what.set("name", request.params().path("name"));
        what.set("uri", request.params().path("uri"));
        what.set("arguments", request.params().path("arguments"));
        what.put("subject", call.context().caller().subject());
        what.put("method", request.method()).put("agent", call.agent().name());
        return "mcp:" + ServedSessions.key(Json.write(what));
    }

    /** Those that are there, and have the form that was asked for; the others are asked for. */
    synchronized Map<String, ObjectNode> of(Map<String, ServedAsk> asks) {
        var given = new LinkedHashMap<String, ObjectNode>();
        asks.forEach(
                (name, ask) -> {
                    var answer = now.has(name) ? now.path(name) : earlier.path(name);
                    if (answer instanceof ObjectNode object && ask.fits(object)) {
                        given.put(name, object);
                        used.set(name, object);
                    } else {
                        open.put(name, ask);
                    }
                });
        return given;
    }

    /** What the client is asked before there is a result; empty where there is nothing. */
    synchronized Optional<ObjectNode> required() {
        if (open.isEmpty()) {
            return Optional.empty();
        }
        ObjectNode result = Json.object().put("resultType", "input_required");
        ObjectNode requests = result.putObject("inputRequests");
        open.forEach(
                (name, ask) -> {
                    ObjectNode request = requests.putObject(name).put("method", ask.method());
                    request.set("params", ask.params());
                });
        long seconds = clock.instant().getEpochSecond();
        ObjectNode claims =
                Json.object()
                        .put("aud", audience())
                        .put("iat", seconds)
                        .put("exp", seconds + LIFE_S);
        claims.set("answers", used);
        if (Json.write(used).length() > LARGEST) {
            throw ServedError.invalidParams("Invalid params: these answers are too large");
        }
        return Optional.of(result.put("requestState", signer.sign(TYPE, claims)));
    }
}
