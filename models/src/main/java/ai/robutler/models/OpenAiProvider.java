package ai.robutler.models;

import ai.robutler.core.Completer;
import ai.robutler.core.Embedder;
import ai.robutler.core.ModelProvider;
import ai.robutler.core.ProviderHealth;

import java.util.List;
import java.util.Optional;

/** The models of one provider that speaks Chat Completions, over one pool of connections. */
final class OpenAiProvider implements ModelProvider {
    private final OpenAiDialect dialect;
    private final OpenAiSettings settings;
    private final Catalog catalog;
    private final Upstream upstream;
    private final Circuit circuit;
    private final Quotas quotas = new Quotas();

    OpenAiProvider(OpenAiDialect dialect, OpenAiSettings settings, Catalog catalog) {
        this.dialect = dialect;
        this.settings = settings;
        this.catalog = catalog;
        this.upstream = new Upstream(dialect.name(), settings.connections(), settings.proxy());
        this.circuit = new Circuit(dialect.name());
    }

    @Override
    public Completer model(String name) {
        if (!settings.ready() && dialect.access() != Access.HERE) {
            throw new IllegalArgumentException(missing());
        }
        return model(name, settings, circuit, quotas.of(name));
    }

    /** With a breaker and a quota of its own: what befalls a caller's key says nothing of ours. */
    @Override
    public Optional<Completer> model(String name, String key) {
        return settings.withCallersKey(OwnKeys.requireSound(key))
                .map(own -> model(name, own, new Circuit(dialect.name()), new Quota()));
    }

    private Completer model(String name, OpenAiSettings with, Circuit circuit, Quota quota) {
        return new GuardedModel(
                dialect.name(),
                new OpenAiModel(
                        dialect,
                        name,
                        with,
                        () -> catalog.find(dialect.name(), name),
                        upstream,
                        quota),
                circuit,
                quota,
                with.attempts(),
                with.timeouts().total());
    }

    @Override
    public Optional<Embedder> embedder(String name, int dimensions) {
        if (!settings.ready() && dialect.access() != Access.HERE) {
            throw new IllegalArgumentException(missing());
        }
        Quota quota = quotas.of(name);
        var guard = new Guard(circuit, quota, settings.attempts(), settings.timeouts().total());
        return Optional.of(
                new OpenAiEmbedder(dialect, name, dimensions, settings, upstream, quota, guard));
    }

    private String missing() {
        boolean key = dialect.access() == Access.KEY;
        return "the model provider "
                + dialect.name()
                + (key ? " has no key" : " has no address")
                + ": set the environment variable "
                + (key ? dialect.keyVariable() : dialect.urlVariable())
                + ", or providers."
                + dialect.name()
                + (key ? ".api-key" : ".base-url")
                + " in the configuration";
    }

    @Override
    public Optional<String> defaultModel() {
        return settings.ready() && !settings.defaultModel().isEmpty()
                ? Optional.of(settings.defaultModel())
                : Optional.empty();
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
