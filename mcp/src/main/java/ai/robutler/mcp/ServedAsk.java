package ai.robutler.mcp;

import ai.robutler.core.Json;

import tools.jackson.databind.node.ObjectNode;

/**
 * What a tool, a prompt or a resource wants to know of the client that called it.
 *
 * @param method such as {@code elicitation/create}
 * @param params as the protocol has them
 */
public record ServedAsk(String method, ObjectNode params) {

    /**
     * The user shall fill in a form.
     *
     * @param schema an object of texts, numbers, booleans and choices
     */
    public static ServedAsk elicit(String message, ObjectNode schema) {
        ObjectNode params = Json.object().put("message", message);
        params.set("requestedSchema", schema);
        return new ServedAsk("elicitation/create", params);
    }

    /** The client's own model shall answer. */
    public static ServedAsk sample(String message, int maxTokens) {
        ObjectNode params = Json.object();
        ObjectNode said = params.putArray("messages").addObject().put("role", "user");
        said.putObject("content").put("type", "text").put("text", message);
        return new ServedAsk("sampling/createMessage", params.put("maxTokens", maxTokens));
    }

    /** The folders that the client works in. */
    public static ServedAsk roots() {
        return new ServedAsk("roots/list", Json.object());
    }

    /** What the client must be able to do. */
    String capability() {
        return switch (method) {
            case "elicitation/create" -> "elicitation";
            case "sampling/createMessage" -> "sampling";
            case "roots/list" -> "roots";
            default -> throw new IllegalArgumentException("clients are not asked for " + method);
        };
    }

    /** Whether this can be an answer. */
    boolean fits(ObjectNode answer) {
        return switch (method) {
            case "elicitation/create" -> isFilledIn(answer);
            case "sampling/createMessage" ->
                    answer.path("role").isString() && answer.has("content");
            default -> answer.path("roots").isArray();
        };
    }

    private boolean isFilledIn(ObjectNode answer) {
        return switch (answer.path("action").asString("")) {
            case "decline", "cancel" -> true;
            case "accept" -> {
                boolean complete = true;
                for (var name : params.path("requestedSchema").path("required")) {
                    complete &= answer.path("content").has(name.asString(""));
                }
                yield complete && (answer.path("content").isObject() || !answer.has("content"));
            }
            default -> false;
        };
    }
}
