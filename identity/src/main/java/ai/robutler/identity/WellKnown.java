package ai.robutler.identity;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.robutler.core.EndpointReply;
import ai.robutler.core.HttpEndpoint;
import ai.robutler.core.RunContext;

import java.util.Map;

/** What this server tells everybody about itself: the public keys of its tokens. */
public final class WellKnown {
    /** Shorter than a new key waits before it signs. */
    private static final String CACHE = "public, max-age=300";

    private final SigningKeys keys;

    WellKnown(SigningKeys keys) {
        this.keys = keys;
    }

    @HttpEndpoint(path = "/jwks.json", description = "The public keys of this server's tokens.")
    public EndpointReply jwks(RunContext context) {
        return jwks(keys, context);
    }

    static EndpointReply jwks(SigningKeys keys, RunContext context) {
        String json = keys.jwks().toString();
        String tag = "\"" + Sha256.hex(json).substring(0, 32) + "\"";
        var headers = Map.of("Cache-Control", CACHE, "ETag", tag);
        boolean isKnown = context.header("If-None-Match").map(tag::equals).orElse(false);
        return isKnown
                ? new EndpointReply(304, "", new byte[0], headers)
                : new EndpointReply(200, "application/json", json.getBytes(UTF_8), headers);
    }
}
