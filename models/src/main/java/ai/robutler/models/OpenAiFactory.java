package ai.robutler.models;

import ai.robutler.core.ModelProvider;
import ai.robutler.core.ProviderFactory;
import ai.robutler.core.Settings;

/**
 * Makes the provider {@code openai}: OpenAI itself, or whoever is at its {@code base-url}; and the
 * others that speak its dialect.
 */
public final class OpenAiFactory implements ProviderFactory {
    private final OpenAiDialect dialect;

    public OpenAiFactory() {
        this(OpenAiDialect.OPENAI);
    }

    OpenAiFactory(OpenAiDialect dialect) {
        this.dialect = dialect;
    }

    @Override
    public String name() {
        return dialect.name();
    }

    @Override
    public int rank() {
        return dialect.rank();
    }

    /**
     * Reads {@code api-key}, {@code base-url}, {@code default-model}, {@code timeouts} ({@code
     * connect}, {@code first-token}, {@code between-tokens}, {@code total}), {@code attempts},
     * {@code connections}, {@code headers}, and what the dialect has beyond that, such as {@code
     * organization} and {@code project} of OpenAI.
     */
    @Override
    public ModelProvider create(Settings settings) {
        return new OpenAiProvider(
                dialect, OpenAiSettings.from(settings, dialect), Catalog.of(settings));
    }
}
