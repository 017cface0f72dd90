package ai.robutler.models;

import ai.robutler.core.ChatChunk;
import ai.robutler.core.ChatStream;
import ai.robutler.core.Completer;
import ai.robutler.core.Deadline;
import ai.robutler.core.Json;
import ai.robutler.core.ModelProvider;
import ai.robutler.core.Settings;

import tools.jackson.databind.node.ObjectNode;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An {@code openai} provider for tests, with settings as a user writes them. */
final class OpenAi implements AutoCloseable {
    static final String KEY = "sk-test-0123456789";

    private final ModelProvider provider;

    private OpenAi(ModelProvider provider) {
        this.provider = provider;
    }

    static OpenAi at(String baseUrl) {
        return at(baseUrl, "{}");
    }

    /** With more settings, as JSON. */
    static OpenAi at(String baseUrl, String more) {
        ObjectNode values = Json.object().put("base-url", baseUrl).put("api-key", KEY);
        values.setAll(Json.parseObject(more));
        return new OpenAi(create(Settings.of(values, _ -> "")));
    }

    static ModelProvider create(Settings settings) {
        ModelProvider provider = new OpenAiFactory().create(settings);
        if (!settings.problems().isEmpty()) {
            throw new IllegalArgumentException(settings.problems().toString());
        }
        return provider;
    }

    static Settings settings(String json, Map<String, String> environment) {
        return Settings.of(Json.parseObject(json), name -> environment.getOrDefault(name, ""));
    }

    Completer model() {
        return provider.model("gpt-test");
    }

    static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(20));
    }

    static List<ChatChunk> all(ChatStream stream) {
        try (stream) {
            var chunks = new ArrayList<ChatChunk>();
            stream.forEach(chunks::add);
            return chunks;
        }
    }

    static String text(List<ChatChunk> chunks) {
        var text = new StringBuilder();
        chunks.forEach(chunk -> text.append(chunk.text()));
        return text.toString();
    }

    @Override
    public void close() {
        provider.close();
    }
}
