package ai.robutler.core;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A whole answer: a view over a {@code chat.completion}. */
public record ChatCompletion(ObjectNode json) {

    /** An answer of one message, as a local completer makes it. */
    public static ChatCompletion of(ChatMessage message, String finishReason) {
        var choice = Json.object().put("index", 0);
        choice.set("message", message.json());
        choice.putNull("logprobs").put("finish_reason", finishReason);
        var json =
                Json.object()
                        .put("id", "")
                        .put("object", "chat.completion")
                        .put("created", 0)
                        .put("model", "");
        json.set("choices", Json.array(choice));
        return new ChatCompletion(json);
    }

    public static ChatCompletion text(String text) {
        var message = ChatMessage.assistant(text);
        message.json().putNull("refusal");
        return of(message, "stop");
    }

    public String id() {
        return Json.text(json, "id");
    }

    /** The message of the first choice; an empty assistant message where there is none. */
    public ChatMessage message() {
        return firstChoice().path("message") instanceof ObjectNode message
                ? new ChatMessage(message)
                : ChatMessage.assistant("");
    }

    /** The text of the first choice. */
    public String text() {
        return message().text();
    }

    public String finishReason() {
        return Json.text(firstChoice(), "finish_reason");
    }

    public Usage usage() {
        return Usage.in(json);
    }

    public boolean hasChoices() {
        return firstChoice().isObject();
    }

    ChatCompletion with(ChatMessage message, String finishReason) {
        ObjectNode copy = Json.shallowCopy(json);
        ObjectNode choice =
                firstChoice() instanceof ObjectNode first ? Json.shallowCopy(first) : Json.object();
        choice.set("message", message.json());
        choice.put("finish_reason", finishReason);
        var choices = Json.array(choice);
        JsonNode others = json.path("choices");
        for (int i = 1; i < others.size(); i++) {
            choices.add(others.get(i));
        }
        copy.set("choices", choices);
        return new ChatCompletion(copy);
    }

    private JsonNode firstChoice() {
        return json.path("choices").path(0);
    }
}
