package ai.robutler.models;

import ai.robutler.core.ChatRequest;
import ai.robutler.core.Json;
import ai.robutler.core.JsonSyntaxException;
import ai.robutler.core.ToolCall;
import ai.robutler.core.ToolDefinition;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Decides what to answer: results of tools are put into words; else the tool that fits best is
 * called; else it says what it is.
 */
final class OfflineRules {
    private static final String NOTE =
            "(Found by Robutler's offline rules; no language model was asked.)";
    private static final String WHAT_IT_IS =
            "I am Robutler's offline stand-in, no language model: I pick a tool by the words of a question"
                    + " and word its result.";
    private static final String HOW_TO_MEND =
            " To talk to a model, set OPENAI_API_KEY, ANTHROPIC_API_KEY or XAI_API_KEY and start the"
                    + " server again.";

    private OfflineRules() {}

    static OfflineAnswer answer(ChatRequest request) {
        OfflineTurn turn = OfflineTurn.of(request);
        Optional<ToolCall> call = call(turn, request.field("tool_choice"));
        if (call.isPresent()) {
            return new OfflineAnswer.Calls(call.get());
        }
        String text = turn.answered().isEmpty() ? nothingToCall(turn) : worded(turn);
        JsonNode format = request.field("response_format");
        return new OfflineAnswer.Says(
                switch (format.path("type").asString("")) {
                    case "json_object" -> Json.write(Json.object().put("answer", text));
                    case "json_schema" ->
                            structured(format.path("json_schema").path("schema"), turn, text);
                    default -> turn.answered().isEmpty() ? text : text + "\n\n" + NOTE;
                });
    }

    /** The call to make next, if any. */
    private static Optional<ToolCall> call(OfflineTurn turn, JsonNode choice) {
        String mode = choice.asString(choice.path("type").asString("auto"));
        Optional<ToolDefinition> tool =
                switch (mode) {
                    case "none" -> Optional.empty();
                    case "function" -> turn.tool(choice.path("function").path("name").asString(""));
                    case "required" -> ToolFit.any(turn.tools(), turn.question());
                    case "allowed_tools" -> allowed(turn, choice.path("allowed_tools"));
                    default -> ToolFit.best(turn.tools(), turn.question());
                };
        boolean forced = !mode.equals("auto");
        if (tool.isEmpty() || !turn.answered().isEmpty()) {
            return Optional.empty();
        }
        var arguments = new Arguments(turn.question(), tool.get().parameters());
        String filled = Json.write(arguments.fill());
        boolean possible = forced || arguments.missing().isEmpty();
        return possible && !turn.called(tool.get().name(), filled)
                ? Optional.of(ToolCall.function(id(), tool.get().name(), filled))
                : Optional.empty();
    }

    private static Optional<ToolDefinition> allowed(OfflineTurn turn, JsonNode allowed) {
        var names = new ArrayList<String>();
        allowed.path("tools")
                .forEach(tool -> names.add(tool.path("function").path("name").asString("")));
        List<ToolDefinition> tools =
                turn.tools().stream().filter(tool -> names.contains(tool.name())).toList();
        return allowed.path("mode").asString("").equals("required")
                ? ToolFit.any(tools, turn.question())
                : ToolFit.best(tools, turn.question());
    }

    private static String worded(OfflineTurn turn) {
        return turn.answered().stream()
                .map(call -> ResultWords.of(call, turn.results().getOrDefault(call.id(), "")))
                .collect(Collectors.joining("\n"));
    }

    private static String nothingToCall(OfflineTurn turn) {
        Optional<ToolDefinition> close = ToolFit.best(turn.tools(), turn.question());
        if (close.isPresent()) {
            var arguments = new Arguments(turn.question(), close.get().parameters());
            arguments.fill();
            if (!arguments.missing().isEmpty()) {
                return "The tool "
                        + close.get().name()
                        + " would fit, but your question does not tell me its "
                        + String.join(" and ", arguments.missing())
                        + ". "
                        + WHAT_IT_IS;
            }
        }
        return WHAT_IT_IS + HOW_TO_MEND;
    }

    private static String structured(JsonNode schema, OfflineTurn turn, String text) {
        ObjectNode known = Json.object();
        for (ToolCall call : turn.answered()) {
            try {
                known.setAll(Json.parseObject(turn.results().getOrDefault(call.id(), "")));
            } catch (JsonSyntaxException e) {
                known.put("result", turn.results().getOrDefault(call.id(), ""));
            }
        }
        return Json.write(Schemas.sample(schema, schema, known, text));
    }

    private static String id() {
        return "call_" + UUID.randomUUID().toString().replace("-", "");
    }
}
