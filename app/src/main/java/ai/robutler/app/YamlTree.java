package ai.robutler.app;

import ai.robutler.core.Settings;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.Map;

/**
 * A YAML mapping as JSON, and where in its file each part stands.
 *
 * @param file as its author knows it
 * @param lines from JSON Pointers to lines, counted from 1
 */
record YamlTree(String file, ObjectNode root, Map<String, Integer> lines) {
    YamlTree {
        lines = Map.copyOf(lines);
    }

    /** The line of a value, or of the nearest thing around it. */
    int line(String pointer) {
        for (String at = pointer; !at.isEmpty(); at = at.substring(0, at.lastIndexOf('/'))) {
            Integer line = lines.get(at);
            if (line != null) {
                return line;
            }
        }
        return lines.getOrDefault("", 1);
    }

    Problem at(String pointer, String message) {
        return new Problem(file, line(pointer), message);
    }

    /** The settings below a pointer; empty ones where nothing, or null, is there. */
    Settings settings(String pointer, Environment environment) {
        JsonNode below = root.at(pointer);
        return Settings.of(
                below instanceof ObjectNode object ? object : ai.robutler.core.Json.object(),
                environment::get);
    }

    /** Everything wrong with settings that stand below a pointer. */
    void report(Settings settings, String pointer, Findings findings) {
        for (var problem : settings.problems()) {
            findings.problem(at(pointer + problem.path(), problem.message()));
        }
    }

    /** A pointer's next segment. */
    static String segment(String key) {
        return "/" + key.replace("~", "~0").replace("/", "~1");
    }
}
