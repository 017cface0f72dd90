package ai.robutler.models;

import java.net.URI;

/**
 * A provider that speaks OpenAI's Chat Completions: what tells it from the others.
 *
 * @param name the part before the slash of its models
 * @param rank see {@link ai.robutler.core.ProviderFactory#rank}
 * @param baseUrl where it is, if nothing else is configured
 * @param urlVariable the environment variable with another place
 * @param keyVariable the environment variable with its key
 * @param defaultModel for agents that name none
 */
record OpenAiDialect(
        String name,
        int rank,
        URI baseUrl,
        String urlVariable,
        String keyVariable,
        String defaultModel) {

    static final OpenAiDialect OPENAI =
            new OpenAiDialect(
                    "openai",
                    10,
                    URI.create("https://api.openai.com/v1"),
                    "OPENAI_BASE_URL",
                    "OPENAI_API_KEY",
                    "gpt-4o-mini");
}
