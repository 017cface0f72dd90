package ai.robutler.mcp;

import ai.robutler.core.Caller;

import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Whose requests are taken at all: no web page may reach a server through its visitor's browser.
 *
 * <p>A page that has its own name resolved to this machine (DNS rebinding) sends that name as the
 * {@code Host}. So a host must be known: the public URL's, a configured one, this machine's or an
 * IP address. Callers with credentials may use any: no such page has them. A page's {@code Origin}
 * must be configured, or be that of the host itself.
 *
 * <p>Source: Model Context Protocol, "Streamable HTTP", "Security".
 */
final class ServedGuard {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Pattern ADDRESS =
            Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-f:.]+]");

    private final Set<String> hosts = new HashSet<>();
    private final Set<String> origins = new HashSet<>();

    ServedGuard(McpApiSettings settings) {
        settings.hosts().forEach(host -> hosts.add(host.toLowerCase(Locale.ROOT)));
        settings.origins().forEach(origin -> origins.add(origin.toLowerCase(Locale.ROOT)));
        if (!settings.publicUrl().isEmpty()) {
            URI url = URI.create(settings.publicUrl());
            hosts.add(url.getHost().toLowerCase(Locale.ROOT));
            origins.add((url.getScheme() + "://" + url.getAuthority()).toLowerCase(Locale.ROOT));
        }
    }

    /**
     * @throws ServedError if it may be a page's request (403)
     */
    void check(ServedHttp http) {
        Optional<String> authority =
                http.header("Host")
                        .or(() -> http.header(":authority"))
                        .map(text -> text.toLowerCase(Locale.ROOT));
        String host = authority.map(ServedGuard::name).orElse("");
        boolean isKnown =
                LOOPBACK.contains(host) || hosts.contains(host) || ADDRESS.matcher(host).matches();
        if (!isKnown && http.context().caller() instanceof Caller.Anonymous) {
            throw forbidden(
                    "The Host of this request is none that this server is known by: an operator"
                            + " adds it as server.public-url or to mcp.hosts.");
        }
        http.header("Origin")
                .map(text -> text.toLowerCase(Locale.ROOT))
                .filter(origin -> !isOwn(origin, authority.orElse(""), host))
                .ifPresent(
                        _ -> {
                            throw forbidden(
                                    "Pages of this Origin may not call here: an operator adds it to"
                                            + " mcp.origins.");
                        });
    }

    private boolean isOwn(String origin, String authority, String host) {
        if (origins.contains(origin)) {
            return true;
        }
        int scheme = origin.indexOf("://");
        if (scheme < 0) {
            return false;
        }
        String theirs = origin.substring(scheme + 3);
        boolean isLocal = LOOPBACK.contains(host) && LOOPBACK.contains(name(theirs));
        return isLocal || (!authority.isEmpty() && theirs.equals(authority));
    }

    /** Without the port. */
    private static String name(String authority) {
        int colon = authority.lastIndexOf(':');
        return colon > authority.lastIndexOf(']') ? authority.substring(0, colon) : authority;
    }

    private static ServedError forbidden(String why) {
        return ServedError.http(403, ServedError.INVALID_REQUEST, why);
    }

    /**
     * @throws ServedError if the client does not take both forms of an answer (406), or sends
     *     something other than JSON (415)
     */
    static void requireForms(ServedHttp http) {
        String accept = http.header("Accept").orElse("").toLowerCase(Locale.ROOT);
        if (!takes(accept, "application/json") || !takes(accept, "text/event-stream")) {
            throw ServedError.http(
                    406,
                    ServedError.INVALID_REQUEST,
                    "Accept must list application/json and text/event-stream.");
        }
        String type = http.header("Content-Type").orElse("").toLowerCase(Locale.ROOT);
        if (!type.split(";", 2)[0].strip().equals("application/json")) {
            throw ServedError.http(
                    415, ServedError.INVALID_REQUEST, "Content-Type must be application/json.");
        }
    }

    /** Whether a header {@code Accept} takes a media type. */
    static boolean takes(String accept, String type) {
        return List.of(accept.split(",")).stream()
                .map(each -> each.split(";", 2)[0].strip())
                .anyMatch(
                        range ->
                                range.equals(type)
                                        || range.equals("*/*")
                                        || range.equals(type.split("/")[0] + "/*"));
    }

    static ServedError methodNotAllowed() {
        return ServedError.http(
                        405, ServedError.INVALID_REQUEST, "This endpoint answers POST only.")
                .withHeaders(Map.of("Allow", "POST, OPTIONS"));
    }
}
