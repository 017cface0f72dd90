package ai.robutler.models;

import ai.robutler.core.Spelling;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Makes a model of a catalog's entry; what is wrong with the entry is told to its reader. */
final class CatalogEntry {
    private static final Set<String> FIELDS =
            Set.of("window", "output", "abilities", "price", "thinking");
    private static final Set<String> PRICES =
            Set.of("input", "cached", "cache-write", "output", "above");
    private static final BigDecimal MOST = BigDecimal.valueOf(1_000_000);

    private final String name;
    private final Consumer<String> problems;

    CatalogEntry(String name, Consumer<String> problems) {
        this.name = name;
        this.problems = problems;
    }

    CatalogModel model(ObjectNode entry) {
        known(entry, FIELDS);
        Set<Ability> abilities = abilities(entry);
        return new CatalogModel(
                tokens(entry, "window"),
                tokens(entry, "output"),
                abilities,
                tariffs(entry.path("price")),
                thinking(entry, abilities));
    }

    private void known(ObjectNode object, Set<String> known) {
        for (String field : object.propertyNames()) {
            if (!known.contains(field)) {
                String guess =
                        Spelling.nearest(field, known)
                                .map(near -> "; did you mean '" + near + "'?")
                                .orElse("");
                problem("has an unknown field '" + field + "'" + guess);
            }
        }
    }

    private long tokens(ObjectNode entry, String field) {
        JsonNode value = entry.path(field);
        if (value.isMissingNode()) {
            return 0;
        }
        try {
            long tokens = new BigDecimal(value.asString("")).longValueExact();
            if (tokens > 0) {
                return tokens;
            }
        } catch (ArithmeticException | NumberFormatException e) {
            // Told below.
        }
        problem("needs a whole number of tokens for '" + field + "'");
        return 0;
    }

    private Set<Ability> abilities(ObjectNode entry) {
        var abilities = EnumSet.noneOf(Ability.class);
        for (String word : words(entry, "abilities")) {
            Optional<Ability> ability =
                    EnumSet.allOf(Ability.class).stream()
                            .filter(each -> each.word().equals(word))
                            .findFirst();
            ability.ifPresentOrElse(
                    abilities::add, () -> problem("has an unknown ability '" + word + "'"));
        }
        return abilities;
    }

    private Optional<List<String>> thinking(ObjectNode entry, Set<Ability> abilities) {
        if (!entry.has("thinking")) {
            boolean cannot = entry.has("abilities") && !abilities.contains(Ability.REASONING);
            return cannot ? Optional.of(List.of()) : Optional.empty();
        }
        List<String> levels = words(entry, "thinking");
        for (String level : levels) {
            if (!Efforts.isKnown(level)) {
                problem("has an unknown level of thinking '" + level + "'");
            }
        }
        return Optional.of(levels);
    }

    private List<String> words(ObjectNode entry, String field) {
        JsonNode value = entry.path(field);
        var words = new ArrayList<String>();
        value.forEach(word -> words.add(word.asString("")));
        if (!value.isMissingNode() && !value.isArray()) {
            problem("needs a list for '" + field + "'");
        }
        return words;
    }

    private List<Tariff> tariffs(JsonNode price) {
        if (price.isMissingNode()) {
            return List.of();
        }
        if (!(price instanceof ObjectNode object)) {
            problem("needs input and output for 'price', in dollars per million tokens");
            return List.of();
        }
        known(object, PRICES);
        var tariffs = new ArrayList<Tariff>();
        prices(object).ifPresent(prices -> tariffs.add(new Tariff(0, Optional.of(prices))));
        for (var tier : object.path("above").properties()) {
            if (!tier.getKey().matches("[1-9]\\d{0,11}")) {
                problem("needs numbers of tokens below 'above', not '" + tier.getKey() + "'");
            } else if (tier.getValue() instanceof ObjectNode above) {
                known(above, PRICES);
                // Without prices: they are others, and not known.
                tariffs.add(
                        new Tariff(
                                Long.parseLong(tier.getKey()),
                                above.isEmpty() ? Optional.empty() : prices(above)));
            }
        }
        return tariffs;
    }

    private Optional<Prices> prices(ObjectNode object) {
        Optional<BigDecimal> input = usd(object, "input");
        Optional<BigDecimal> output = usd(object, "output");
        if (input.isEmpty() || output.isEmpty()) {
            problem("needs input and output for 'price', in dollars per million tokens");
            return Optional.empty();
        }
        // Whoever lists no price for its cache charges for the prompt as a whole.
        return Optional.of(
                new Prices(
                        input.get(),
                        usd(object, "cached").orElse(input.get()),
                        usd(object, "cache-write").orElse(input.get()),
                        output.get()));
    }

    private Optional<BigDecimal> usd(ObjectNode object, String field) {
        if (!object.has(field)) {
            return Optional.empty();
        }
        try {
            var price = new BigDecimal(object.path(field).asString(""));
            if (price.signum() >= 0 && price.compareTo(MOST) <= 0 && price.scale() <= 30) {
                return Optional.of(price);
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        problem("needs dollars per million tokens for '" + field + "', such as 0.15");
        return Optional.empty();
    }

    private void problem(String what) {
        problems.accept("'" + name + "' " + what);
    }
}
