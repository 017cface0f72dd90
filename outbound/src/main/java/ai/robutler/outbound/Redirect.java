package ai.robutler.outbound;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import java.util.Set;

/** The request that follows from an answer that points elsewhere. */
final class Redirect {
    private static final Set<Integer> STATUSES = Set.of(301, 302, 303, 307, 308);

    private Redirect() {}

    static boolean is(int status) {
        return STATUSES.contains(status);
    }

    /**
     * @param from where the answer came from
     * @param to where it points to, already judged by the policy
     * @throws OutboundException.BadAnswer if what it asks for would weaken or give away something
     */
    static OutboundRequest next(OutboundRequest request, int status, Target from, Target to) {
        if (from.tls() && !to.tls()) {
            throw new OutboundException.BadAnswer(
                    from.origin() + " redirects from https to http", null);
        }
        boolean sameOrigin = from.origin().equals(to.origin());
        boolean get =
                (status == 303 && !request.method().equals("HEAD"))
                        || ((status == 301 || status == 302) && request.method().equals("POST"));
        if (!sameOrigin && !get && request.body().length > 0) {
            throw new OutboundException.BadAnswer(
                    from.origin() + " redirects a request with a body to another origin", null);
        }
        Map<String, String> headers =
                sameOrigin ? request.headers() : HeaderRules.harmless(request.headers());
        return new OutboundRequest(
                get ? "GET" : request.method(),
                to.url(),
                get ? HeaderRules.withoutBody(headers) : headers,
                get ? new byte[0] : request.body(),
                request.timeouts(),
                request.limit(),
                request.redirects() - 1);
    }

    /**
     * The URL that a Location means. What is made of it here decides nothing: the policy reads the
     * outcome again.
     */
    static String url(Target from, String location) {
        int hash = location.indexOf('#');
        String wanted = hash < 0 ? location : location.substring(0, hash);
        if (wanted.matches("(?i)https?://.*")) {
            return wanted;
        }
        try {
            return new URI(from.url()).resolve(new URI(wanted)).toString();
        } catch (URISyntaxException e) {
            throw new OutboundException.BadAnswer(
                    from.origin() + " redirects to what is not a URL", null);
        }
    }
}
