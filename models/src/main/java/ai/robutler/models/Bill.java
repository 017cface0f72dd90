package ai.robutler.models;

import ai.robutler.core.ChatCompletion;
import ai.robutler.core.Cost;

import tools.jackson.databind.JsonNode;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;
import java.util.Set;

/**
 * Tells what a model's turns cost: by what the provider says it charged, or by the catalog's
 * prices.
 *
 * @param facts of the model, as far as the catalog knows it
 * @param costField of usage with the charge in US dollars, "" where the provider tells none
 */
record Bill(Optional<CatalogModel> facts, String costField) {
    /** Tiers with prices of their own. */
    private static final Set<String> TIERS = Set.of("flex", "priority", "batch", "fast", "scale");

    private static final int NANO = 9;

    boolean isPriced() {
        return !costField.isEmpty() || facts.map(CatalogModel::isPriced).orElse(false);
    }

    Cost of(ChatCompletion turn) {
        JsonNode charged = turn.usage().json().path(costField);
        if (!costField.isEmpty() && charged.isNumber() && charged.decimalValue().signum() >= 0) {
            return new Cost.Known(nanoUsd(charged.decimalValue()));
        }
        boolean usual = !TIERS.contains(turn.json().path("service_tier").asString(""));
        return usual
                ? facts.map(model -> model.cost(turn.usage())).orElse(Cost.unknown())
                : Cost.unknown();
    }

    private static long nanoUsd(BigDecimal usd) {
        return usd.movePointRight(NANO).setScale(0, RoundingMode.CEILING).longValueExact();
    }
}
