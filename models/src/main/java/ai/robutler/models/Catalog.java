package ai.robutler.models;

import ai.robutler.core.Settings;

import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What is known of models: windows, output limits, abilities, prices, levels of thinking. The one
 * in this jar is extended by a file of the user's: YAML or JSON in the form of {@code catalog.yaml}
 * here, or LiteLLM's {@code model_prices_and_context_window.json} as it is. What is in the jar is
 * read when a model is first asked for, once; a file is read, and told what is wrong with it, at
 * once. Immutable, thread-safe.
 */
public final class Catalog {
    /** The environment variable with the path of a file that extends the catalog. */
    public static final String VARIABLE = "ROBUTLER_CATALOG";

    private static final long MAX_BYTES = 32 << 20;

    private static final Catalog BUILT_IN = new Catalog(Catalog::load);

    private final Once<CatalogContents> contents;

    Catalog(Supplier<CatalogContents> contents) {
        this.contents = new Once<>(contents);
    }

    private static CatalogContents load() {
        try (InputStream in = Catalog.class.getResourceAsStream("catalog.yaml")) {
            if (in == null) {
                throw new IllegalStateException("the jar has no catalog.yaml");
            }
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return CatalogContents.NONE.with(checked(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (CatalogException e) {
            throw new IllegalStateException("catalog.yaml of this jar: " + e.getMessage(), e);
        }
    }

    /** The one in this jar. */
    public static Catalog builtIn() {
        return BUILT_IN;
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
        Map<String, ObjectNode> more = checked(text);
        return new Catalog(() -> contents.get().with(more));
    }

    private static Map<String, ObjectNode> checked(String text) throws CatalogException {
        CatalogEntries read = CatalogReader.read(text);
        List<CatalogException.Problem> problems = CatalogContents.problems(read);
        if (!problems.isEmpty()) {
            throw new CatalogException(problems);
        }
        return read.models();
    }

    /**
     * What is known of a provider's model: its own entry, or that of the model it is a dated
     * snapshot of, or the provider's {@code *}.
     */
    public Optional<CatalogModel> find(String provider, String model) {
        for (String name : CatalogNames.of(provider, model)) {
            CatalogModel found = contents.get().models().get(name);
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
        return contents.get().models().keySet().stream().sorted().toList();
    }

    private static CatalogException problem(String message) {
        return new CatalogException(List.of(new CatalogException.Problem(0, message)));
    }
}
