package ai.robutler.nli;

import ai.robutler.core.EndpointReply;
import ai.robutler.core.HttpEndpoint;
import ai.robutler.core.Json;
import ai.robutler.core.Param;
import ai.robutler.core.RunContext;
import ai.robutler.nli.A2aException.Kind;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.Map;
import java.util.function.Supplier;

/**
 * The A2A protocol below every agent's path: the agent's card, and both bindings over HTTP.
 *
 * <p>Source of the wire format: A2A 1.0, "JSON-RPC Protocol Binding" and "HTTP+JSON/REST Protocol
 * Binding".
 */
final class A2aApi {
    private static final String TYPE = "application/a2a+json";

    private final AgentCards cards;
    private final A2aOperations operations;

    A2aApi(AgentCards cards, A2aOperations operations) {
        this.cards = cards;
        this.operations = operations;
    }

    @HttpEndpoint(
            path = "/.well-known/agent-card.json",
            open = true,
            description = "The agent's card, for agents that speak A2A.")
    EndpointReply card(RunContext context) {
        return cards.reply(context.agent(), context.header("If-None-Match"));
    }

    @HttpEndpoint(path = "/a2a", method = "POST", description = "A2A 1.0 in JSON-RPC.")
    EndpointReply rpc(@HttpEndpoint.Body JsonNode body, RunContext context) {
        JsonNode id = body.path("id");
        try {
            boolean sound =
                    body.path("jsonrpc").asString("").equals("2.0")
                            && (id.isString() || id.isIntegralNumber());
            if (!sound) {
                throw new A2aException(Kind.INVALID_REQUEST, "This is no JSON-RPC 2.0 request.");
            }
            requireVersion(context);
            JsonNode params = body.path("params").isObject() ? body.path("params") : Json.object();
            return call(body.path("method").asString(""), params, id);
        } catch (A2aException e) {
            ObjectNode answer = Json.object().put("jsonrpc", "2.0");
            answer.set("id", id.isMissingNode() ? Json.mapper().nullNode() : id);
            answer.set("error", e.rpc());
            return EndpointReply.json(answer);
        }
    }

    private EndpointReply call(String method, JsonNode params, JsonNode id) {
        return switch (method) {
            case "SendMessage" -> result(id, operations.send(params));
            case "SendStreamingMessage" -> stream(operations.beginStream(params), id);
            case "SubscribeToTask" -> stream(operations.subscribe(id(params)), id);
            case "GetTask" -> result(id, operations.get(id(params), A2aOperations.history(params)));
            case "ListTasks" -> result(id, operations.list(params));
            case "CancelTask" -> result(id, operations.cancel(id(params)));
            case "CreateTaskPushNotificationConfig",
                    "GetTaskPushNotificationConfig",
                    "ListTaskPushNotificationConfigs",
                    "DeleteTaskPushNotificationConfig" ->
                    throw new A2aException(
                            Kind.PUSH_NOT_SUPPORTED, "Push notifications are not supported.");
            case "GetExtendedAgentCard" ->
                    throw new A2aException(
                            Kind.UNSUPPORTED_OPERATION, "There is no extended card.");
            default ->
                    throw new A2aException(
                            Kind.METHOD_NOT_FOUND,
                            "There is no method '" + A2aMessages.safe(method) + "'.");
        };
    }

    private static String id(JsonNode params) {
        return A2aMessages.text(params, "id");
    }

    private static ObjectNode wrapped(JsonNode id, ObjectNode result) {
        ObjectNode answer = Json.object().put("jsonrpc", "2.0");
        answer.set("id", id);
        answer.set("result", result);
        return answer;
    }

    private static EndpointReply result(JsonNode id, ObjectNode result) {
        return EndpointReply.json(wrapped(id, result));
    }

    private EndpointReply stream(TaskRun run, JsonNode id) {
        return EndpointReply.events(
                sink -> operations.follow(run, sink, event -> wrapped(id, event)));
    }

