package ai.robutler.langchain4j;

import ai.robutler.core.ChatChunk;
import ai.robutler.core.ChatCompletion;
import ai.robutler.core.ChatMessage;
import ai.robutler.core.Json;
import ai.robutler.core.ToolCall;
import ai.robutler.core.Usage;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;

/** What LangChain4j answers, in OpenAI's form. */
final class Answers {
    private Answers() {}

    static ChatCompletion completion(ChatResponse response, String model) {
        AiMessage said = response.aiMessage();
        var message = Json.object().put("role", "assistant").put("content", said.text());
        if (said.thinking() != null) {
            message.put("reasoning_content", said.thinking());
        }
        List<ToolCall> calls = said.toolExecutionRequests().stream().map(Answers::call).toList();
        var completion =
                ChatCompletion.of(
                        new ChatMessage(message).withToolCalls(calls), finishReason(response));
        completion.json().put("id", text(response.id())).put("model", name(response, model));
        Usage usage = usage(response.tokenUsage());
        if (!usage.isNone()) {
            completion.json().set("usage", usage.json());
        }
        return completion;
    }

    /** A whole answer in the pieces of a stream. */
    static List<ChatChunk> chunks(ChatResponse response, String model) {
        var chunks = new ArrayList<ChatChunk>();
        AiMessage said = response.aiMessage();
        if (said.thinking() != null) {
            chunks.add(thinking(said.thinking()));
        }
        if (said.text() != null) {
            chunks.add(ChatChunk.text(said.text()));
        }
        List<ToolExecutionRequest> calls = said.toolExecutionRequests();
        for (int i = 0; i < calls.size(); i++) {
            chunks.add(call(i, calls.get(i)));
        }
        chunks.addAll(end(response));
        chunks.forEach(chunk -> chunk.json().put("model", name(response, model)));
        return chunks;
    }

    /** The last chunks of a stream. */
    static List<ChatChunk> end(ChatResponse response) {
        var chunks = new ArrayList<ChatChunk>();
        chunks.add(ChatChunk.finish(finishReason(response)));
        Usage usage = usage(response.tokenUsage());
        if (!usage.isNone()) {
            chunks.add(ChatChunk.usage(usage));
        }
        return chunks;
    }

    static ChatChunk thinking(String text) {
        return ChatChunk.delta(Json.object().put("reasoning_content", text));
    }

    static ChatChunk call(int index, ToolExecutionRequest call) {
        return calls(Json.object().put("index", index).setAll(call(call).json()));
    }

    /** A piece of a call's arguments. */
    static ChatChunk piece(int index, String arguments) {
        ObjectNode piece = Json.object().put("index", index);
        piece.putObject("function").put("arguments", arguments);
        return calls(piece);
    }

    private static ChatChunk calls(ObjectNode call) {
        ObjectNode delta = Json.object();
        ArrayNode calls = delta.putArray("tool_calls");
        calls.add(call);
        return ChatChunk.delta(delta);
    }

    private static ToolCall call(ToolExecutionRequest call) {
        return ToolCall.function(text(call.id()), text(call.name()), text(call.arguments()));
    }

    private static String finishReason(ChatResponse response) {
        FinishReason reason = response.finishReason();
        if (reason == null) {
            return response.aiMessage().hasToolExecutionRequests() ? "tool_calls" : "stop";
        }
        return switch (reason) {
            case STOP, OTHER -> "stop";
            case LENGTH -> "length";
            case TOOL_EXECUTION -> "tool_calls";
            case CONTENT_FILTER -> "content_filter";
        };
    }

    private static Usage usage(@Nullable TokenUsage usage) {
        if (usage == null
                || (usage.inputTokenCount() == null && usage.outputTokenCount() == null)) {
            return Usage.NONE;
        }
        var json = Json.object();
        if (usage.inputTokenCount() != null) {
            json.put("prompt_tokens", usage.inputTokenCount());
        }
        if (usage.outputTokenCount() != null) {
            json.put("completion_tokens", usage.outputTokenCount());
        }
        if (usage.totalTokenCount() != null) {
            json.put("total_tokens", usage.totalTokenCount());
        }
        return new Usage(json);
    }

    private static String name(ChatResponse response, String model) {
        return response.modelName() == null ? model : response.modelName();
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }
}
