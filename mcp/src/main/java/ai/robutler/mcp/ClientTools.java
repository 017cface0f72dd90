package ai.robutler.mcp;

import ai.robutler.core.AgentTool;
import ai.robutler.core.Json;
import ai.robutler.core.JsonSyntaxException;
import ai.robutler.core.RunContext;
import ai.robutler.core.Scope;
import ai.robutler.core.ToolDefinition;
import ai.robutler.core.ToolResult;

import tools.jackson.databind.node.ObjectNode;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a server offers, as tools of an agent. */
final class ClientTools {
    /** What the call itself gets for ending before the run takes it for dead. */
    private static final Duration SLACK = Duration.ofSeconds(5);

    private final ClientServer server;
    private final ClientCalls calls;
    private final List<ClientFilter> filters;
    private final Scope scope;
    private final List<AgentTool> tools = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    private ClientTools(ClientServer server, ClientFilter filter) {
        this.server = server;
        this.calls = new ClientCalls(server);
        this.filters = List.of(server.settings().filter(), filter);
        // Nobody, where the two have nothing in common: such settings are refused before.
        this.scope =
                ClientFilter.both(server.settings().filter().scope(), filter.scope())
                        .orElse(Scope.ADMIN);
    }

    /**
     * @param filter what this agent may use of it
     */
    static List<AgentTool> of(ClientServer server, ClientFilter filter, ClientOffer offer) {
        var made = new ClientTools(server, filter);
        offer.tools().forEach(made::tool);
        if (offer.resources()) {
            made.resources();
        }
        if (offer.prompts()) {
            made.prompts();
        }
        return List.copyOf(made.tools);
    }

    private void tool(ClientTool tool) {
        ObjectNode schema = tool.schema();
        if (!schema.has("type")) {
            schema = Json.shallowCopy(schema).put("type", "object");
        }
        add(
                tool.name(),
                tool.description(),
                schema,
                (arguments, context) -> calls.tool(tool, arguments, context));
    }

    private interface Call {
        ToolResult with(ObjectNode arguments, RunContext context);
    }

    private void add(String tool, String description, ObjectNode schema, Call call) {
        String name = ClientNames.of(server.settings().name(), tool);
        if (!filters.stream().allMatch(filter -> filter.admits(tool)) || !names.add(name)) {
            return;
        }
        tools.add(
                new AgentTool(
                        ToolDefinition.function(name, description, schema),
                        scope,
                        server.settings().timeout().plus(SLACK),
                        (arguments, context) -> called(arguments, context, call)));
    }

    private static ToolResult called(String arguments, RunContext context, Call call) {
        try {
            return call.with(
                    arguments.isBlank() ? Json.object() : Json.parseObject(arguments), context);
        } catch (JsonSyntaxException e) {
            return ToolResult.error("the arguments are wrong: " + e.getMessage());
        }
    }

    private void resources() {
        add(
                "list_resources",
                "Lists the resources of the server " + server.settings().name() + ".",
                schema("cursor", "Where to go on: nextCursor of the page before.", false),
                (arguments, context) ->
                        calls.ask("resources/list", only(arguments, "cursor"), context, LIST));
        add(
                "list_resource_templates",
                "Lists templates of addresses of resources of the server "
                        + server.settings().name()
                        + ".",
                schema("cursor", "Where to go on: nextCursor of the page before.", false),
                (arguments, context) ->
                        calls.ask(
                                "resources/templates/list",
                                only(arguments, "cursor"),
                                context,
                                LIST));
        add(
                "read_resource",
                "Reads a resource of the server " + server.settings().name() + ".",
                schema("uri", "Its address, as the list of resources has it.", true),
                (arguments, context) ->
                        calls.ask(
                                "resources/read",
                                only(arguments, "uri"),
                                context,
                                ClientResult::ofResource));
    }

    private void prompts() {
        add(
                "list_prompts",
                "Lists the prompts of the server " + server.settings().name() + ".",
                schema("cursor", "Where to go on: nextCursor of the page before.", false),
                (arguments, context) ->
                        calls.ask("prompts/list", only(arguments, "cursor"), context, LIST));
        ObjectNode schema = schema("name", "Its name, as the list of prompts has it.", true);
        ((ObjectNode) schema.path("properties"))
                .set(
                        "arguments",
                        Json.object()
                                .put("type", "object")
                                .put("description", "Its arguments, each a text.")
                                .set("additionalProperties", Json.object().put("type", "string")));
        add(
                "get_prompt",
                "Gets a prompt of the server " + server.settings().name() + ".",
                schema,
                (arguments, context) ->
                        calls.ask(
                                "prompts/get",
                                only(arguments, "name", "arguments"),
                                context,
                                ClientResult::ofPrompt));
    }

    private static final ClientCalls.Reading LIST =
            (result, limit) -> {
                ObjectNode shown = Json.shallowCopy(result);
                shown.remove(List.of("_meta", "resultType", "ttlMs", "cacheScope"));
                return ClientResult.ofList(shown, limit);
            };

    private static ObjectNode schema(String name, String description, boolean required) {
        ObjectNode properties = Json.object();
        properties.set(name, Json.object().put("type", "string").put("description", description));
        ObjectNode schema = Json.object().put("type", "object");
        schema.set("properties", properties);
        if (required) {
            schema.set("required", Json.array().add(name));
        }
        return schema;
    }

    private static ObjectNode only(ObjectNode arguments, String... names) {
        ObjectNode only = Json.object();
        for (String name : names) {
            if (arguments.has(name)) {
                only.set(name, arguments.path(name));
            }
        }
        return only;
    }
}
