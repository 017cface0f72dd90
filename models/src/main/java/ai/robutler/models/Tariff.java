package ai.robutler.models;

import java.util.Optional;

/**
 * Prices that hold for prompts of some length.
 *
 * @param above the prompt has more tokens than this
 * @param prices empty where they are not known
 */
public record Tariff(long above, Optional<Prices> prices) {}
