package ai.robutler.models;

import ai.robutler.core.Completer;
import ai.robutler.core.ModelProvider;

import java.util.Optional;

/** The models of one provider that speaks Chat Completions, over one pool of connections. */
final class OpenAiProvider implements ModelProvider {
    private final OpenAiDialect dialect;
    private final OpenAiSettings settings;
    private final Catalog catalog;
    private final Upstream upstream;

    OpenAiProvider(OpenAiDialect dialect, OpenAiSettings settings, Catalog catalog) {
        this.dialect = dialect;
        this.settings = settings;
        this.catalog = catalog;
        this.upstream = new Upstream(dialect.name(), settings.connections());
    }

    @Override
    public Completer model(String name) {
        if (!settings.ready() && dialect.access() != Access.HERE) {
            throw new IllegalArgumentException(missing());
        }
        return new OpenAiModel(
                dialect, name, settings, catalog.find(dialect.name(), name), upstream);
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
    public void close() {
        upstream.close();
    }
}
