package ai.robutler.models;

import ai.robutler.core.Completer;
import ai.robutler.core.ModelProvider;

import java.util.Optional;

/** The models of one provider that speaks Chat Completions, over one pool of connections. */
final class OpenAiProvider implements ModelProvider {
    private final OpenAiDialect dialect;
    private final OpenAiSettings settings;
    private final Upstream upstream;

    OpenAiProvider(OpenAiDialect dialect, OpenAiSettings settings) {
        this.dialect = dialect;
        this.settings = settings;
        this.upstream = new Upstream(dialect.name(), settings.connections());
    }

    @Override
    public Completer model(String name) {
        if (!settings.ready()) {
            throw new IllegalArgumentException(
                    "the model provider "
                            + dialect.name()
                            + " has no key: set the environment variable "
                            + dialect.keyVariable()
                            + ", or providers."
                            + dialect.name()
                            + ".api-key in the configuration");
        }
        return new OpenAiModel(dialect.name(), name, settings, upstream);
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
