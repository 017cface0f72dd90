package ai.robutler.mcp;

import ai.robutler.core.Json;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An agent's prompts: its instructions, and what its skills offer. */
final class ServedPrompting {
    private static final String INSTRUCTIONS = "instructions";
    private static final int MOST_VALUES = 100;

    private final McpApiSettings settings;

    ServedPrompting(McpApiSettings settings) {
        this.settings = settings;
    }

    List<ObjectNode> list(ServedCall call) {
        var list = new ArrayList<ObjectNode>();
        for (ServedPrompts skill : call.agent().offerings(ServedPrompts.class)) {
            list.addAll(skill.prompts(call.context()));
        }
        boolean isTaken =
                list.stream().anyMatch(each -> each.path("name").asString("").equals(INSTRUCTIONS));
        if (!isTaken && mayReadInstructions(call)) {
            list.addFirst(
                    Json.object()
                            .put("name", INSTRUCTIONS)
                            .put(
                                    "description",
                                    "What the agent " + call.agent().name() + " is told to do."));
        }
        return list;
    }

    private boolean mayReadInstructions(ServedCall call) {
        return settings.instructions().admits(call.context().caller(), call.agent().owner());
    }

    ObjectNode get(ServedCall call, ServedPeers peer) {
        String name = call.request().text("name");
        Map<String, String> arguments = arguments(call.request());
        for (ServedPrompts skill : call.agent().offerings(ServedPrompts.class)) {
            for (ObjectNode prompt : skill.prompts(call.context())) {
                if (prompt.path("name").asString("").equals(name)) {
                    requireAll(prompt, arguments);
                    return messages(skill, prompt, arguments, call, peer);
                }
            }
        }
        if (name.equals(INSTRUCTIONS) && mayReadInstructions(call)) {
            String text = call.agent().instructions(call.context());
            ObjectNode message = Json.object().put("role", "user");
            message.set("content", ServedTools.text(text));
            return result("", List.of(message));
        }
        throw ServedError.invalidParams("Unknown prompt: " + name);
    }

    private static ObjectNode messages(
            ServedPrompts skill,
            ObjectNode prompt,
            Map<String, String> arguments,
            ServedCall call,
            ServedPeers peer) {
        String name = prompt.path("name").asString("");
        Optional<List<ObjectNode>> messages;
        try {
            messages = skill.messages(name, arguments, call.context());
        } catch (IllegalStateException e) {
            Optional<ObjectNode> instead = peer.instead();
            if (instead.isPresent()) {
                return instead.get();
            }
            throw e;
        }
        return result(
                prompt.path("description").asString(""),
                messages.orElseThrow(() -> ServedError.invalidParams("Unknown prompt: " + name)));
    }

    private static ObjectNode result(String description, List<ObjectNode> messages) {
        ObjectNode result = Json.object();
        if (!description.isEmpty()) {
            result.put("description", description);
        }
        result.set("messages", Json.array(messages));
        return result;
    }

    private static Map<String, String> arguments(ServedMessage.Request request) {
        var arguments = new LinkedHashMap<String, String>();
        for (var each : request.object("arguments").properties()) {
            if (!each.getValue().isString()) {
                throw ServedError.invalidParams(
                        "'arguments." + each.getKey() + "' must be a string");
            }
            arguments.put(each.getKey(), each.getValue().stringValue());
        }
        return arguments;
    }

    private static void requireAll(ObjectNode prompt, Map<String, String> arguments) {
        for (JsonNode argument : prompt.path("arguments")) {
            String name = argument.path("name").asString("");
            if (argument.path("required").asBoolean(false) && !arguments.containsKey(name)) {
                throw ServedError.invalidParams("'arguments." + name + "' is missing");
            }
        }
    }

    ObjectNode complete(ServedCall call) {
        ObjectNode reference = call.request().object("ref");
        String name =
                switch (reference.path("type").asString("")) {
                    case "ref/prompt" -> reference.path("name").asString("");
                    case "ref/resource" -> reference.path("uri").asString("");
                    default ->
                            throw ServedError.invalidParams(
                                    "'ref.type' must be ref/prompt or ref/resource");
                };
        ObjectNode argument = call.request().object("argument");
        if (!argument.path("name").isString() || !argument.path("value").isString()) {
            throw ServedError.invalidParams("'argument' must have a name and a value");
        }
        var values = new ArrayList<String>();
        for (ServedPrompts skill : call.agent().offerings(ServedPrompts.class)) {
            values.addAll(
                    skill.completions(
                            name,
                            argument.path("name").stringValue(),
                            argument.path("value").stringValue(),
                            call.context()));
        }
        ObjectNode result = Json.object();
        ObjectNode completion = result.putObject("completion");
        var list = completion.putArray("values");
        values.stream().limit(MOST_VALUES).forEach(list::add);
        completion.put("total", values.size()).put("hasMore", values.size() > MOST_VALUES);
        return result;
    }
}
