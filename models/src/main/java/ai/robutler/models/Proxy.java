package ai.robutler.models;

import ai.robutler.core.Settings;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * An HTTP proxy on the way to a provider: plain requests are passed on by it, TLS goes through a
 * tunnel.
 *
 * @param user "" where it wants none
 * @param password never to be shown, nor the user
 */
record Proxy(String host, int port, String user, String password) {
    private static final String SETTING = "proxy";
    private static final int USUAL_PORT = 80;

    /** YAML's off is false. */
    private static final Set<String> NONE = Set.of("none", "", "off", "false");

    /**
     * The one that the provider's settings name, or else the environment: {@code HTTPS_PROXY} or
     * {@code HTTP_PROXY} by the scheme of the target, unless {@code NO_PROXY} has the target or it
     * is on this machine. Variables in lower case win, as they do elsewhere.
     *
     * @param ready whether the provider is going to be called; what the environment says to other
     *     programs is no problem of a provider that is not
     */
    static Optional<Proxy> of(Settings settings, URI target, boolean ready) {
        if (!settings.value(SETTING).isMissingNode()) {
            String text = settings.text(SETTING, "none").strip();
            return NONE.contains(text) ? Optional.empty() : parsed(settings, text, "must be");
        }
        String variable = target.getScheme().toUpperCase(Locale.ROOT) + "_PROXY";
        String text = environment(settings, variable);
        return !ready
                        || text.isEmpty()
                        || DirectHosts.of(environment(settings, "NO_PROXY")).has(target)
                ? Optional.empty()
                : parsed(settings, text, "comes from " + variable + " and must be");
    }

    private static String environment(Settings settings, String variable) {
        String lower = settings.environment(variable.toLowerCase(Locale.ROOT)).strip();
        return lower.isEmpty() ? settings.environment(variable).strip() : lower;
    }

    private static Optional<Proxy> parsed(Settings settings, String text, String must) {
        Optional<Proxy> proxy = parse(text);
        if (proxy.isEmpty()) {
            // Without the text: it may hold a password.
            settings.problem(
                    SETTING,
                    must
                            + " the address of an HTTP proxy, such as http://proxy.example.com:3128"
                            + " or http://user:password@proxy.example.com:3128, or none");
        }
        return proxy;
    }

    static Optional<Proxy> parse(String text) {
        try {
            var url = new URI(text.contains("://") ? text : "http://" + text);
            boolean bare =
                    url.getRawQuery() == null
                            && url.getRawFragment() == null
                            && (url.getRawPath().isEmpty() || url.getRawPath().equals("/"));
            if (!"http".equalsIgnoreCase(url.getScheme()) || url.getHost() == null || !bare) {
                return Optional.empty();
            }
            String who = url.getRawUserInfo() == null ? "" : url.getRawUserInfo();
            int colon = who.indexOf(':');
            return Optional.of(
                    new Proxy(
                            url.getHost(),
                            url.getPort() < 0 ? USUAL_PORT : url.getPort(),
                            decoded(colon < 0 ? who : who.substring(0, colon)),
                            decoded(colon < 0 ? "" : who.substring(colon + 1))));
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "Proxy[" + host + ":" + port + "]";
    }
}
