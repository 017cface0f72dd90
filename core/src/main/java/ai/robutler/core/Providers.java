package ai.robutler.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;

/**
 * The model providers of a program: from {@code provider/model} to something that completes.
 * Thread-safe. Whoever made it closes it.
 */
public final class Providers implements AutoCloseable {
    private final Map<String, ModelProvider> byName;
    private final Map<String, ModelProvider> byRank;

    private Providers(Map<String, ModelProvider> byRank) {
        this.byName = new TreeMap<>(byRank);
        this.byRank = new LinkedHashMap<>(byRank);
    }

    /** Every provider on the class path, set up from environment variables alone. */
    public static Providers fromEnvironment() {
        var settings = Settings.of(Json.object(), name -> System.getenv().getOrDefault(name, ""));
        Providers providers = configure(settings);
        settings.problems().stream()
                .findFirst()
                .ifPresent(
                        problem -> {
                            providers.close();
                            throw new IllegalArgumentException(problem.message());
                        });
        return providers;
    }

    /**
     * Every provider on the class path, each with the section of its name. Problems, unknown
     * providers among them, are left in {@code settings}; look there before using the result.
     */
    public static Providers configure(Settings settings) {
        return new Providers(new Assembly(factories(), settings).all());
    }

    /** Every factory on the class path, in the order of preference. */
    public static List<ProviderFactory> factories() {
        var factories = new ArrayList<ProviderFactory>();
        ServiceLoader.load(ProviderFactory.class).forEach(factories::add);
        ServiceLoader.load(ProviderFactories.class)
                .forEach(several -> factories.addAll(several.factories()));
        factories.sort(Comparator.comparingInt(ProviderFactory::rank));
        return factories;
    }

    /** Just these; the map has them in their order of preference. */
    public static Providers of(Map<String, ModelProvider> providers) {
        return new Providers(providers);
    }

    /** The names before the slash, in alphabetical order. */
    public List<String> names() {
        return List.copyOf(byName.keySet());
    }

    /**
     * The model of this name.
     *
     * @throws IllegalArgumentException if there is no such provider; the message lists the known
     */
    public Completer model(ModelName name) {
        return provider(name).model(name.model());
    }

    private ModelProvider provider(ModelName name) {
        ModelProvider provider = byName.get(name.provider());
        if (provider == null) {
            throw new IllegalArgumentException(
                    "unknown model provider '"
                            + name.provider()
                            + "' in '"
                            + name
                            + "'; known are: "
                            + String.join(", ", names()));
        }
        return provider;
    }

    /** The same model, called with another key; empty where its provider cannot do that. */
    Optional<Completer> model(ModelName name, String key) {
        ModelProvider provider = byName.get(name.provider());
        return provider == null ? Optional.empty() : provider.model(name.model(), key);
    }

    /**
     * The embedding model of this name.
     *
     * @throws IllegalArgumentException if there is no such provider, or it has no such models
     */
    public Embedder embedder(ModelName name) {
        return embedder(name, 0);
    }

    /**
     * As {@link #embedder(ModelName)}, with vectors of this length; 0: of the model's own.
     *
     * @throws IllegalArgumentException if there is no such provider, or it has no such models
     */
    public Embedder embedder(ModelName name, int dimensions) {
        return provider(name)
                .embedder(name.model(), dimensions)
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "the model provider '"
                                                + name.provider()
                                                + "' has no embedding models; '"
                                                + name
                                                + "' must name one of another provider"));
    }

    /** The default model of the first provider that is ready to serve. */
    public Optional<ModelName> defaultModel() {
        for (var provider : byRank.entrySet()) {
            Optional<String> model = provider.getValue().defaultModel();
            if (model.isPresent()) {
                return Optional.of(new ModelName(provider.getKey(), model.get()));
            }
        }
        return Optional.empty();
    }

    /** How the providers stand, as far as they keep watch; in alphabetical order. */
    public List<ProviderHealth> health() {
        return byName.values().stream().flatMap(each -> each.health().stream()).toList();
    }

    @Override
    public void close() {
        byName.values().forEach(ModelProvider::close);
    }
}
