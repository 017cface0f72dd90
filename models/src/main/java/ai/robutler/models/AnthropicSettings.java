package ai.robutler.models;

import ai.robutler.core.Settings;

import java.net.URI;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the provider is set up.
 *
 * @param ready whether it has a key, or needs none
 * @param key never to be shown; "" if there is none
 * @param callers whether the key is a caller's own
 * @param cacheAuto whether instructions and tools are marked for prompt caching
 * @param betas for the header {@code anthropic-beta} of every request
 * @param headers of every request, the key among them; never to be shown
 */
record AnthropicSettings(
        URI baseUrl,
        String defaultModel,
        boolean ready,
        Timeouts timeouts,
        Attempts attempts,
        int connections,
        Optional<Proxy> proxy,
        String key,
        boolean callers,
        boolean cacheAuto,
        List<String> betas,
        Map<String, String> headers) {
    static final String PROVIDER = "anthropic";
    static final String KEY_VARIABLE = "ANTHROPIC_API_KEY";
    private static final String URL_VARIABLE = "ANTHROPIC_BASE_URL";
    private static final URI BASE_URL = URI.create("https://api.anthropic.com");
    private static final String DEFAULT_MODEL = "claude-haiku-4-5";
    private static final String VERSION = "2023-06-01";

    AnthropicSettings {
        betas = List.copyOf(betas);
        headers = Collections.unmodifiableMap(OpenAiSettings.caseless(headers));
    }

    static AnthropicSettings from(Settings settings) {
        String key = settings.text("api-key", KEY_VARIABLE, "").strip();
        URI baseUrl = OpenAiSettings.baseUrl(settings, BASE_URL, URL_VARIABLE);
        Map<String, String> headers = OpenAiSettings.caseless(Map.of());
        headers.put("User-Agent", "robutler/" + OpenAiSettings.version());
        headers.put("anthropic-version", VERSION);
        OpenAiSettings.put(headers, "x-api-key", "", settings, "api-key", key);
        OpenAiSettings.extra(settings.section("headers"), headers);
        boolean hasKey = headers.containsKey("x-api-key") || headers.containsKey("Authorization");
        boolean ready = hasKey || !baseUrl.equals(BASE_URL);
        return new AnthropicSettings(
                baseUrl,
                settings.text("default-model", DEFAULT_MODEL),
                ready,
                Timeouts.from(settings.section("timeouts")),
                Attempts.of(settings.integer("attempts", 3, 1, 10)),
                settings.integer("connections", 1000, 1, 100_000),
                Proxy.of(settings, baseUrl, ready),
                key,
                false,
                cacheAuto(settings),
                betas(settings),
                headers);
    }

    /** The same place, asked with a key of a caller's: no other header that could prove us. */
    AnthropicSettings withCallersKey(String own) {
        Map<String, String> all = OpenAiSettings.caseless(Map.of());
        for (String name : List.of("User-Agent", "anthropic-version", "anthropic-beta")) {
            String value = headers.get(name);
            if (value != null) {
                all.put(name, value);
            }
        }
        all.put("x-api-key", own);
        return new AnthropicSettings(
                baseUrl,
                defaultModel,
                true,
                timeouts,
                attempts,
                connections,
                proxy,
                own,
                true,
                cacheAuto,
                betas,
                all);
    }

    private static boolean cacheAuto(Settings settings) {
        String cache = settings.text("cache", "off");
        return switch (cache) {
            case "auto", "true" -> true;
            // YAML 1.1 reads a bare off as false.
            case "off", "false" -> false;
            default -> {
                settings.problem("cache", "must be auto or off");
                yield false;
            }
        };
    }

    private static List<String> betas(Settings settings) {
        List<String> betas = settings.texts("betas");
        if (!betas.stream().allMatch(beta -> beta.matches("[A-Za-z0-9._-]+"))) {
            settings.problem("betas", "must be names such as context-1m-2025-08-07");
            return List.of();
        }
        return betas;
    }

    /** Whether something is switched on that may widen a model's limits. */
    boolean hasBetas() {
        return !betas.isEmpty() || headers.containsKey("anthropic-beta");
    }

    /** Where messages are posted to, whether the base URL ends in the version or not. */
    URI messages() {
        String base = baseUrl.toString();
        return URI.create(base + (base.endsWith("/v1") ? "" : "/v1") + "/messages");
    }

    /** Without the headers: one of them is the key. */
    @Override
    public String toString() {
        return "AnthropicSettings[" + baseUrl + "]";
    }
}
