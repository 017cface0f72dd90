package ai.robutler.app;

import ai.robutler.core.Embedder;
import ai.robutler.core.ModelName;
import ai.robutler.core.Providers;
import ai.robutler.core.Settings;

import java.util.Optional;

/** {@code embeddings:} in the config: the model that tells how near meanings are. */
final class Embeddings {
    private static final int LONGEST = 4_096;

    private Embeddings() {}

    /** Empty where none is configured: search goes by words alone then. */
    static Optional<Embedder> of(Settings settings, Providers providers) {
        String model = settings.text("model", "");
        int dimensions = settings.integer("dimensions", 0, 0, LONGEST);
        if (model.isEmpty()) {
            if (!settings.keys().isEmpty()) {
                settings.problem(
                        "model", "is missing: name one such as openai/text-embedding-3-small");
            }
            return Optional.empty();
        }
        try {
            return Optional.of(providers.embedder(ModelName.parse(model), dimensions));
        } catch (IllegalArgumentException e) {
            settings.problem("model", String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }
}
