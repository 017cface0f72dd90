package ai.robutler.models;

import ai.robutler.core.Json;

import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The entries of a catalog, and the models that they describe, by {@code provider/model}. What is
 * wrong with entries shows when they are {@linkplain #problems looked into}; that needs no other
 * entries, for fields are replaced as a whole.
 */
record CatalogContents(Map<String, ObjectNode> entries, Map<String, CatalogModel> models) {
    static final CatalogContents NONE = new CatalogContents(Map.of(), Map.of());

    CatalogContents {
        entries = Map.copyOf(entries);
        models = Map.copyOf(models);
    }

    static List<CatalogException.Problem> problems(CatalogEntries read) {
        var problems = new ArrayList<CatalogException.Problem>();
        new TreeMap<>(read.models())
                .forEach(
                        (name, entry) -> {
                            int line = read.lines().getOrDefault(name, 0);
                            CatalogModel _ =
                                    new CatalogEntry(name, what -> problems.add(at(line, what)))
                                            .model(entry);
                            if (name.indexOf('/') < 1 || name.endsWith("/")) {
                                problems.add(
                                        at(
                                                line,
                                                "'"
                                                        + name
                                                        + "' must be provider/model, such as"
                                                        + " openai/gpt-4o-mini"));
                            }
                        });
        return problems;
    }

    private static CatalogException.Problem at(int line, String message) {
        return new CatalogException.Problem(line, message);
    }

    /** These, with entries added that have no problems, and fields of these replaced. */
    CatalogContents with(Map<String, ObjectNode> more) {
        var merged = new HashMap<>(entries);
        var made = new HashMap<>(models);
        more.forEach(
                (name, entry) -> {
                    ObjectNode whole = Json.shallowCopy(merged.getOrDefault(name, Json.object()));
                    whole.setAll(entry);
                    merged.put(name, whole);
                    made.put(name, new CatalogEntry(name, CatalogContents::surprise).model(whole));
                });
        return new CatalogContents(merged, made);
    }

    private static void surprise(String problem) {
        throw new IllegalStateException("only together with other entries: " + problem);
    }
}
