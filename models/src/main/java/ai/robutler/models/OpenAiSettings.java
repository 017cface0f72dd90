package ai.robutler.models;

import ai.robutler.core.Settings;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * How one provider is set up.
 *
 * @param ready whether it has a key, or needs none
 * @param query behind the path of every request, with its question mark; "" if there is none
 * @param key never to be shown; "" if there is none
 * @param callers whether the key is a caller's own
 * @param headers of every request, the key among them; never to be shown
 */
record OpenAiSettings(
        URI baseUrl,
        String query,
        String defaultModel,
        boolean ready,
        Timeouts timeouts,
        Attempts attempts,
        int connections,
        Optional<Proxy> proxy,
        String key,
        boolean callers,
        Map<String, String> headers) {
    private static final Pattern HEADER_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    private static final Pattern HEADER_VALUE = Pattern.compile("[\\t\\x20-\\x7e]*");

    /** These belong to the connection, not to the request. */
    private static final Set<String> OURS =
            Set.of("host", "content-length", "transfer-encoding", "connection", "content-type");

    private static final int CONNECTIONS = 1000;

    /** Where Azure has its keys. */
    private static final String API_KEY = "api-key";

    private static final Pattern VERSIONS = Pattern.compile("(\\?api-version=[^&]*)?");

    OpenAiSettings {
        headers = Collections.unmodifiableMap(caseless(headers));
    }

    static OpenAiSettings from(Settings settings, OpenAiDialect dialect) {
        String key = settings.text("api-key", dialect.keyVariable(), "").strip();
        URI usual = usual(settings, dialect);
        URI baseUrl = baseUrl(settings, usual, dialect.urlVariable());
        var headers = caseless(Map.of());
        headers.put("User-Agent", "robutler/" + version());
        put(headers, "Authorization", "Bearer ", settings, "api-key", key);
        dialect.headers().forEach((setting, header) -> put(headers, header, "", settings, setting));
        extra(settings.section("headers"), headers);
        boolean ready =
                headers.containsKey("Authorization")
                        || !baseUrl.equals(dialect.baseUrl())
                        || isPlaced(settings, dialect);
        return new OpenAiSettings(
                baseUrl,
                query(settings.section("query")),
                settings.text("default-model", dialect.defaultModel()),
                ready,
                Timeouts.from(settings.section("timeouts")),
                Attempts.of(settings.integer("attempts", 3, 1, 10)),
                settings.integer("connections", CONNECTIONS, 1, 100_000),
                Proxy.of(settings, baseUrl, ready),
                key,
                false,
                headers);
    }

    /**
     * The same place, asked with a key of a caller's in the place of ours. Nothing else that is
     * configured to be sent goes along, for it may prove who we are: other headers, the
     * organization, and values of the query but for the version of an interface.
     *
     * @return empty where the query has more than that, which the place may not do without
     */
    Optional<OpenAiSettings> withCallersKey(String own) {
        if (!VERSIONS.matcher(query).matches()) {
            return Optional.empty();
        }
        boolean apiKey = !headers.containsKey("Authorization") && headers.containsKey(API_KEY);
        Map<String, String> all = caseless(Map.of());
        all.put("User-Agent", headers.getOrDefault("User-Agent", "robutler"));
        all.put(apiKey ? API_KEY : "Authorization", apiKey ? own : "Bearer " + own);
        return Optional.of(
                new OpenAiSettings(
                        baseUrl,
                        query,
                        defaultModel,
                        true,
                        timeouts,
                        attempts,
                        connections,
                        proxy,
                        own,
                        true,
                        all));
    }

    /** What some gateways want in each address, such as Azure its {@code api-version}. */
    private static String query(Settings section) {
        var query = new StringBuilder();
        for (String name : section.keys()) {
            query.append(query.isEmpty() ? '?' : '&');
            query.append(encoded(name)).append('=').append(encoded(section.text(name, "")));
        }
        return query.toString();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static URI usual(Settings settings, OpenAiDialect dialect) {
        return dialect.access() == Access.HERE
                ? OllamaHost.url(settings, dialect.baseUrl())
                : dialect.baseUrl();
    }

    /**
     * Whether somebody has said that a provider without keys is there, be it where it usually is.
     */
    private static boolean isPlaced(Settings settings, OpenAiDialect dialect) {
        return switch (dialect.access()) {
            case KEY -> false;
            case HERE ->
                    !settings.keys().isEmpty()
                            || !settings.environment(OllamaHost.VARIABLE).isBlank()
                            || !settings.environment(dialect.urlVariable()).isBlank();
            case ADDRESS ->
                    settings.keys().contains("base-url")
                            || !settings.environment(dialect.urlVariable()).isBlank();
        };
    }

    static URI baseUrl(Settings settings, URI usual, String variable) {
        String text = settings.text("base-url", variable, usual.toString()).strip();
        try {
            var url = new URI(text.replaceAll("/+$", ""));
            boolean http =
                    "http".equalsIgnoreCase(url.getScheme())
                            || "https".equalsIgnoreCase(url.getScheme());
            if (http
                    && url.getHost() != null
                    && url.getRawUserInfo() == null
                    && url.getRawQuery() == null
                    && url.getRawFragment() == null) {
                return url;
            }
        } catch (URISyntaxException e) {
            // Told below, in the words of the setting.
        }
        settings.problem(
                "base-url",
                "must be the address of an API, such as "
                        + usual
                        + ", without user, query and fragment (it can also come from "
                        + variable
                        + ")"
                        + (text.contains("?") ? "; a query stands below the key 'query'" : ""));
        return usual;
    }

    private static void put(
            Map<String, String> headers, String header, String prefix, Settings from, String key) {
        put(headers, header, prefix, from, key, from.text(key, "").strip());
    }

    static void put(
            Map<String, String> headers,
            String header,
            String prefix,
            Settings from,
            String key,
            String value) {
        if (!HEADER_VALUE.matcher(value).matches()) {
            from.problem(key, "has characters that an HTTP header cannot carry");
        } else if (!value.isEmpty()) {
            headers.put(header, prefix + value);
        }
    }

    static void extra(Settings section, Map<String, String> headers) {
        for (String name : section.keys()) {
            String value = section.text(name, "").strip();
            if (!HEADER_NAME.matcher(name).matches()) {
                section.problem(name, "is not the name of an HTTP header");
            } else if (OURS.stream().anyMatch(name::equalsIgnoreCase)) {
                section.problem(name, "is a header that cannot be set");
            } else {
                put(headers, name, "", section, name, value);
            }
        }
    }

    static String version() {
        String version = OpenAiSettings.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }

    static Map<String, String> caseless(Map<String, String> headers) {
        var copy = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        copy.putAll(headers);
        return copy;
    }

    /** Without the headers: one of them is the key. */
    @Override
    public String toString() {
        return "OpenAiSettings[" + baseUrl + "]";
    }
}
