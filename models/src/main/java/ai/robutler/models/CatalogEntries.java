package ai.robutler.models;

import tools.jackson.databind.node.ObjectNode;

import java.util.Map;

/**
 * A catalog file as it was read: an object for each model, by {@code provider/model}.
 *
 * @param lines where each entry begins, without those whose line is not known
 */
record CatalogEntries(Map<String, ObjectNode> models, Map<String, Integer> lines) {
    CatalogEntries {
        models = Map.copyOf(models);
        lines = Map.copyOf(lines);
    }
}
