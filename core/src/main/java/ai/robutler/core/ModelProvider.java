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

    /** The model for agents that name none, if this provider is ready to serve one. */
    Optional<String> defaultModel();

    /** How it stands, one entry a key; none if it keeps no watch. The names never change. */
    default List<ProviderHealth> health() {
        return List.of();
    }

    @Override
    void close();
}
