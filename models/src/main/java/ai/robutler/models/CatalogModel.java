package ai.robutler.models;

import ai.robutler.core.Cost;
import ai.robutler.core.Usage;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of a model.
 *
 * @param window how many tokens prompt and answer may have together, 0 where that is not known
 * @param output how many tokens an answer may have, 0 where that is not known
 * @param abilities as far as they are known
 * @param tariffs its prices, from the shortest prompts to the longest; none where nothing is known
 * @param thinking the values of {@code reasoning_effort} that it takes, none for one that cannot be
 *     told; empty where that is not known
 */
public record CatalogModel(
        long window,
        long output,
        Set<Ability> abilities,
        List<Tariff> tariffs,
        Optional<List<String>> thinking) {
    public CatalogModel {
        abilities = Set.copyOf(abilities);
        tariffs = tariffs.stream().sorted(Comparator.comparingLong(Tariff::above)).toList();
        thinking = thinking.map(List::copyOf);
    }

    /** Whether prompts of the usual length have a price. */
    public boolean isPriced() {
        return prices(1).isPresent();
    }

    /** The prices for a prompt of so many tokens. */
    public Optional<Prices> prices(long promptTokens) {
        return tariffs.reversed().stream()
                .filter(tariff -> tariff.above() < Math.max(promptTokens, 1))
                .findFirst()
                .flatMap(Tariff::prices);
    }

    /** What so much usage costs. */
    public Cost cost(Usage usage) {
        return Tokens.of(usage)
                .flatMap(tokens -> prices(tokens.prompt()).map(prices -> prices.of(tokens)))
                .orElse(Cost.unknown());
    }

    /** The same without prices, for a model that somebody else sells. */
    CatalogModel unpriced() {
        return new CatalogModel(window, output, abilities, List.of(), thinking);
    }
}
