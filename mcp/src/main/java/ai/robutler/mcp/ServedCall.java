package ai.robutler.mcp;

import ai.robutler.core.Agent;
import ai.robutler.core.Json;
import ai.robutler.core.RunContext;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One request being answered.
 *
 * @param sink where messages before the answer go
 */
record ServedCall(
        RunContext context, ServedClient client, ServedMessage.Request request, ServedSink sink) {
    Agent agent() {
        return context.agent();
    }

    void send(ObjectNode message) {
        sink.send(message);
    }

    void notify(String method, ObjectNode params) {
        ObjectNode json = Json.object().put("jsonrpc", "2.0").put("method", method);
        json.set("params", params);
        send(json);
    }

    boolean wantsProgress() {
        JsonNode token = request.meta().path("progressToken");
        return token.isString() || token.isIntegralNumber();
    }

    /** Whether it went out. */
    boolean progress(double progress, double total, String message) {
        if (!wantsProgress()) {
            return false;
        }
        ObjectNode params = Json.object();
        params.set("progressToken", request.meta().path("progressToken"));
        number(params, "progress", progress);
        if (total > 0) {
            number(params, "total", total);
        }
        if (!message.isEmpty() && client.revision().isAtLeast(Revision.V2025_03_26)) {
            params.put("message", message);
        }
        notify("notifications/progress", params);
        return true;
    }

    private static void number(ObjectNode params, String name, double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            params.put(name, (long) value);
        } else {
            params.put(name, value);
        }
    }
}
