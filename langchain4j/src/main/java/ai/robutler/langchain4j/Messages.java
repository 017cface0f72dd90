package ai.robutler.langchain4j;

import ai.robutler.core.ChatMessage;
import ai.robutler.core.InvalidRequestException;
import ai.robutler.core.ToolCall;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.AudioContent;
import dev.langchain4j.data.message.Content;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.PdfFileContent;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;

import tools.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The messages of a conversation as LangChain4j has them. */
final class Messages {
    private static final Pattern DATA_URL =
            Pattern.compile("data:([\\w.+-]+/[\\w.+-]+);base64,(.*)", Pattern.DOTALL);

    /** The tools' names by call: LangChain4j wants them at the results. */
    private final Map<String, String> tools = new HashMap<>();

    private final List<dev.langchain4j.data.message.ChatMessage> translated = new ArrayList<>();

    private Messages() {}

    static List<dev.langchain4j.data.message.ChatMessage> of(List<ChatMessage> messages) {
        var all = new Messages();
        messages.forEach(all::add);
        return all.translated;
    }

    private void add(ChatMessage message) {
        switch (message.role()) {
            case "system", "developer" -> {
                if (!message.text().isBlank()) {
                    translated.add(SystemMessage.from(message.text()));
                }
            }
            case "user" -> translated.add(UserMessage.from(contents(message)));
            case "assistant" -> translated.add(assistant(message));
            case "tool" -> {
                String id = message.toolCallId();
                translated.add(
                        ToolExecutionResultMessage.from(
                                id, tools.getOrDefault(id, "tool"), message.text()));
            }
            default -> throw unsupported("messages of the role '" + message.role() + "'");
        }
    }

    private AiMessage assistant(ChatMessage message) {
        var built = AiMessage.builder();
        if (!message.text().isEmpty()) {
            built.text(message.text());
        }
        if (message.json().path("reasoning_content").isString()) {
            built.thinking(message.json().path("reasoning_content").stringValue());
        }
        var calls = new ArrayList<ToolExecutionRequest>();
        for (ToolCall call : message.toolCalls()) {
            tools.put(call.id(), call.name());
            calls.add(
                    ToolExecutionRequest.builder()
                            .id(call.id())
                            .name(call.name())
                            .arguments(call.arguments())
                            .build());
        }
        return built.toolExecutionRequests(calls).build();
    }

    private static List<Content> contents(ChatMessage message) {
        JsonNode content = message.json().path("content");
        if (!content.isArray()) {
            return List.of(TextContent.from(message.text()));
        }
        var parts = new ArrayList<Content>();
        content.forEach(part -> parts.add(content(part)));
        return parts;
    }

    private static Content content(JsonNode part) {
        String type = part.path("type").asString("");
        return switch (type) {
            case "text" -> TextContent.from(part.path("text").asString(""));
            case "image_url" -> image(part.path("image_url").path("url").asString(""));
            case "input_audio" ->
                    AudioContent.from(
                            part.path("input_audio").path("data").asString(""),
                            "audio/" + part.path("input_audio").path("format").asString("wav"));
            case "file" -> file(part.path("file").path("file_data").asString(""));
            default -> throw unsupported("parts of the type '" + type + "'");
        };
    }

    private static Content image(String url) {
        Matcher data = DATA_URL.matcher(url);
        return data.matches()
                ? ImageContent.from(data.group(2), data.group(1))
                : ImageContent.from(url);
    }

    private static Content file(String url) {
        Matcher data = DATA_URL.matcher(url);
        if (!data.matches()) {
            throw unsupported("files without a data URL in file_data");
        }
        return PdfFileContent.from(data.group(2), data.group(1));
    }

    private static InvalidRequestException unsupported(String what) {
        return InvalidRequestException.of("messages", "models of LangChain4j do not take " + what);
    }
}
