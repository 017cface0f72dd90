package ai.robutler.models;

import ai.robutler.core.Json;
import ai.robutler.core.JsonSyntaxException;

import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a catalog's text: YAML, or JSON where it begins with a brace. Scalars of YAML stay text, so
 * that a price is never a binary fraction.
 */
final class CatalogReader {
    private CatalogReader() {}

    static CatalogEntries read(String text) throws CatalogException {
        return text.stripLeading().startsWith("{") ? json(text) : yaml(text);
    }

    private static CatalogEntries json(String text) throws CatalogException {
        ObjectNode root;
        try {
            root = Json.parseObject(text);
        } catch (JsonSyntaxException e) {
            throw problem(0, String.valueOf(e.getMessage()));
        }
        var models = new LinkedHashMap<String, ObjectNode>();
        for (var entry : root.properties()) {
            if (!(entry.getValue() instanceof ObjectNode object)) {
                throw problem(0, "'" + entry.getKey() + "' needs facts of its model below it");
            }
            if (!LiteLlmPrices.is(object)) {
                models.put(entry.getKey(), object);
            } else if (LiteLlmPrices.isModel(entry.getKey(), object)) {
                models.put(LiteLlmPrices.name(entry.getKey(), object), LiteLlmPrices.entry(object));
            }
        }
        return new CatalogEntries(models, Map.of());
    }

    private static CatalogEntries yaml(String text) throws CatalogException {
        var settings =
                LoadSettings.builder()
                        .setSchema(new FailsafeSchema())
                        .setCodePointLimit(16 << 20)
                        .setMaxAliasesForCollections(0)
                        .build();
        Node root;
        try {
            root = new Compose(settings).composeString(text).orElse(null);
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(0);
            throw problem(line, "not valid YAML: " + e.getProblem());
        } catch (YamlEngineException e) {
            throw problem(0, "not valid YAML: " + e.getMessage());
        }
        if (root == null) {
            return new CatalogEntries(Map.of(), Map.of());
        }
        if (!(root instanceof MappingNode mapping)) {
            throw problem(
                    1, "a catalog has models, such as openai/gpt-4o-mini, each with its facts");
        }
        return entries(mapping);
    }

    private static CatalogEntries entries(MappingNode mapping) throws CatalogException {
        var models = new LinkedHashMap<String, ObjectNode>();
        var lines = new LinkedHashMap<String, Integer>();
        for (NodeTuple tuple : mapping.getValue()) {
            String name = key(tuple.getKeyNode());
            if (!(tree(tuple.getValueNode()) instanceof ObjectNode facts)) {
                throw problem(
                        line(tuple.getKeyNode()),
                        "'" + name + "' needs facts of its model below it, such as window: 128000");
            }
            models.put(name, facts);
            lines.put(name, line(tuple.getKeyNode()));
        }
        return new CatalogEntries(models, lines);
    }

    private static JsonNode tree(Node node) throws CatalogException {
        return switch (node) {
            case ScalarNode scalar -> JsonNodeFactory.instance.stringNode(scalar.getValue());
            case SequenceNode sequence -> {
                var array = Json.array();
                for (Node item : sequence.getValue()) {
                    array.add(tree(item));
                }
                yield array;
            }
            case MappingNode mapping -> {
                var object = Json.object();
                for (NodeTuple tuple : mapping.getValue()) {
                    object.set(key(tuple.getKeyNode()), tree(tuple.getValueNode()));
                }
                yield object;
            }
            default -> throw problem(line(node), "aliases are not supported here");
        };
    }

    private static String key(Node node) throws CatalogException {
        if (node instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        throw problem(line(node), "a key must be text");
    }

    private static int line(Node node) {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
    }

    private static CatalogException problem(int line, String message) {
        return new CatalogException(List.of(new CatalogException.Problem(line, message)));
    }
}
