package ai.robutler.core;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A tool call that is still being streamed, and how much of it the client has seen. */
final class OpenCall {
    private final @Nullable Integer index;
    private final StringBuilder name = new StringBuilder();
    private final StringBuilder arguments = new StringBuilder();
    private final ObjectNode extra = Json.object();
    private String id = "";
    private String providerId = "";
    private boolean custom;
    private boolean closed;

    /** Whom the call is for; unknown until its name is complete. */
    enum Route {
        UNKNOWN,
        CLIENT,
        HERE
    }

    Route route = Route.UNKNOWN;
    int sentArguments;
    int sentExtras;
    int clientIndex = -1;

    OpenCall(@Nullable Integer index) {
        this.index = index;
    }

    boolean hasIndex(int wanted) {
        return index != null && index == wanted;
    }

    /**
     * The id that client and model see; given here if the provider gave none until it is needed.
     */
    String id() {
        if (id.isEmpty()) {
            id = Ids.call();
        }
        return id;
    }

    /** The id that the provider gave, "" as long as there is none. */
    String providerId() {
        return providerId;
    }

    /**
     * @param usable whether no other call of the turn has it
     */
    void providerId(String given, boolean usable) {
        providerId = given;
        if (usable && id.isEmpty()) {
            id = given;
        }
    }

    /** Neither name nor arguments ever came: a delta that announced a call which never was. */
    boolean isEmpty() {
        return name.isEmpty() && arguments.isEmpty();
    }

    String name() {
        return name.toString();
    }

    void appendName(String piece) {
        name.append(piece);
    }

    String arguments() {
        return arguments.toString();
    }

    String argumentsFrom(int start) {
        return arguments.substring(start);
    }

    int length() {
        return arguments.length();
    }

    void appendArguments(String piece) {
        arguments.append(piece);
    }

    boolean isCustom() {
        return custom;
    }

    void makeCustom() {
        custom = true;
    }

    /** No more of it can come: another call has begun, or the stream has ended. */
    void close() {
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }

    boolean hasWholeArguments() {
        return isJsonObject(arguments.toString());
    }

    static boolean isJsonObject(String text) {
        if (!text.stripTrailing().endsWith("}")) {
            return false;
        }
        try {
            Json.parseObject(text);
            return true;
        } catch (JsonSyntaxException _) {
            return false;
        }
    }

    /** Keeps a field that is not one of the known: providers hide signatures there. */
    void keep(String field, JsonNode value) {
        extra.set(field, value);
    }

    ObjectNode extra() {
        return extra;
    }

    ToolCall toolCall() {
        ObjectNode json = Json.object().put("id", id()).put("type", custom ? "custom" : "function");
        ObjectNode body = Json.object().put("name", name.toString());
        body.put(custom ? "input" : "arguments", arguments.toString());
        json.set(custom ? "custom" : "function", body);
        json.setAll(extra);
        return new ToolCall(json);
    }
}