    @HttpEndpoint(
            path = "/a2a/v1/message:send",
            method = "POST",
            description = "A2A 1.0: SendMessage.")
    EndpointReply send(@HttpEndpoint.Body JsonNode body, RunContext context) {
        return http(context, () -> json(operations.send(body)));
    }

    @HttpEndpoint(
            path = "/a2a/v1/message:stream",
            method = "POST",
            description = "A2A 1.0: SendStreamingMessage.")
    EndpointReply stream(@HttpEndpoint.Body JsonNode body, RunContext context) {
        return http(context, () -> stream(operations.beginStream(body)));
    }

    @HttpEndpoint(path = "/a2a/v1/tasks", description = "A2A 1.0: ListTasks.")
    EndpointReply list(
            @Param(defaultValue = "\"\"") String contextId,
            @Param(defaultValue = "\"\"") String status,
            @Param(defaultValue = "50") int pageSize,
            @Param(defaultValue = "\"\"") String pageToken,
            @Param(defaultValue = "2147483647") int historyLength,
            @Param(defaultValue = "\"\"") String statusTimestampAfter,
            @Param(defaultValue = "false") boolean includeArtifacts,
            RunContext context) {
        ObjectNode params = Json.object().put("contextId", contextId).put("status", status);
        params.put("pageSize", pageSize).put("pageToken", pageToken);
        params.put("historyLength", historyLength);
        params.put("statusTimestampAfter", statusTimestampAfter);
        params.put("includeArtifacts", includeArtifacts);
        return http(context, () -> json(operations.list(params)));
    }

    @HttpEndpoint(path = "/a2a/v1/tasks/{task}", description = "A2A 1.0: GetTask.")
    EndpointReply task(
            String task,
            @Param(defaultValue = "2147483647") int historyLength,
            RunContext context) {
        return http(
                context,
                () ->
                        task.endsWith(":subscribe")
                                ? stream(operations.subscribe(without(task, ":subscribe")))
                                : json(operations.get(task, historyLength)));
    }

    @HttpEndpoint(
            path = "/a2a/v1/tasks/{task}",
            method = "POST",
            description = "A2A 1.0: CancelTask and SubscribeToTask.")
    EndpointReply act(String task, RunContext context) {
        return http(
                context,
                () -> {
                    if (task.endsWith(":cancel")) {
                        return json(operations.cancel(without(task, ":cancel")));
                    }
                    if (task.endsWith(":subscribe")) {
                        return stream(operations.subscribe(without(task, ":subscribe")));
                    }
                    throw new A2aException(
                            Kind.METHOD_NOT_FOUND, "A task can be cancelled or subscribed to.");
                });
    }

    private static String without(String task, String verb) {
        return task.substring(0, task.length() - verb.length());
    }

    private EndpointReply stream(TaskRun run) {
        return EndpointReply.events(sink -> operations.follow(run, sink, event -> event));
    }

    private static EndpointReply json(ObjectNode body) {
        return new EndpointReply(200, TYPE, Json.writeBytes(body), Map.of());
    }

    private static EndpointReply http(RunContext context, Supplier<EndpointReply> body) {
        try {
            requireVersion(context);
            return body.get();
        } catch (A2aException e) {
            return json(e.http()).withStatus(e.status());
        }
    }

    /** Who names no version means 0.3, which is not spoken here. */
    private static void requireVersion(RunContext context) {
        String version = context.header("A2A-Version").orElse("").strip();
        if (!version.equals(AgentCards.VERSION) && !version.startsWith(AgentCards.VERSION + ".")) {
            throw new A2aException(
                    Kind.VERSION_NOT_SUPPORTED,
                    "A2A "
                            + AgentCards.VERSION
                            + " is spoken here: send the header A2A-Version: "
                            + AgentCards.VERSION
                            + ".");
        }
    }
}
