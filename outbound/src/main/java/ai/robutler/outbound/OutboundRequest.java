package ai.robutler.outbound;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A request to an address that came from outside. Immutable; the {@code with}-like methods give
 * changed copies.
 *
 * @param method GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS
 * @param url as it came; {@link AddressPolicy} judges it when the request is sent
 * @param headers without those that the client sets itself, such as Host and Content-Length
 * @param body empty for none
 * @param timeouts phase by phase
 * @param limit how many bytes the answer's body may have in {@link OutboundClient#call}
 * @param redirects how many redirects are followed
 */
public record OutboundRequest(
        String method,
        String url,
        Map<String, String> headers,
        byte[] body,
        Timeouts timeouts,
        int limit,
        int redirects) {
    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
    private static final int MEGABYTE = 1 << 20;
    private static final int MOST_REDIRECTS = 10;

    /**
     * @throws IllegalArgumentException if a header contains a line break or another character that
     *     cannot go out, or is the client's own; or for another method, limit or number of
     *     redirects than allowed
     */
    public OutboundRequest {
        if (!METHODS.contains(method)) {
            throw new IllegalArgumentException("the method must be one of " + METHODS);
        }
        if (limit < 0 || redirects < 0 || redirects > MOST_REDIRECTS) {
            throw new IllegalArgumentException(
                    "the limit must not be negative, the redirects 0 to " + MOST_REDIRECTS);
        }
        headers = Collections.unmodifiableMap(HeaderRules.checked(headers));
        body = body.clone();
    }

    /** A request without a body, of at most 1 MB of answer and no redirects. */
    public static OutboundRequest of(String method, String url) {
        return new OutboundRequest(
                method, url, Map.of(), new byte[0], Timeouts.DEFAULT, MEGABYTE, 0);
    }

    public static OutboundRequest get(String url) {
        return of("GET", url);
    }

    public static OutboundRequest post(String url, String contentType, byte[] body) {
        return of("POST", url).header("Content-Type", contentType).body(body);
    }

    /** With this header, in place of one of the same name. */
    public OutboundRequest header(String name, String value) {
        var more = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        more.putAll(headers);
        more.remove(name);
        more.put(name, value);
        return new OutboundRequest(method, url, more, body, timeouts, limit, redirects);
    }

    public OutboundRequest body(byte[] bytes) {
        return new OutboundRequest(method, url, headers, bytes, timeouts, limit, redirects);
    }

    public OutboundRequest timeouts(Timeouts bounds) {
        return new OutboundRequest(method, url, headers, body, bounds, limit, redirects);
    }

    /** With this long for the whole call. */
    public OutboundRequest within(Duration total) {
        return timeouts(timeouts.within(total));
    }

    /** With at most so many bytes of answer. */
    public OutboundRequest atMost(int bytes) {
        return new OutboundRequest(method, url, headers, body, timeouts, bytes, redirects);
    }

    /**
     * Following up to so many redirects. Each hop is checked like the first URL; from https to http
     * none leads; to another origin goes no body, and of the headers only Accept, Accept-Language,
     * User-Agent, X-Request-ID and Traceparent.
     */
    public OutboundRequest following(int hops) {
        return new OutboundRequest(method, url, headers, body, timeouts, limit, hops);
    }

    @Override
    public byte[] body() {
        return body.clone();
    }

    /** Whether a Content-Length belongs to it, though it be 0. */
    boolean hasBody() {
        return body.length > 0 || Set.of("POST", "PUT", "PATCH").contains(method);
    }

    /** Without the URL's path, the headers and the body: they may hold secrets. */
    @Override
    public String toString() {
        return "OutboundRequest[" + method + ", " + body.length + " bytes]";
    }
}
