package ai.robutler.models;

import ai.robutler.core.Json;
import ai.robutler.core.Settings;

import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What is known of models: windows, output limits, abilities, prices, levels of thinking. The one
 * in this jar is extended by a file of the user's: YAML or JSON in the form of {@code catalog.yaml}
 * here, or LiteLLM's {@code model_prices_and_context_window.json} as it is. Immutable.
 */
public final class Catalog {
    /** The environment variable with the path of a file that extends the catalog. */
    public static final String VARIABLE = "ROBUTLER_CATALOG";

    private static final long MAX_BYTES = 32 << 20;

    private final Map<String, ObjectNode> entries;
    private final Map<String, CatalogModel> models;

    private Catalog(Map<String, ObjectNode> entries, Map<String, CatalogModel> models) {
        this.entries = Map.copyOf(entries);
        this.models = Map.copyOf(models);
    }

    private static final class BuiltIn {
        static final Catalog CATALOG = load();

        private static Catalog load() {
            try (InputStream in = Catalog.class.getResourceAsStream("catalog.yaml")) {
                if (in == null) {
                    throw new IllegalStateException("the jar has no catalog.yaml");
                }
                var none = new Catalog(Map.of(), Map.of());
                return none.with(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (CatalogException e) {
                throw new IllegalStateException("catalog.yaml of this jar: " + e.getMessage(), e);
            }
        }
    }

    /** The one in this jar. */
    public static Catalog builtIn() {
        return BuiltIn.CATALOG;
    }

    /**
     * The one in this jar, extended by a file.
     *
     * @throws CatalogException if the file cannot be read, or something in it is wrong
     */
    public static Catalog read(Path file) throws CatalogException {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw problem("is larger than a catalog can be");
            }
            return builtIn().with(Files.readString(file));
        } catch (CharacterCodingException e) {
            throw problem("is not UTF-8 text; save it as UTF-8");
        } catch (IOException e) {
            throw problem("no such file, or it cannot be read: " + file);
        }
    }

    /**
     * The catalog that all providers of a program share: the one that was given to their settings,
     * or else the one in this jar, with the file that {@link #VARIABLE} names. What is wrong with
     * the file is a problem of the settings.
     */
    public static Catalog of(Settings settings) {
        return settings.shared(Catalog.class, () -> fromEnvironment(settings));
    }

    private static Catalog fromEnvironment(Settings settings) {
        String file = settings.environment(VARIABLE);
        if (file.isEmpty()) {
            return builtIn();
        }
        try {
            return read(Path.of(file));
        } catch (CatalogException e) {
            settings.problem(VARIABLE, "names a catalog that cannot be used: " + e.getMessage());
            return builtIn();
        }
    }

    /** This one, with entries added, and fields of its entries replaced. */
    Catalog with(String text) throws CatalogException {
        CatalogEntries more = CatalogReader.read(text);
        var problems = new ArrayList<CatalogException.Problem>();
        var merged = new TreeMap<>(entries);
        var made = new TreeMap<>(models);
        new TreeMap<>(more.models())
                .forEach(
                        (name, entry) -> {
                            int line = more.lines().getOrDefault(name, 0);
                            var reader =
                                    new CatalogEntry(
                                            name,
                                            what ->
                                                    problems.add(
                                                            new CatalogException.Problem(
                                                                    line, what)));
                            ObjectNode whole =
                                    Json.shallowCopy(merged.getOrDefault(name, Json.object()));
                            whole.setAll(entry);
                            merged.put(name, whole);
                            made.put(name, reader.model(whole));
                            if (name.indexOf('/') < 1 || name.endsWith("/")) {
                                problems.add(
                                        new CatalogException.Problem(
                                                line,
                                                "'"
                                                        + name
                                                        + "' must be provider/model, such as"
                                                        + " openai/gpt-4o-mini"));
                            }
                        });
        if (!problems.isEmpty()) {
            throw new CatalogException(problems);
        }
        return new Catalog(merged, made);
    }

    /**
     * What is known of a provider's model: its own entry, or that of the model it is a dated
     * snapshot of, or the provider's {@code *}.
     */
    public Optional<CatalogModel> find(String provider, String model) {
        for (String name : CatalogNames.of(provider, model)) {
            CatalogModel found = models.get(name);
            if (found != null) {
                return Optional.of(found);
            }
        }
        return CatalogNames.resold(provider, model)
                .flatMap(maker -> find(maker.provider(), maker.model()))
                .map(CatalogModel::unpriced);
    }

    /** The names in the catalog, in alphabetical order. */
    public List<String> names() {
        return models.keySet().stream().sorted().toList();
    }

    private static CatalogException problem(String message) {
        return new CatalogException(List.of(new CatalogException.Problem(0, message)));
    }
}
