package ai.robutler.models;

import ai.robutler.core.ModelProvider;
import ai.robutler.core.ProviderFactory;
import ai.robutler.core.Settings;

/** Makes the provider {@code anthropic}: Anthropic's Messages API behind Chat Completions. */
public final class AnthropicFactory implements ProviderFactory {

    @Override
    public String name() {
        return AnthropicSettings.PROVIDER;
    }

    @Override
    public int rank() {
        return 20;
    }

    /**
     * Reads {@code api-key}, {@code base-url}, {@code default-model}, {@code timeouts} ({@code
     * connect}, {@code first-token}, {@code between-tokens}, {@code total}), {@code attempts},
     * {@code connections}, {@code headers}, {@code betas} (names for the header {@code
     * anthropic-beta}) and {@code cache}: with {@code auto} instructions and tools are marked for
     * prompt caching, with {@code off} only what the request marks itself.
     */
    @Override
    public ModelProvider create(Settings settings) {
        return new AnthropicProvider(AnthropicSettings.from(settings), Catalog.of(settings));
    }
}
