package ai.robutler.discovery;

import ai.robutler.core.InvalidRequestException;
import ai.robutler.outbound.AddressPolicy;
import ai.robutler.outbound.Verdict;

import java.net.URI;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Where an agent is, in one form: two spellings of one place are the same text. There is no query,
 * and nothing in the path that a server could read in two ways.
 */
record AgentUrl(String text) {
    private static final int LONGEST = 500;
    private static final Pattern PATH =
            Pattern.compile("(/(?!\\.{1,2}(/|$))[A-Za-z0-9._~@-]+)*");

    /**
     * @throws InvalidRequestException if it is none, or leads where this server does not call
     */
    static AgentUrl of(String url, AddressPolicy policy) {
        if (url.isEmpty() || url.length() > LONGEST) {
            throw wrong("must be a URL of at most " + LONGEST + " characters.");
        }
        switch (policy.check(url)) {
            case Verdict.Refused refused ->
                    throw wrong("cannot be listed: " + refused.safeMessage() + ".");
            case Verdict.Allowed _ -> {
                // It is strict: from here on java.net.URI reads the same.
            }
        }
        return of(url);
    }

    /** Of an operator's own URL. */
    static AgentUrl of(String url) {
        try {
            URI uri = URI.create(url);
            String path = trimmed(uri.getRawPath());
            if (uri.getHost() != null && uri.getRawQuery() == null && PATH.matcher(path).matches()) {
                return new AgentUrl(origin(uri) + path);
            }
        } catch (IllegalArgumentException e) {
            // Said below.
        }
        throw wrong(
                "must be like https://example.com/agents/weather: without a query, with a path of"
                        + " letters, digits, '.', '_', '~', '@' and '-'.");
    }

    private static String trimmed(String path) {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    /** Scheme, host, and the port where it is not the scheme's own. */
    private static String origin(URI uri) {
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        int standard = scheme.equals("https") ? 443 : 80;
        boolean plain = uri.getPort() < 0 || uri.getPort() == standard;
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        String undotted = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        return scheme + "://" + undotted + (plain ? "" : ":" + uri.getPort());
    }

    String origin() {
        return origin(URI.create(text));
    }

    private static InvalidRequestException wrong(String what) {
        return InvalidRequestException.of("url", "url " + what);
    }
}
