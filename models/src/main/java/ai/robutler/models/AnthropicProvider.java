package ai.robutler.models;

import ai.robutler.core.Completer;
import ai.robutler.core.ModelProvider;
import ai.robutler.core.ProviderHealth;

import java.util.List;
import java.util.Optional;

/** Anthropic's models, over one pool of connections. */
final class AnthropicProvider implements ModelProvider {
    private final AnthropicSettings settings;
    private final Catalog catalog;
    private final Upstream upstream;
    private final Circuit circuit = new Circuit(AnthropicSettings.PROVIDER);
    private final Quotas quotas = new Quotas();

    AnthropicProvider(AnthropicSettings settings, Catalog catalog) {
        this.settings = settings;
        this.catalog = catalog;
        this.upstream =
                new Upstream(AnthropicSettings.PROVIDER, settings.connections(), settings.proxy());
    }

    @Override
    public Completer model(String name) {
        if (!settings.ready()) {
            throw new IllegalArgumentException(
                    "the model provider anthropic has no key: set the environment variable "
                            + AnthropicSettings.KEY_VARIABLE
                            + ", or providers.anthropic.api-key in the configuration");
        }
        return model(name, settings, circuit, quotas.of(name));
    }

    /** With a breaker and a quota of its own: what befalls a caller's key says nothing of ours. */
    @Override
    public Optional<Completer> model(String name, String key) {
        AnthropicSettings own = settings.withCallersKey(OwnKeys.requireSound(key));
        var alone = new Circuit(AnthropicSettings.PROVIDER);
        return Optional.of(model(name, own, alone, new Quota()));
    }

    private Completer model(String name, AnthropicSettings with, Circuit circuit, Quota quota) {
        return new GuardedModel(
                AnthropicSettings.PROVIDER,
                new AnthropicModel(
                        name,
                        with,
                        () -> catalog.find(AnthropicSettings.PROVIDER, name),
                        upstream,
                        quota),
                circuit,
                quota,
                with.attempts(),
                with.timeouts().total());
    }

    @Override
    public Optional<String> defaultModel() {
        return settings.ready() ? Optional.of(settings.defaultModel()) : Optional.empty();
    }

    @Override
    public List<ProviderHealth> health() {
        return settings.ready() ? List.of(circuit.health()) : List.of();
    }

    @Override
    public void close() {
        upstream.close();
    }
}
