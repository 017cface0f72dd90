package ai.robutler.models;

import ai.robutler.core.Completer;
import ai.robutler.core.Json;
import ai.robutler.core.ModelProvider;
import ai.robutler.core.ProviderHealth;
import ai.robutler.core.ProviderSource;
import ai.robutler.core.Settings;
import ai.robutler.testkit.ScriptedProvider;

import tools.jackson.databind.node.ObjectNode;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Scripted providers {@code a}, {@code b} and {@code c}, and a router in front of them. */
final class Fleet implements AutoCloseable, ProviderSource {
    static final String SHARED_KEY = "sk-shared-0123456789";

    private final Map<String, ScriptedProvider> wires = new TreeMap<>();
    private final Map<String, ModelProvider> shared = new TreeMap<>();
    private final ObjectNode more;
    private final ModelProvider litellm;

    private Fleet(ObjectNode more, String litellm) {
        this.more = more;
        for (String name : new String[] {"a", "b", "c"}) {
            wires.put(name, ScriptedProvider.start());
        }
        Settings settings = OpenAi.settings(litellm, Map.of());
        this.litellm = new LiteLlmFactory().create(settings, this);
        if (!settings.problems().isEmpty()) {
            throw new IllegalArgumentException(settings.problems().toString());
        }
    }

    /** Each provider with one attempt of its own accord would be 3: the router's count holds. */
    static Fleet routing(String litellm) {
        return new Fleet(Json.object(), litellm);
    }

    /**
     * @param more settings of all three
     */
    static Fleet routing(String more, String litellm) {
        return new Fleet(Json.parseObject(more), litellm);
    }

    ScriptedProvider wire(String name) {
        return Objects.requireNonNull(wires.get(name), name);
    }

    Completer model(String name) {
        return litellm.model(name);
    }

    ModelProvider litellm() {
        return litellm;
    }

    /** All requests of all providers. */
    int requests() {
        return wires.values().stream().mapToInt(wire -> wire.requests().size()).sum();
    }

    List<ProviderHealth> health() {
        return shared.values().stream().flatMap(each -> each.health().stream()).toList();
    }

    @Override
    public List<String> names() {
        return List.of("a", "b", "c", "litellm", "offline");
    }

    @Override
    public ModelProvider shared(String name) {
        return shared.computeIfAbsent(
                name, _ -> create(settings(name, UnaryOperator.identity()), name));
    }

    @Override
    public ModelProvider create(Settings settings, String name) {
        if (name.equals("offline")) {
            return new OfflineFactory().create(settings);
        }
        var dialect = OpenAiDialect.row(name, 50, "http://127.0.0.1:9", "m", Quirks.builder());
        return new OpenAiProvider(
                dialect, OpenAiSettings.from(settings, dialect), Catalog.of(settings));
    }

    @Override
    public Settings settings(String name, UnaryOperator<ObjectNode> change) {
        ObjectNode section = Json.object();
        if (wires.containsKey(name)) {
            section.put("base-url", wire(name).baseUrl()).put("api-key", SHARED_KEY);
            section.setAll(more);
        }
        return Settings.of(change.apply(section), _ -> "");
    }

    @Override
    public void close() {
        litellm.close();
        shared.values().forEach(ModelProvider::close);
        wires.values().forEach(ScriptedProvider::close);
    }
}
