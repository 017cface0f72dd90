package ai.robutler.mcp;

import ai.robutler.core.Deadline;
import ai.robutler.outbound.OutboundClient;
import ai.robutler.outbound.OutboundException;
import ai.robutler.outbound.OutboundRequest;
import ai.robutler.outbound.OutboundStream;
import ai.robutler.outbound.Timeouts;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Requests to one server over HTTP, with what proves to it who we are. All go through the guard of
 * {@code outbound}; redirects are not followed. Thread-safe.
 *
 * @param tokens of this server for us; empty where it needs none
 * @param userToken the token of the user whose connection this is; "" for a connection of all
 */
record ClientWeb(
        OutboundClient outbound,
        ClientEndpoint.Url endpoint,
        Optional<ClientTokens> tokens,
        String userToken,
        Duration connect) {
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration LEAST = Duration.ofMillis(1);

    /**
     * Sends it and waits for the head of the answer, whose status is neither 401 nor 403.
     *
     * @param body empty for none
     * @throws ClientException if there is no answer, or the server does not let us in
     */
    OutboundStream open(
            String method,
            String url,
            byte[] body,
            Map<String, String> headers,
            Deadline deadline) {
        String bearer = bearer(deadline);
        OutboundStream first = send(method, url, body, headers, bearer, deadline);
        if (first.status() == 401 && tokens.isPresent() && userToken.isEmpty()) {
            first.close();
            tokens.get().refused(bearer);
            first = send(method, url, body, headers, bearer(deadline), deadline);
        }
        if (first.status() == 401 || first.status() == 403) {
            first.close();
            throw new ClientException.Denied(
                    userToken.isEmpty()
                            ? "the server does not let us in (status " + first.status() + ")"
                            : "the server does not take the user's token (status "
                                    + first.status()
                                    + ")");
        }
        return first;
    }

    private String bearer(Deadline deadline) {
        return userToken.isEmpty() ? tokens.map(had -> had.token(deadline)).orElse("") : userToken;
    }

    private OutboundStream send(
            String method,
            String url,
            byte[] body,
            Map<String, String> headers,
            String bearer,
            Deadline deadline) {
        var request = OutboundRequest.of(method, url).body(body);
        for (var header : endpoint.headers().entrySet()) {
            request = request.header(header.getKey(), header.getValue());
        }
        for (var header : headers.entrySet()) {
            request = request.header(header.getKey(), header.getValue());
        }
        if (!bearer.isEmpty()) {
            request = request.header("Authorization", "Bearer " + bearer);
        }
        Duration left = deadline.remaining();
        Duration total = left.compareTo(LEAST) < 0 ? LEAST : left.compareTo(DAY) > 0 ? DAY : left;
        Duration reach = connect.compareTo(total) < 0 ? connect : total;
        try {
            return outbound.open(
                    request.timeouts(new Timeouts(reach, total, total, total)), deadline);
        } catch (OutboundException e) {
            throw failed(e);
        }
    }

    /** What may be told of it. */
    static ClientException failed(OutboundException e) {
        return switch (e) {
            case OutboundException.Refused refused ->
                    new ClientException.Denied(
                            refused.safeMessage()
                                    + "; outbound.allow in the configuration opens more");
            case OutboundException.TimedOut late ->
                    new ClientException.TimedOut(late.safeMessage());
            case OutboundException.TooLarge large ->
                    new ClientException.Malformed(large.safeMessage());
            case OutboundException.Busy busy -> new ClientException.Lost(busy.safeMessage(), e);
            case OutboundException.Unreachable away ->
                    new ClientException.Lost(away.safeMessage(), e);
            case OutboundException.BadAnswer bad -> new ClientException.Lost(bad.safeMessage(), e);
        };
    }

    /** Whether both URLs have one scheme, host and port. */
    static boolean sameOrigin(String one, String other) {
        try {
            URI a = URI.create(one);
            URI b = URI.create(other);
            return sameHost(one, other)
                    && String.valueOf(a.getScheme()).equalsIgnoreCase(b.getScheme())
                    && port(a) == port(b);
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    static boolean sameHost(String one, String other) {
        try {
            String host = URI.create(one).getHost();
            return host != null && host.equalsIgnoreCase(URI.create(other).getHost());
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private static int port(URI uri) {
        if (uri.getPort() >= 0) {
            return uri.getPort();
        }
        return "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
    }

    @Override
    public String toString() {
        return endpoint.toString();
    }
}
