package ai.robutler.models;

import ai.robutler.core.Completer;
import ai.robutler.core.Json;
import ai.robutler.core.ModelProvider;
import ai.robutler.core.ProviderFactory;
import ai.robutler.core.Settings;
import ai.robutler.testkit.ScriptedProvider;

import tools.jackson.databind.node.ObjectNode;

/** A provider that passes the contract, and the scripted server that speaks its wire. */
enum Wire {
    OPENAI("gpt-test"),
    ANTHROPIC("claude-haiku-4-5");

    static final String KEY = "sk-test-0123456789";

    private final String model;

    Wire(String model) {
        this.model = model;
    }

    private ProviderFactory factory() {
        return switch (this) {
            case OPENAI -> new OpenAiFactory();
            case ANTHROPIC -> new AnthropicFactory();
        };
    }

    /** A provider at the scripted server, with more settings as JSON. */
    Provider at(ScriptedProvider server, String more) {
        return at(this == OPENAI ? server.baseUrl() : server.anthropicUrl(), more);
    }

    Provider at(String baseUrl, String more) {
        ObjectNode values = Json.object().put("base-url", baseUrl).put("api-key", KEY);
        values.setAll(Json.parseObject(more));
        var settings = Settings.of(values, _ -> "");
        ModelProvider provider = factory().create(settings);
        if (!settings.problems().isEmpty()) {
            throw new IllegalArgumentException(settings.problems().toString());
        }
        return new Provider(provider, model);
    }

    /** Closed after use. */
    record Provider(ModelProvider provider, String name) implements AutoCloseable {

        Completer model() {
            return provider.model(name);
        }

        Completer model(String other) {
            return provider.model(other);
        }

        @Override
        public void close() {
            provider.close();
        }
    }
}
