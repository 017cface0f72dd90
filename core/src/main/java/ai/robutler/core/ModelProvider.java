package ai.robutler.core;

import java.util.List;
import java.util.Optional;

/** A source of models. Thread-safe; closing it ends its calls and frees its connections. */
public interface ModelProvider extends AutoCloseable {

    /**
     * A model of this provider, by the name after the slash. Makes no call.
     *
     * @throws IllegalArgumentException if the provider knows that it has no such model
     */
    Completer model(String name);

    /**
     * The same model, called with a key that a caller brought: the configured one is not used, and
     * everything else is as it is configured. The key is kept no longer than the completer.
     *
     * @return empty where this provider cannot do that
     */
    default Optional<Completer> model(String name, String key) {
        return Optional.empty();
    }

    /**
     * A model of this provider that makes vectors of texts, by the name after the slash. Makes no
     * call.
     *
     * @return empty where this provider has none
     * @throws IllegalArgumentException if the provider is not set up
     */
    default Optional<Embedder> embedder(String name) {
        return embedder(name, 0);
    }

    /**
     * As {@link #embedder(String)}, with vectors of this length, which not every model can do; 0:
     * of the model's own. The length is part of the embedder's name.
     */
    default Optional<Embedder> embedder(String name, int dimensions) {
        return Optional.empty();
    }

    /** The model for agents that name none, if this provider is ready to serve one. */
    Optional<String> defaultModel();

    /** How it stands, one entry a key; none if it keeps no watch. The names never change. */
    default List<ProviderHealth> health() {
        return List.of();
    }

    @Override
    void close();
}
