package ai.robutler.models;

import ai.robutler.core.Json;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.Optional;

/**
 * How the answer is to look: held to a schema where the model can be, else told in words.
 *
 * @param schema what the provider holds the answer to
 * @param instruction what the model is told
 */
record AnthropicFormat(Optional<ObjectNode> schema, Optional<String> instruction) {
    private static final AnthropicFormat ANY =
            new AnthropicFormat(Optional.empty(), Optional.empty());
    private static final String BARE =
            " Write nothing before or after it, and no Markdown fences around it.";

    static AnthropicFormat of(JsonNode format, AnthropicFamily family) {
        return switch (format.path("type").stringValue("")) {
            case "json_object" -> told("Answer with a single JSON object." + BARE);
            case "json_schema" -> {
                JsonNode wanted = format.path("json_schema");
                if (!(wanted.path("schema") instanceof ObjectNode schema)) {
                    yield told("Answer with a single JSON object." + BARE);
                }
                yield family.schemas() && AnthropicSchema.isExpressible(schema)
                        ? new AnthropicFormat(
                                Optional.of(AnthropicSchema.of(schema)), Optional.empty())
                        : told(words(wanted, schema));
            }
            default -> ANY;
        };
    }

    private static String words(JsonNode wanted, ObjectNode schema) {
        String description = wanted.path("description").stringValue("");
        return "Answer with JSON that conforms to this JSON Schema"
                + (description.isEmpty() ? "" : " (" + description + ")")
                + ":\n"
                + Json.write(schema)
                + "\n"
                + BARE.strip();
    }

    private static AnthropicFormat told(String instruction) {
        return new AnthropicFormat(Optional.empty(), Optional.of(instruction));
    }
}
