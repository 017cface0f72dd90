package ai.robutler.core;

import java.util.function.Supplier;

/**
 * A model call that is about to be made.
 *
 * @param model {@code provider/model}
 * @param ceiling the most that it can cost; unknown where nobody can tell. Computed when asked for.
 * @param ownKey whether the caller pays the provider, with a key of the caller's own
 */
public record ModelOffer(String model, Supplier<Cost> ceiling, boolean ownKey) {}
