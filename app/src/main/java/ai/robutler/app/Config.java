package ai.robutler.app;

import ai.robutler.core.Settings;
import ai.robutler.models.Catalog;
import ai.robutler.models.CatalogException;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The configuration: options, config file, environment, defaults, in this order. Read it, ask for
 * everything, then {@link #finish}: what nobody asked for is a problem. For one thread.
 */
final class Config {
    static final String FILE = "robutler.yaml";
    static final String FLAG = "--config";
    static final String VARIABLE = "ROBUTLER_CONFIG";

    private final Optional<YamlTree> file;
    private final Settings settings;
    private final Settings server;
    private final Settings providers;
    private final Map<String, String> flags;
    private final Environment environment;
    private final Findings findings;

    private Config(
            Optional<YamlTree> file,
            Map<String, String> flags,
            Environment environment,
            Findings findings) {
        this.file = file;
        this.settings =
                file.map(yaml -> yaml.settings("", environment))
                        .orElseGet(
                                () ->
                                        Settings.of(
                                                ai.robutler.core.Json.object(), environment::get));
        this.server = settings.section("server");
        this.providers = settings.section("providers");
        this.flags = Map.copyOf(flags);
        this.environment = environment;
        this.findings = findings;
    }

    /**
     * @param flags what was given on the command line, by flag
     */
    static Config read(Map<String, String> flags, Environment environment, Findings findings) {
        String named = flags.getOrDefault(FLAG, environment.get(VARIABLE));
        Path path = Path.of(named.isEmpty() ? FILE : named);
        if (named.isEmpty() && !Files.exists(path)) {
            return new Config(Optional.empty(), flags, environment, findings);
        }
        Optional<YamlTree> yaml = Optional.empty();
        try {
            String text = Files.readString(path);
            yaml = YamlReader.read(path.toString(), text, 0, environment, findings);
        } catch (CharacterCodingException e) {
            findings.problem(path.toString(), 1, "is not UTF-8 text; save it as UTF-8");
        } catch (IOException e) {
            findings.problem(path.toString(), 0, "no such config file, or it cannot be read");
        }
        return new Config(yaml, flags, environment, findings);
    }

    /** Where the config file is, if there is one. */
    Optional<YamlTree> file() {
        return file;
    }

    Environment environment() {
        return environment;
    }

    /** The settings below {@code server}, for those that have no option. */
    Settings server() {
        return server;
    }

    /** All settings of the file; each section has its own reader. */
    Settings settings() {
        return settings;
    }

    Settings providers() {
        return providers;
    }

    /**
     * What is known of models: the catalog of the program with the file that the configuration or
     * the environment names. All providers are given this one.
     */
    void catalog() {
        String named = settings.text("catalog", Catalog.VARIABLE, "");
        if (named.isEmpty()) {
            return;
        }
        Path path = Path.of(named);
        try {
            Catalog catalog = Catalog.read(path);
            settings.shared(Catalog.class, () -> catalog);
        } catch (CatalogException e) {
            settings.shared(Catalog.class, Catalog::builtIn);
            e.problems()
                    .forEach(problem -> findings.problem(named, problem.line(), problem.message()));
        }
    }

    /** The value of an option from the first place that gives one. */
    <T> Value<T> value(Option<T> option) {
        String fromFile = server.text(option.key(), "");
        String flag = flags.get(option.flag());
        if (flag != null) {
            return parsed(option, flag, option.flag(), 0);
        }
        if (!fromFile.isEmpty()) {
            YamlTree yaml = file.orElseThrow();
            int line = yaml.line("/" + option.section() + YamlTree.segment(option.key()));
            return parsed(option, fromFile, yaml.file(), line);
        }
        String variable = environment.get(option.variable());
        return variable.isEmpty()
                ? fallback(option)
                : parsed(option, variable, option.variable(), 0);
    }

    private <T> Value<T> parsed(Option<T> option, String text, String place, int line) {
        try {
            return new Value<>(option.parser().parse(text), place, line);
        } catch (IllegalArgumentException e) {
            String key = line > 0 ? "'" + option.key() + "' " : "";
            findings.problem(place, line, key + e.getMessage());
            return fallback(option);
        }
    }

    private static <T> Value<T> fallback(Option<T> option) {
        return new Value<>(option.parser().parse(option.fallback()), "default", 0);
    }

    /** Reports what is wrong in the file, and what in it nobody knows. */
    void finish() {
        file.ifPresent(yaml -> yaml.report(settings, "", findings));
        if (file.isEmpty()) {
            settings.problems()
                    .forEach(problem -> findings.problem("environment", 0, problem.message()));
        }
    }
}
