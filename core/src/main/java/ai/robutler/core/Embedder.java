package ai.robutler.core;

import java.util.List;

/**
 * Turns texts into vectors whose nearness is nearness of meaning. Thread-safe; calls block, and an
 * interrupt ends them with {@link CancelledException}.
 */
public interface Embedder {

    /** The model, {@code provider/model}: vectors of different models cannot be compared. */
    String name();

    /**
     * A vector for each text, in their order and all of one length.
     *
     * @param texts none of them empty
     * @throws ApiException if the provider fails, or the deadline passes
     */
    List<float[]> embed(List<String> texts, Deadline deadline);
}
