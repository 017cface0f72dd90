package ai.robutler.app;

import ai.robutler.core.Completer;
import ai.robutler.core.ModelProvider;
import ai.robutler.core.ProviderFactory;
import ai.robutler.core.Providers;
import ai.robutler.core.Settings;
import ai.robutler.models.Catalog;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What can be told about a provider without a call that costs.
 *
 * @param words in plain English, without secrets
 */
record ProviderReport(String name, String words) {
    private static final String KEY = "api-key";

    /** All on the class path, in their order of preference. */
    static List<ProviderReport> all(Setup setup) {
        var reports = new ArrayList<ProviderReport>();
        for (ProviderFactory factory : Providers.factories()) {
            reports.add(of(factory, setup.config()));
        }
        return reports;
    }

    private static ProviderReport of(ProviderFactory factory, Config config) {
        String pointer = "/providers" + YamlTree.segment(factory.name());
        ObjectNode section =
                config.file()
                                        .map(yaml -> yaml.root().at(pointer))
                                        .orElse(ai.robutler.core.Json.object())
                                instanceof ObjectNode object
                        ? object
                        : ai.robutler.core.Json.object();
        // The factory itself tells by what it asks for which variables it takes.
        Set<String> asked = new LinkedHashSet<>();
        Settings settings =
                Settings.of(
                        section,
                        variable -> {
                            asked.add(variable);
                            return config.environment().get(variable);
                        });
        settings.shared(Catalog.class, Catalog::builtIn);
        String missing;
        try (ModelProvider provider = factory.create(settings)) {
            if (asked.isEmpty()) {
                return new ProviderReport(factory.name(), "needs no key");
            }
            missing = missing(provider, asked);
        }
        String key = key(section, pointer, asked, config).orElse(missing);
        return new ProviderReport(
                factory.name(), key + Reach.words(factory.name(), base(section, asked, config)));
    }

    /** What a provider says itself when it is asked for a model before it is set up. */
    private static String missing(ModelProvider provider, Set<String> asked) {
        try {
            Completer _ = provider.model("any");
            return "needs no key";
        } catch (IllegalArgumentException e) {
            String advice = String.valueOf(e.getMessage());
            return asked.stream()
                    .filter(advice::contains)
                    .findFirst()
                    .map(
                            name ->
                                    (name.endsWith("_KEY") ? "no key; set " : "no address; set ")
                                            + name)
                    .orElse(advice);
        }
    }

    private static Optional<String> key(
            ObjectNode section, String pointer, Set<String> asked, Config config) {
        JsonNode inFile = section.path(KEY);
        if (!inFile.asString("").isBlank()) {
            String where =
                    config.file()
                            .map(yaml -> yaml.file() + ":" + yaml.line(pointer + "/" + KEY))
                            .orElse("");
            return Optional.of("key set (" + where + ")");
        }
        return asked.stream()
                .filter(name -> name.endsWith("_KEY"))
                .filter(name -> !config.environment().get(name).isEmpty())
                .findFirst()
                .map(name -> "key set (env " + name + ")");
    }

    private static String base(ObjectNode section, Set<String> asked, Config config) {
        String inFile = section.path("base-url").asString("");
        return inFile.isEmpty()
                ? asked.stream()
                        .filter(name -> name.endsWith("_URL"))
                        .map(config.environment()::get)
                        .filter(url -> !url.isEmpty())
                        .findFirst()
                        .orElse("")
                : inFile;
    }
}
