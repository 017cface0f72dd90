package ai.robutler.app;

import ai.robutler.core.Limits;
import ai.robutler.core.ModelName;
import ai.robutler.core.Names;
import ai.robutler.core.Scope;
import ai.robutler.core.Settings;
import ai.robutler.core.Thinking;
import ai.robutler.payments.AgentPrice;

import tools.jackson.databind.JsonNode;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Stream;

/** Reads one agent file: front matter, key by key, and instructions. */
final class AgentReader {
    private static final BigDecimal MOST_USD = BigDecimal.valueOf(1_000_000);

    private final Environment environment;
    private final Findings findings;

    AgentReader(Environment environment, Findings findings) {
        this.environment = environment;
        this.findings = findings;
    }

    /** The agent as far as it can be read; what is wrong is among the findings. */
    Optional<AgentSpec> read(AgentFile file, String text) {
        if (!FrontMatter.begins(text)) {
            findings.problem(
                    file.shown(),
                    1,
                    "an agent file begins with a line '---', its settings, and another line '---'");
            return Optional.empty();
        }
        Optional<FrontMatter> parts = FrontMatter.split(text);
        if (parts.isEmpty()) {
            findings.problem(
                    file.shown(), 1, "the settings have no end; put a line '---' after them");
            return Optional.empty();
        }
        var mine = new Findings();
        var agent =
                YamlReader.read(file.shown(), parts.get().yaml(), 1, environment, mine)
                        .map(yaml -> spec(file, yaml, parts.get().body(), mine));
        findings.addAll(mine);
        return agent;
    }

    private AgentSpec spec(AgentFile file, YamlTree yaml, String instructions, Findings mine) {
        Settings settings = yaml.settings("", environment);
        String scope = settings.text("scope", Scope.ALL.name());
        var spec =
                new AgentSpec(
                        name(file, settings, yaml, mine),
                        settings.text("description", ""),
                        instructions,
                        checked(settings, "model", "", text -> ModelName.parse(text).toString()),
                        skills(settings),
                        handoffs(settings),
                        settings.text("owner", ""),
                        checked(settings, "scope", Scope.ALL, _ -> new Scope(scope)),
                        settings.texts("intents"),
                        limits(settings.section("limits")),
                        thinking(settings),
                        price(settings),
                        yaml,
                        true);
        yaml.report(settings, "", mine);
        return mine.isClean() ? spec : spec.unsound();
    }

    private static String name(AgentFile file, Settings settings, YamlTree yaml, Findings mine) {
        String given = settings.text("name", file.name());
        if (!given.equals(file.name())) {
            settings.problem(
                    "name",
                    "must be '" + file.name() + "' like the file; rename the file or the agent");
            return file.name();
        }
        try {
            return Names.requireAgent(file.name());
        } catch (IllegalArgumentException e) {
            mine.problem(yaml.at("/name", e.getMessage() + "; rename the file"));
            return "unnamed";
        }
    }

    /** A text that must mean something, when it is there. */
    private static <T> T checked(
            Settings settings, String key, T fallback, Function<String, T> meaning) {
        String text = settings.text(key, "");
        if (text.isEmpty()) {
            return fallback;
        }
        try {
            return meaning.apply(text);
        } catch (IllegalArgumentException e) {
            settings.problem(key, "is wrong: " + e.getMessage());
            return fallback;
        }
    }

    private static List<String> skills(Settings settings) {
        JsonNode value = settings.value("skills");
        var names = new ArrayList<String>();
        if (value.isObject()) {
            for (String name : value.propertyNames()) {
                names.add(name);
                JsonNode below = value.path(name);
                if (!below.isObject() && !below.isNull()) {
                    settings.problem(
                            "skills", "has '" + name + "', which needs settings, or {} for none");
                }
            }
        } else if (!value.isMissingNode() && !value.isNull()) {
            names.addAll(settings.texts("skills"));
        }
        names.stream()
                .filter(name -> names.indexOf(name) != names.lastIndexOf(name))
                .distinct()
                .forEach(name -> settings.problem("skills", "names '" + name + "' twice"));
        return names;
    }

    private static List<String> handoffs(Settings settings) {
        return settings.texts("handoffs").stream().distinct().toList();
    }

    private static Limits limits(Settings settings) {
        Limits standard = Limits.DEFAULT;
        int seconds = (int) standard.time().toSeconds();
        return new Limits(
                settings.integer("turns", standard.turns(), 1, 1_000),
                settings.integer("tool-calls", standard.toolCalls(), 0, 100_000),
                Duration.ofSeconds(settings.integer("seconds", seconds, 1, 86_400)),
                cost(settings));
    }

    /** US dollars as nano-dollars, rounded down: a limit is never more than was said. */
    private static OptionalLong cost(Settings settings) {
        JsonNode value = settings.value("cost-usd");
        if (value.isMissingNode()) {
            return OptionalLong.empty();
        }
        try {
            if (!value.isContainer() && !value.isBoolean()) {
                var usd = new BigDecimal(value.asString(""));
                if (usd.signum() > 0 && usd.compareTo(MOST_USD) <= 0) {
                    BigDecimal nanoUsd = usd.setScale(9, RoundingMode.DOWN).movePointRight(9);
                    if (nanoUsd.signum() > 0) {
                        return OptionalLong.of(nanoUsd.longValueExact());
                    }
                }
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        settings.problem("cost-usd", "must be an amount in US dollars such as 0.50");
        return OptionalLong.empty();
    }

    /** What an agent costs is paid to its owner: a price without one would be nobody's. */
    private static Optional<AgentPrice> price(Settings settings) {
        Optional<AgentPrice> price = AgentPrice.read(settings);
        if (price.isPresent() && settings.text("owner", "").isEmpty()) {
            settings.problem("price", "needs an 'owner' who is paid");
        }
        return price;
    }

    private static Optional<Thinking> thinking(Settings settings) {
        JsonNode value = settings.value("thinking");
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        // YAML 1.2 reads off as text; a false from older habits means the same.
        boolean off = value.isBoolean() && !value.booleanValue();
        String level = off ? "off" : value.asString("");
        Optional<Thinking> thinking =
                Stream.of(Thinking.values())
                        .filter(each -> each.name().equalsIgnoreCase(level))
                        .findFirst();
        if (thinking.isEmpty()) {
            settings.problem("thinking", "must be off, low, medium or high");
        }
        return thinking;
    }
}
