package ai.robutler.mcp;

import ai.robutler.core.CancelledException;
import ai.robutler.core.Deadline;
import ai.robutler.core.Json;
import ai.robutler.core.JsonSyntaxException;
import ai.robutler.outbound.OutboundClient;
import ai.robutler.outbound.OutboundException;
import ai.robutler.outbound.OutboundRequest;
import ai.robutler.outbound.OutboundResponse;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Access tokens for a server, had by client credentials (OAuth 2.1, RFC 8707) and kept until they
 * expire. Where the token endpoint is not configured, metadata tells it (RFC 9728, RFC 8414).
 * Thread-safe.
 */
final class ClientTokens {
    private static final Duration EARLY = Duration.ofSeconds(30);
    private static final Duration LONGEST = Duration.ofHours(12);
    private static final Duration STANDARD = Duration.ofMinutes(5);
    private static final int MOST_BYTES = 256 << 10;

    private record Token(String value, Deadline until) {}

    private final OutboundClient outbound;
    private final String resource;
    private final ClientCredentials credentials;
    private final ReentrantLock asking = new ReentrantLock();
    private volatile @Nullable Token token;

    /**
     * @param resource the server's URL
     */
    ClientTokens(OutboundClient outbound, String resource, ClientCredentials credentials) {
        this.outbound = outbound;
        this.resource = resource;
        this.credentials = credentials;
    }

    /**
     * A token that is good now.
     *
     * @throws ClientException.Denied if none is to be had
     */
    String token(Deadline deadline) {
        Token kept = token;
        if (kept != null && !kept.until().hasPassed()) {
            return kept.value();
        }
        try {
            if (!asking.tryLock(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
                throw new ClientException.TimedOut("no access token was to be had in time");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new CancelledException("interrupted while waiting for an access token");
        }
        try {
            Token meanwhile = token;
            if (meanwhile == null || meanwhile.until().hasPassed()) {
                meanwhile = fetch(deadline);
                token = meanwhile;
            }
            return meanwhile.value();
        } finally {
            asking.unlock();
        }
    }

    /** A token that the server did not take is not used again. */
    void refused(String value) {
        Token kept = token;
        if (kept != null && kept.value().equals(value)) {
            token = null;
        }
    }

    private Token fetch(Deadline deadline) {
        String form = "grant_type=client_credentials&resource=" + encoded(resource);
        if (!credentials.scope().isEmpty()) {
            form += "&scope=" + encoded(credentials.scope());
        }
        String basic = encoded(credentials.id()) + ":" + encoded(credentials.secret());
        var request =
                OutboundRequest.post(
                                endpoint(deadline),
                                "application/x-www-form-urlencoded",
                                form.getBytes(StandardCharsets.UTF_8))
                        .header("Accept", "application/json")
                        .header(
                                "Authorization",
                                "Basic "
                                        + Base64.getEncoder()
                                                .encodeToString(
                                                        basic.getBytes(StandardCharsets.UTF_8)));
        ObjectNode answer = read(request, deadline, "the token endpoint");
        String value = answer.path("access_token").asString("");
        String type = answer.path("token_type").asString("Bearer");
        if (!value.matches("[!-~]{1,16384}") || !type.equalsIgnoreCase("bearer")) {
            throw new ClientException.Denied("the token endpoint gave no bearer token");
        }
        Duration life =
                answer.path("expires_in").isNumber()
                        ? Duration.ofSeconds(
                                Math.clamp(
                                        answer.path("expires_in").longValue(),
                                        0,
                                        LONGEST.toSeconds()))
                        : STANDARD;
        return new Token(value, Deadline.after(life.minus(EARLY)));
    }

    private String endpoint(Deadline deadline) {
        if (!credentials.tokenUrl().isEmpty()) {
            return credentials.tokenUrl();
        }
        String issuer = credentials.issuer();
        if (issuer.isEmpty()) {
            issuer = issuerOfServer(deadline);
        }
        for (String at : List.of("oauth-authorization-server", "openid-configuration")) {
            ObjectNode metadata = metadata(wellKnown(issuer, at), deadline);
            String endpoint = metadata.path("token_endpoint").asString("");
            if (!endpoint.isEmpty() && metadata.path("issuer").asString("").equals(issuer)) {
                return endpoint;
            }
        }
        throw new ClientException.Denied(
                "the metadata of the issuer names no token endpoint; configure token-url");
    }

    private String issuerOfServer(Deadline deadline) {
        JsonNode named =
                metadata(wellKnown(resource, "oauth-protected-resource"), deadline)
                        .path("authorization_servers")
                        .path(0);
        if (named.isMissingNode()) {
            String root = URI.create(resource).resolve("/").toString();
            named =
                    metadata(wellKnown(root, "oauth-protected-resource"), deadline)
                            .path("authorization_servers")
                            .path(0);
        }
        String issuer = named.asString("");
        if (issuer.isEmpty()) {
            throw new ClientException.Denied(
                    "the server does not say who issues its tokens; configure token-url or issuer");
        }
        if (!ClientWeb.sameHost(issuer, resource)) {
            throw new ClientException.Denied(
                    "the server names an issuer on another host; if it is right, configure it as"
                            + " issuer");
        }
        return issuer;
    }

    /** The well-known segment stands between the host and the path (RFC 8414, 3.1). */
    private static String wellKnown(String url, String what) {
        try {
            URI uri = URI.create(url);
            String path = uri.getRawPath() == null ? "" : uri.getRawPath();
            String below = path.equals("/") ? "" : path;
            return uri.getScheme() + "://" + uri.getRawAuthority() + "/.well-known/" + what + below;
        } catch (IllegalArgumentException _) {
            throw new ClientException.Denied("the metadata names what is no URL");
        }
    }

    /** Empty where there is none. */
    private ObjectNode metadata(String url, Deadline deadline) {
        try {
            return read(
                    OutboundRequest.get(url).header("Accept", "application/json"),
                    deadline,
                    "the metadata");
        } catch (ClientException.Denied _) {
            return Json.object();
        }
    }

    private ObjectNode read(OutboundRequest request, Deadline deadline, String what) {
        try {
            OutboundResponse response = outbound.call(request.atMost(MOST_BYTES), deadline);
            if (!response.ok()) {
                throw new ClientException.Denied(
                        what + " answered with status " + response.status());
            }
            return Json.parseObject(response.body());
        } catch (OutboundException e) {
            throw ClientWeb.failed(e);
        } catch (JsonSyntaxException _) {
            throw new ClientException.Denied(what + " is no JSON object");
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
