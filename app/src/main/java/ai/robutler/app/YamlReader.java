package ai.robutler.app;

import ai.robutler.core.Json;

import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads YAML 1.2 (core schema) into JSON with lines, variables expanded. Whatever is wrong becomes
 * a problem with its line. One reader reads one text.
 */
final class YamlReader {
    private static final CoreSchema SCHEMA = new CoreSchema();
    private static final int MAX_DEPTH = 100;

    /** Aliases can make a small text huge. */
    private static final int MAX_NODES = 100_000;

    private final String file;
    private final int lineBefore;
    private final Variables variables;
    private final Findings findings;
    private final Map<String, Integer> lines = new HashMap<>();
    private int nodes;

    private YamlReader(String file, int lineBefore, Environment environment, Findings findings) {
        this.file = file;
        this.lineBefore = lineBefore;
        this.variables = new Variables(environment);
        this.findings = findings;
    }

    /**
     * @param lineBefore how many lines of the file come before the text
     * @return what could be read; empty where nothing could
     */
    static Optional<YamlTree> read(
            String file, String text, int lineBefore, Environment environment, Findings findings) {
        return new YamlReader(file, lineBefore, environment, findings).read(text);
    }

    private Optional<YamlTree> read(String text) {
        Optional<Node> root;
        try {
            root = new Compose(settings()).composeString(text);
        } catch (MarkedYamlEngineException e) {
            findings.problem(file, syntaxLine(e), syntaxMessage(e, text));
            return Optional.empty();
        } catch (YamlEngineException e) {
            findings.problem(file, lineBefore + 1, "not valid YAML: " + e.getMessage());
            return Optional.empty();
        }
        lines.put("", lineBefore + 1);
        if (root.isEmpty()) {
            return Optional.of(tree(Json.object()));
        }
        if (!(root.get() instanceof MappingNode mapping)) {
            return root.get() instanceof ScalarNode scalar && scalar.getTag().equals(Tag.NULL)
                    ? Optional.of(tree(Json.object()))
                    : failed(root.get());
        }
        return Optional.of(tree(mapping(mapping, "", 0)));
    }

    private YamlTree tree(ObjectNode root) {
        return new YamlTree(file, root, lines);
    }

    private Optional<YamlTree> failed(Node root) {
        findings.problem(file, line(root), "must consist of settings, written 'key: value'");
        return Optional.empty();
    }

    private LoadSettings settings() {
        return LoadSettings.builder()
                .setLabel(file)
                .setSchema(SCHEMA)
                .setAllowDuplicateKeys(true)
                .setUseMarks(true)
                .build();
    }

    private int syntaxLine(MarkedYamlEngineException e) {
        Optional<Mark> mark = e.getProblemMark().or(e::getContextMark);
        return lineBefore + mark.map(Mark::getLine).orElse(0) + 1;
    }

    private static String syntaxMessage(MarkedYamlEngineException e, String text) {
        int at = e.getProblemMark().map(Mark::getLine).orElse(0);
        String line = text.lines().skip(at).findFirst().orElse("");
        String hint =
                line.contains("{") && line.contains("${")
                        ? "; within { } or [ ], put ${…} in quotes"
                        : "";
        return "not valid YAML: " + e.getProblem() + hint;
    }

    private JsonNode node(Node node, String pointer, int depth) {
        if (depth > MAX_DEPTH || ++nodes > MAX_NODES) {
            if (nodes <= MAX_NODES + 1) {
                findings.problem(file, line(node), "nested too deeply, or too large");
            }
            nodes = Math.max(nodes, MAX_NODES + 1);
            return JsonNodeFactory.instance.nullNode();
        }
        return switch (node) {
            case MappingNode mapping -> mapping(mapping, pointer, depth);
            case SequenceNode sequence -> sequence(sequence, pointer, depth);
            case ScalarNode scalar -> scalar(scalar);
            default -> throw new IllegalStateException("a node of no known kind");
        };
    }

    private ObjectNode mapping(MappingNode mapping, String pointer, int depth) {
        ObjectNode object = Json.object();
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                findings.problem(file, line(tuple.getKeyNode()), "a key must be plain text");
                continue;
            }
            String name = key.getValue();
            String below = pointer + YamlTree.segment(name);
            if (object.has(name)) {
                String first = " (first in line " + lines.get(below) + "); keep one of them";
                findings.problem(file, line(key), "'" + name + "' is given twice" + first);
                continue;
            }
            lines.put(below, line(key));
            object.set(name, node(tuple.getValueNode(), below, depth + 1));
        }
        return object;
    }

    private JsonNode sequence(SequenceNode sequence, String pointer, int depth) {
        var array = Json.array();
        for (Node item : sequence.getValue()) {
            String below = pointer + "/" + array.size();
            lines.put(below, line(item));
            array.add(node(item, below, depth + 1));
        }
        return array;
    }

    private JsonNode scalar(ScalarNode scalar) {
        String text = scalar.getValue();
        String expanded =
                variables.expand(text, message -> findings.problem(file, line(scalar), message));
        if (expanded.equals(text)) {
            return value(scalar, scalar.getTag(), text);
        }
        if (expanded.isEmpty() || !scalar.isPlain() || !Variables.isReference(text)) {
            return JsonNodeFactory.instance.stringNode(expanded);
        }
        JsonNode resolved =
                value(scalar, SCHEMA.getScalarResolver().resolve(expanded, true), expanded);
        // A key such as 0123 or 12e5 is text: as a number it would come back changed.
        return resolved.asString("").equals(expanded)
                ? resolved
                : JsonNodeFactory.instance.stringNode(expanded);
    }

    private JsonNode value(ScalarNode scalar, Tag tag, String text) {
        Optional<JsonNode> value = YamlScalars.value(tag, text);
        if (value.isEmpty()) {
            findings.problem(
                    file,
                    line(scalar),
                    "a value with the tag " + tag.getValue() + " is not known here");
        }
        return value.orElseGet(JsonNodeFactory.instance::nullNode);
    }

    private int line(Node node) {
        return lineBefore + node.getStartMark().map(Mark::getLine).orElse(0) + 1;
    }
}
