package ai.robutler.mcp;

import ai.robutler.core.AgentTool;
import ai.robutler.core.Cost;
import ai.robutler.core.InvalidRequestException;
import ai.robutler.core.Json;
import ai.robutler.core.PaymentRequiredException;
import ai.robutler.core.ToolCall;
import ai.robutler.core.ToolDefinition;
import ai.robutler.core.ToolResult;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** An agent's tools, and the conversation with it as one more. */
final class ServedTools {
    private static final List<String> CHAT_NAMES = List.of("chat", "chat_with_agent");

    private final ServedChat chat = new ServedChat();

    List<ObjectNode> list(ServedCall call) {
        var list = new ArrayList<ObjectNode>();
        List<AgentTool> tools = call.agent().ownTools(call.context().caller());
        chatName(tools, call).ifPresent(name -> list.add(chat.describe(name, call.agent())));
        tools.forEach(tool -> list.add(describe(tool)));
        return list;
    }

    /** A tool of the agent's keeps its name, for those who may not use it too. */
    private static Optional<String> chatName(List<AgentTool> tools, ServedCall call) {
        Set<String> taken = new HashSet<>();
        tools.forEach(tool -> taken.add(tool.name()));
        return CHAT_NAMES.stream()
                .filter(name -> !taken.contains(name) && !call.agent().hasTool(name))
                .findFirst();
    }

    private static ObjectNode describe(AgentTool tool) {
        ToolDefinition definition = tool.definition();
        ObjectNode json =
                Json.object()
                        .put("name", definition.name())
                        .put("description", definition.description());
        json.set("inputSchema", schema(definition));
        if (tool.price().nanoUsd() > 0) {
            json.putObject("_meta").put("ai.robutler/price-usd", Cost.usd(tool.price().nanoUsd()));
        }
        return json;
    }

    static ObjectNode schema(ToolDefinition definition) {
        ObjectNode schema =
                definition.parameters() instanceof ObjectNode given
                        ? Json.shallowCopy(given)
                        : Json.object();
        if (!schema.path("type").asString("").equals("object")) {
            schema.put("type", "object");
        }
        return schema;
    }

    ObjectNode call(ServedCall call, ServedPeers peer) {
        String name = call.request().text("name");
        ObjectNode arguments = call.request().object("arguments");
        List<AgentTool> tools = call.agent().ownTools(call.context().caller());
        ObjectNode result;
        try {
            if (chatName(tools, call).filter(name::equals).isPresent()) {
                result = chat.call(call, arguments, peer);
            } else {
                result = callOwn(call, name, arguments, peer);
            }
        } catch (PaymentRequiredException e) {
            return ServedPayment.refused(name, e);
        }
        ServedPayment.receipt(result, call.context());
        return result;
    }

    private ObjectNode callOwn(
            ServedCall call, String name, ObjectNode arguments, ServedPeers peer) {
        ToolResult result;
        try {
            result =
                    call.agent()
                            .callTool(
                                    ToolCall.function(
                                            "mcp-" + call.context().requestId(),
                                            name,
                                            Json.write(arguments)),
                                    call.context(),
                                    ServedPayment.headers(call.request()),
                                    peer::step);
        } catch (InvalidRequestException e) {
            if (e.code().equals("tool_not_found")) {
                throw ServedError.invalidParams("Unknown tool: " + name);
            }
            throw e;
        }
        Optional<ObjectNode> instead = peer.instead();
        return instead.orElseGet(() -> result(result, peer.content()));
    }

    private static ObjectNode result(ToolResult result, List<ObjectNode> content) {
        ObjectNode json = Json.object();
        ArrayNode list = json.putArray("content");
        if (content.isEmpty() || result.isError()) {
            list.add(text(result.content()));
        } else {
            list.addAll(content);
        }
        result.parts().forEach(part -> ServedParts.image(part).ifPresent(list::add));
        return json.put("isError", result.isError());
    }

    static ObjectNode text(String text) {
        return Json.object().put("type", "text").put("text", text);
    }
}
