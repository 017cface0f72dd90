package ai.robutler.models;

import ai.robutler.core.Completer;
import ai.robutler.core.ModelProvider;

import java.util.Optional;

/** Anthropic's models, over one pool of connections. */
final class AnthropicProvider implements ModelProvider {
    private final AnthropicSettings settings;
    private final Catalog catalog;
    private final Upstream upstream;

    AnthropicProvider(AnthropicSettings settings, Catalog catalog) {
        this.settings = settings;
        this.catalog = catalog;
        this.upstream = new Upstream(AnthropicSettings.PROVIDER, settings.connections());
    }

    @Override
    public Completer model(String name) {
        if (!settings.ready()) {
            throw new IllegalArgumentException(
                    "the model provider anthropic has no key: set the environment variable "
                            + AnthropicSettings.KEY_VARIABLE
                            + ", or providers.anthropic.api-key in the configuration");
        }
        return new AnthropicModel(
                name, settings, catalog.find(AnthropicSettings.PROVIDER, name), upstream);
    }

    @Override
    public Optional<String> defaultModel() {
        return settings.ready() ? Optional.of(settings.defaultModel()) : Optional.empty();
    }

    @Override
    public void close() {
        upstream.close();
    }
}
