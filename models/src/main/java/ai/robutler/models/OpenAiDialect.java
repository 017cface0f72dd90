package ai.robutler.models;

import java.net.URI;
import java.util.Map;

/**
 * A provider that speaks OpenAI's Chat Completions: what tells it from the others.
 *
 * @param name the part before the slash of its models
 * @param rank see {@link ai.robutler.core.ProviderFactory#rank}
 * @param baseUrl where it is, if nothing else is configured
 * @param urlVariable the environment variable with another place
 * @param keyVariable the environment variable with its key
 * @param defaultModel for agents that name none, "" where there is no usual one
 * @param headers by their settings, such as {@code organization}
 */
record OpenAiDialect(
        String name,
        int rank,
        URI baseUrl,
        String urlVariable,
        String keyVariable,
        String defaultModel,
        Access access,
        Map<String, String> headers,
        Quirks quirks) {

    static final OpenAiDialect OPENAI =
            new OpenAiDialect(
                    "openai",
                    10,
                    URI.create("https://api.openai.com/v1"),
                    "OPENAI_BASE_URL",
                    "OPENAI_API_KEY",
                    "gpt-4o-mini",
                    Access.KEY,
                    Map.of("organization", "OpenAI-Organization", "project", "OpenAI-Project"),
                    Quirks.NONE);

    OpenAiDialect {
        headers = Map.copyOf(headers);
    }

    /** A row of {@link Dialects}, whose variables are named like it. */
    static OpenAiDialect row(
            String name, int rank, String baseUrl, String defaultModel, Quirks.Builder quirks) {
        String prefix = name.toUpperCase(java.util.Locale.ROOT);
        return new OpenAiDialect(
                name,
                rank,
                URI.create(baseUrl),
                prefix + "_BASE_URL",
                prefix + "_API_KEY",
                defaultModel,
                Access.KEY,
                Map.of(),
                quirks.build());
    }

    OpenAiDialect with(Access access) {
        return new OpenAiDialect(
                name,
                rank,
                baseUrl,
                urlVariable,
                keyVariable,
                defaultModel,
                access,
                headers,
                quirks);
    }

    OpenAiDialect with(Map<String, String> headers) {
        return new OpenAiDialect(
                name,
                rank,
                baseUrl,
                urlVariable,
                keyVariable,
                defaultModel,
                access,
                headers,
                quirks);
    }
}
