package ai.robutler.mcp;

import ai.robutler.core.Json;

import tools.jackson.databind.node.ObjectNode;

import java.util.Map;
import java.util.function.Consumer;

/**
 * A request to a server.
 *
 * @param id unique among the requests of its connection
 * @param headers what HTTP says of it beside its body
 * @param heard what the server tells about this request before it answers; called on the thread
 *     that reads, so it must not wait
 */
record ClientRequest(
        long id,
        String method,
        ObjectNode params,
        Map<String, String> headers,
        Consumer<ClientMessage.Notification> heard) {

    ClientRequest {
        headers = Map.copyOf(headers);
    }

    ObjectNode json() {
        var json = Json.object().put("jsonrpc", "2.0").put("id", id).put("method", method);
        if (!params.isEmpty()) {
            json.set("params", params);
        }
        return json;
    }
}
