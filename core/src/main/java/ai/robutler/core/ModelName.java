package ai.robutler.core;

/**
 * A model as agents name it: {@code provider/model}. The first slash splits, so that {@code
 * openrouter/meta/llama} is the model {@code meta/llama} of {@code openrouter}.
 */
public record ModelName(String provider, String model) {
    public ModelName {
        if (provider.isBlank() || model.isBlank()) {
            throw new IllegalArgumentException(
                    "a model is written provider/model, such as openai/gpt-4o-mini");
        }
    }

    /**
     * @throws IllegalArgumentException if the text is not {@code provider/model}
     */
    public static ModelName parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 1 || slash == text.length() - 1) {
            throw new IllegalArgumentException(
                    "model '"
                            + text
                            + "' must be written provider/model, such as openai/gpt-4o-mini");
        }
        return new ModelName(text.substring(0, slash), text.substring(slash + 1));
    }

    @Override
    public String toString() {
        return provider + "/" + model;
    }
}
