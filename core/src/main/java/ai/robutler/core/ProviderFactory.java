package ai.robutler.core;

/**
 * Makes a provider from its settings. Found through {@link java.util.ServiceLoader}; a jar on the
 * class path adds a provider by naming its factory there.
 */
public interface ProviderFactory {

    /** The part before the slash in {@code provider/model}. */
    String name();

    /**
     * The rank among providers that could serve agents without a model: the lowest that is ready
     * wins. {@code openai} is 10, {@code offline} 1000.
     */
    int rank();

    /**
     * A provider with these settings. Makes no call. Wrong settings are reported to {@code
     * settings}; the provider made then is never used.
     */
    ModelProvider create(Settings settings);

    /**
     * As {@link #create(Settings)}, for a provider that passes calls on to others.
     *
     * @param others the providers of the same program; not to be used after this call
     */
    default ModelProvider create(Settings settings, ProviderSource others) {
        return create(settings);
    }
}
