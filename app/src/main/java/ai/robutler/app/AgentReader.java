package ai.robutler.app;

import ai.robutler.core.Limits;
import ai.robutler.core.ModelName;
import ai.robutler.core.Names;
import ai.robutler.core.Scope;
import ai.robutler.core.Settings;

import tools.jackson.databind.JsonNode;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Reads one agent file: front matter, key by key, and instructions. */
final class AgentReader {
    private static final Set<String> THINKING = Set.of("off", "low", "medium", "high");

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
                        limits(settings.section("limits"), yaml, mine),
                        yaml,
                        true);
        thinking(settings);
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

    private static Limits limits(Settings settings, YamlTree yaml, Findings mine) {
        Limits standard = Limits.DEFAULT;
        int seconds = (int) standard.time().toSeconds();
        JsonNode cost = settings.value("cost-usd");
        if (!cost.isMissingNode()) {
            if (isAmount(cost)) {
                mine.warning(
                        yaml.at(
                                "/limits/cost-usd",
                                "'cost-usd' is not enforced yet: models have no prices here"));
            } else {
                settings.problem("cost-usd", "must be an amount in US dollars such as 0.50");
            }
        }
        return new Limits(
                settings.integer("turns", standard.turns(), 1, 1_000),
                settings.integer("tool-calls", standard.toolCalls(), 0, 100_000),
                Duration.ofSeconds(settings.integer("seconds", seconds, 1, 86_400)));
    }

    private static boolean isAmount(JsonNode cost) {
        try {
            return !cost.isContainer()
                    && !cost.isBoolean()
                    && new BigDecimal(cost.asString("")).signum() >= 0;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static void thinking(Settings settings) {
        if (settings.value("thinking").isMissingNode()) {
            return;
        }
        // YAML 1.2 reads off as text; a false from older habits means the same.
        JsonNode value = settings.value("thinking");
        String level = value.isBoolean() ? "off" : settings.text("thinking", "");
        settings.problem(
                "thinking",
                THINKING.contains(level.toLowerCase(Locale.ROOT))
                        ? "is not supported yet; take it out"
                        : "must be off, low, medium or high");
    }
}
