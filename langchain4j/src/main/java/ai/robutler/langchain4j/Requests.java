package ai.robutler.langchain4j;

import ai.robutler.core.ChatRequest;
import ai.robutler.core.ToolDefinition;

import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.ToolChoice;
import dev.langchain4j.model.chat.request.json.JsonSchema;

import tools.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.List;

/**
 * A request as LangChain4j has it. Carried over is what its common interface has a place for:
 * messages, tools, the usual sampling parameters, response formats.
 */
final class Requests {
    private Requests() {}

    static dev.langchain4j.model.chat.request.ChatRequest of(ChatRequest request) {
        var built =
                dev.langchain4j.model.chat.request.ChatRequest.builder()
                        .messages(Messages.of(request.messages()));
        String forced = request.field("tool_choice").path("function").path("name").asString("");
        List<ToolSpecification> tools =
                request.tools().stream()
                        .filter(ToolDefinition::isFunction)
                        .filter(tool -> forced.isEmpty() || tool.name().equals(forced))
                        .map(Requests::tool)
                        .toList();
        if (!tools.isEmpty()) {
            built.toolSpecifications(tools);
            choice(request.field("tool_choice"), built);
        }
        sampling(request, built);
        return built.build();
    }

    private static ToolSpecification tool(ToolDefinition tool) {
        var built = ToolSpecification.builder().name(tool.name()).description(tool.description());
        if (tool.parameters().isObject()) {
            built.parameters(Schemas.object(tool.parameters()));
        }
        JsonNode strict = tool.json().path("function").path("strict");
        return strict.isBoolean() ? built.strict(strict.booleanValue()).build() : built.build();
    }

    /** One forced tool is the only one that is offered, and some call is required. */
    private static void choice(
            JsonNode choice, dev.langchain4j.model.chat.request.ChatRequest.Builder built) {
        if (choice.isObject()) {
            built.toolChoice(ToolChoice.REQUIRED);
            return;
        }
        switch (choice.asString("")) {
            case "required" -> built.toolChoice(ToolChoice.REQUIRED);
            case "none" -> built.toolChoice(ToolChoice.NONE);
            case "auto" -> built.toolChoice(ToolChoice.AUTO);
            default -> {
                // The model's own default.
            }
        }
    }

    private static void sampling(
            ChatRequest request, dev.langchain4j.model.chat.request.ChatRequest.Builder built) {
        JsonNode most =
                request.field("max_completion_tokens").isNumber()
                        ? request.field("max_completion_tokens")
                        : request.field("max_tokens");
        if (most.isNumber()) {
            built.maxOutputTokens(most.intValue());
        }
        if (request.field("temperature").isNumber()) {
            built.temperature(request.field("temperature").doubleValue());
        }
        if (request.field("top_p").isNumber()) {
            built.topP(request.field("top_p").doubleValue());
        }
        if (request.field("frequency_penalty").isNumber()) {
            built.frequencyPenalty(request.field("frequency_penalty").doubleValue());
        }
        if (request.field("presence_penalty").isNumber()) {
            built.presencePenalty(request.field("presence_penalty").doubleValue());
        }
        JsonNode stop = request.field("stop");
        if (stop.isString()) {
            built.stopSequences(List.of(stop.stringValue()));
        } else if (stop.isArray()) {
            var all = new ArrayList<String>();
            stop.forEach(each -> all.add(each.asString("")));
            built.stopSequences(all);
        }
        format(request.field("response_format"), built);
    }

    private static void format(
            JsonNode format, dev.langchain4j.model.chat.request.ChatRequest.Builder built) {
        switch (format.path("type").asString("")) {
            case "json_object" -> built.responseFormat(ResponseFormat.JSON);
            case "json_schema" ->
                    built.responseFormat(
                            ResponseFormat.builder()
                                    .type(ResponseFormatType.JSON)
                                    .jsonSchema(
                                            JsonSchema.builder()
                                                    .name(
                                                            format.path("json_schema")
                                                                    .path("name")
                                                                    .asString("answer"))
                                                    .rootElement(
                                                            Schemas.object(
                                                                    format.path("json_schema")
                                                                            .path("schema")))
                                                    .build())
                                    .build());
            default -> {
                // Text, which is the default everywhere.
            }
        }
    }
}
