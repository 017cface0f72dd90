package ai.robutler.core;

import tools.jackson.databind.node.ObjectNode;

import java.util.List;
import java.util.function.UnaryOperator;

/** The providers of a program, as one that routes to the others sees them. For one thread. */
public interface ProviderSource {

    /** No providers. */
    ProviderSource NONE =
            new ProviderSource() {
                @Override
                public List<String> names() {
                    return List.of();
                }

                @Override
                public ModelProvider shared(String name) {
                    throw new IllegalArgumentException("unknown model provider '" + name + "'");
                }

                @Override
                public ModelProvider create(Settings settings, String name) {
                    return shared(name);
                }

                @Override
                public Settings settings(String name, UnaryOperator<ObjectNode> change) {
                    return Settings.empty();
                }
            };

    /** Their names, in alphabetical order. */
    List<String> names();

    /**
     * The provider that agents use by this name; whoever made the providers closes it.
     *
     * @throws IllegalArgumentException if there is none, or it is being made just now
     */
    ModelProvider shared(String name);

    /**
     * Another provider of this name, with other settings. Whoever asks for it closes it.
     *
     * @throws IllegalArgumentException if there is no such provider
     */
    ModelProvider create(Settings settings, String name);

    /**
     * The settings of the provider of this name, changed. Their problems are their own: those of
     * the unchanged ones are reported where they belong.
     *
     * @param change gets a copy
     */
    Settings settings(String name, UnaryOperator<ObjectNode> change);
}
