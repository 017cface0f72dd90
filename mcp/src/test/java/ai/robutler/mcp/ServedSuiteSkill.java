package ai.robutler.mcp;

import ai.robutler.core.AgentTool;
import ai.robutler.core.Json;
import ai.robutler.core.RunContext;
import ai.robutler.core.Scope;
import ai.robutler.core.ToolDefinition;
import ai.robutler.core.ToolResult;
import ai.robutler.core.ToolSource;

import tools.jackson.databind.node.ObjectNode;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** The tools, prompts and resources that the protocol's conformance suite looks for. */
final class ServedSuiteSkill implements ToolSource, ServedResources, ServedPrompts {
    private static final String PNG =
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";
    private static final String WAV =
            "UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA=";
    private static final String NO_ARGUMENTS =
            "{\"type\": \"object\", \"additionalProperties\": false}";

    private final AtomicInteger toolChanges = new AtomicInteger();
    private final AtomicInteger promptChanges = new AtomicInteger();

    /** What a tool does with its client. */
    private interface Body {
        String call(ObjectNode arguments, ServedPeer peer) throws Exception;
    }

    private static AgentTool tool(String name, String schema, Body body) {
        return new AgentTool(
                ToolDefinition.function(name, "For the suite: " + name, Json.parseObject(schema)),
                Scope.ALL,
                Duration.ofSeconds(30),
                (arguments, context) ->
                        ToolResult.of(
                                body.call(
                                        Json.parseObject(arguments),
                                        ServedPeer.of(context).orElseThrow())));
    }

    private static AgentTool tool(String name, Body body) {
        return tool(name, NO_ARGUMENTS, body);
    }

    private static ObjectNode json(String text) {
        return Json.parseObject(text.replace('\'', '"'));
    }

    private static ObjectNode image() {
        return json("{'type': 'image', 'mimeType': 'image/png'}").put("data", PNG);
    }

    private static ObjectNode embedded(String uri, String text) {
        ObjectNode json = Json.object().put("type", "resource");
        json.putObject("resource").put("uri", uri).put("mimeType", "text/plain").put("text", text);
        return json;
    }

    private static String shown(ServedPeer peer, ObjectNode... content) {
        peer.content(List.of(content));
        return "shown";
    }

    private static ServedAsk form(String message, String properties, String required) {
        ObjectNode schema = json("{'type': 'object', 'properties': {" + properties + "}}");
        schema.set("required", Json.parse(required.replace('\'', '"')));
        return ServedAsk.elicit(message, schema);
    }

    private static final ServedAsk NAME =
            form("What is your name?", "'name': {'type': 'string'}", "['name']");
    private static final ServedAsk CONFIRM =
            form("Please confirm", "'ok': {'type': 'boolean'}", "['ok']");

    @Override
    public List<AgentTool> tools() {
        var tools =
                new ArrayList<>(
                        List.of(
                                tool(
                                        "test_simple_text",
                                        (_, _) -> "This is a simple text response for testing."),
                                tool("test_image_content", (_, peer) -> shown(peer, image())),
                                tool(
                                        "test_audio_content",
                                        (_, peer) ->
                                                shown(
                                                        peer,
                                                        json("{'type': 'audio', 'mimeType':"
                                                                 + " 'audio/wav'}")
                                                                .put("data", WAV))),
                                tool(
                                        "test_embedded_resource",
                                        (_, peer) ->
                                                shown(
                                                        peer,
                                                        embedded(
                                                                "test://embedded-resource",
                                                                "This is an embedded resource"
                                                                    + " content."))),
                                tool(
                                        "test_multiple_content_types",
                                        (_, peer) ->
                                                shown(
                                                        peer,
                                                        ServedTools.text(
                                                                "Multiple content types test:"),
                                                        image(),
                                                        embedded(
                                                                "test://mixed-content-resource",
                                                                "{}"))),
                                tool(
                                        "test_tool_with_logging",
                                        (_, peer) -> {
                                            for (String text :
                                                    List.of(
                                                            "Tool execution started",
                                                            "Tool processing data",
                                                            "Tool execution completed")) {
                                                log(peer, text);
                                            }
                                            return "Tool with logging executed successfully";
                                        }),
                                tool(
                                        "test_logging_tool",
                                        (_, peer) -> {
                                            log(peer, "for those who want it");
                                            return "Logging evaluated";
                                        }),
                                tool(
                                        "test_tool_with_progress",
                                        (_, peer) -> {
                                            for (int done : new int[] {0, 50, 100}) {
                                                peer.progress(
                                                        done,
                                                        100,
                                                        "Completed step " + done + " of 100");
                                            }
                                            return "done";
                                        }),
                                tool(
                                        "test_streaming_elicitation",
                                        (_, peer) -> {
                                            peer.progress(50, 100, "half");
                                            return "Streaming complete";
                                        }),
                                tool(
                                        "test_error_handling",
                                        (_, _) -> {
                                            throw new IllegalStateException(
                                                    "This tool intentionally returns an error for"
                                                        + " testing");
                                        })));
        tools.addAll(asking());
        tools.add(
                tool(
                        "test_trigger_tool_change",
                        (_, _) -> "changes: " + toolChanges.incrementAndGet()));
        tools.add(
                tool(
                        "test_trigger_prompt_change",
                        (_, _) -> "changes: " + promptChanges.incrementAndGet()));
        tools.add(tool("json_schema_2020_12_tool", SCHEMA, (arguments, _) -> arguments.toString()));
        tools.add(
                tool(
                        "test_custom_header",
                        """
                        {"type": "object", "properties": {
                          "region": {"type": "string", "x-mcp-header": "Region"},
                          "query": {"type": "string"},
                          "priority": {"type": "integer", "x-mcp-header": "Priority"},
                          "verbose": {"type": "boolean", "x-mcp-header": "Verbose"}}}
                        """,
                        (arguments, _) -> arguments.toString()));
        if (toolChanges.get() % 2 == 1) {
            tools.add(tool("test_dynamic_tool", (_, _) -> "here today"));
        }
        return tools;
    }

    private static void log(ServedPeer peer, String text) {
        peer.log(ServedLevel.INFO, Json.tree(text));
    }

    private static List<AgentTool> asking() {
        return List.of(
                tool(
                        "test_sampling",
                        "{\"type\": \"object\", \"properties\": {\"prompt\": {\"type\":"
                                + " \"string\"}}, \"required\": [\"prompt\"]}",
                        (arguments, peer) ->
                                "LLM response: "
                                        + peer.ask(
                                                        "sample",
                                                        ServedAsk.sample(
                                                                arguments
                                                                        .path("prompt")
                                                                        .asString(""),
                                                                100))
                                                .path("content")
                                                .path("text")
                                                .asString("")),
                tool(
                        "test_elicitation",
                        "{\"type\": \"object\", \"properties\": {\"message\": {\"type\":"
                                + " \"string\"}}, \"required\": [\"message\"]}",
                        (arguments, peer) ->
                                "User response: "
                                        + peer.ask(
                                                "form",
                                                form(
                                                        arguments.path("message").asString(""),
                                                        "'response': {'type': 'string'}",
                                                        "[]"))),
                tool(
                        "test_elicitation_sep1034_defaults",
                        (_, peer) ->
                                "Elicitation completed: "
                                        + peer.ask("form", form("Please review", DEFAULTS, "[]"))),
                tool(
                        "test_elicitation_sep1330_enums",
                        (_, peer) ->
                                "Elicitation completed: "
                                        + peer.ask("form", form("Please select", ENUMS, "[]"))),
                tool(
                        "test_missing_capability",
                        (_, peer) -> "said " + peer.ask("s", ServedAsk.sample("Hi", 10))),
                tool(
                        "test_input_required_result_elicitation",
                        (_, peer) ->
                                "Hello, "
                                        + peer.ask("user_name", NAME)
                                                .path("content")
                                                .path("name")
                                                .asString("")
                                        + "!"),
                tool(
                        "test_input_required_result_sampling",
                        (_, peer) ->
                                "said "
                                        + peer.ask(
                                                "capital_question",
                                                ServedAsk.sample(
                                                        "What is the capital of France?", 100))),
                tool(
                        "test_input_required_result_list_roots",
                        (_, peer) -> "roots " + peer.ask("client_roots", ServedAsk.roots())),
                tool(
                        "test_input_required_result_request_state",
                        (_, peer) -> "state-ok " + peer.ask("confirm", CONFIRM)),
                tool(
                        "test_input_required_result_tampered_state",
                        (_, peer) -> "integrity-ok " + peer.ask("confirm", CONFIRM)),
                tool(
                        "test_input_required_result_multiple_inputs",
                        (_, peer) ->
                                "all "
                                        + peer.ask(
                                                Map.of(
                                                        "user_name", NAME,
                                                        "greeting",
                                                                ServedAsk.sample("A greeting", 50),
                                                        "client_roots", ServedAsk.roots()))),
                tool(
                        "test_input_required_result_multi_round",
                        (_, peer) -> {
                            ObjectNode name = peer.ask("step1", NAME);
                            ObjectNode color =
                                    peer.ask(
                                            "step2",
                                            form(
                                                    "Your favorite color?",
                                                    "'color': {'type': 'string'}",
                                                    "['color']"));
                            return name + " likes " + color;
                        }),
                tool(
                        "test_input_required_result_capabilities",
                        (_, peer) -> {
                            ServedAsk sample = ServedAsk.sample("Sample request", 50);
                            return peer.can(sample)
                                    ? "sampled " + peer.ask("sample_input", sample)
                                    : "filled in " + peer.ask("elicit_input", NAME);
                        }));
    }

    @Override
    public List<ObjectNode> resources(RunContext context) {
        return List.of(
                json(
                        "{'uri': 'test://static-text', 'name': 'static-text', 'mimeType':"
                            + " 'text/plain'}"),
                json(
                        "{'uri': 'test://static-binary', 'name': 'static-binary', 'mimeType':"
                            + " 'image/png'}"),
                json(
                        "{'uri': 'test://watched-resource', 'name': 'watched', 'mimeType':"
                            + " 'text/plain'}"));
    }

    @Override
    public List<ObjectNode> templates(RunContext context) {
        return List.of(
                json(
                        "{'uriTemplate': 'test://template/{id}/data', 'name': 'template',"
                            + " 'mimeType': 'application/json'}"));
    }

    @Override
    public Optional<List<ObjectNode>> read(String uri, RunContext context) {
        ObjectNode contents = Json.object().put("uri", uri);
        if (uri.equals("test://static-binary")) {
            return Optional.of(List.of(contents.put("mimeType", "image/png").put("blob", PNG)));
        }
        boolean isText = uri.equals("test://static-text") || uri.equals("test://watched-resource");
        boolean isTemplate = uri.matches("test://template/[^/]+/data");
        return isText || isTemplate
                ? Optional.of(
                        List.of(contents.put("mimeType", "text/plain").put("text", "At " + uri)))
                : Optional.empty();
    }

    @Override
    public String version(String uri, RunContext context) {
        return Integer.toString(toolChanges.get());
    }

    @Override
    public List<ObjectNode> prompts(RunContext context) {
        var prompts =
                new ArrayList<>(
                        List.of(
                                json(
                                        "{'name': 'test_simple_prompt', 'description': 'A simple"
                                            + " prompt'}"),
                                json(
                                        "{'name': 'test_prompt_with_arguments', 'description':"
                                            + " 'With arguments', 'arguments': [{'name': 'arg1',"
                                            + " 'required': true}, {'name': 'arg2', 'required':"
                                            + " true}]}"),
                                json(
                                        "{'name': 'test_prompt_with_embedded_resource',"
                                            + " 'description': 'With a resource', 'arguments':"
                                            + " [{'name': 'resourceUri', 'required': true}]}"),
                                json(
                                        "{'name': 'test_prompt_with_image', 'description': 'With an"
                                            + " image'}"),
                                json(
                                        "{'name': 'test_input_required_result_prompt',"
                                            + " 'description': 'Asks first'}")));
        if (promptChanges.get() % 2 == 1) {
            prompts.add(json("{'name': 'test_dynamic_prompt', 'description': 'Here today'}"));
        }
        return prompts;
    }

    @Override
    public Optional<List<ObjectNode>> messages(
            String name, Map<String, String> arguments, RunContext context) {
        return switch (name) {
            case "test_simple_prompt" ->
                    said(ServedTools.text("This is a simple prompt for testing."));
            case "test_prompt_with_arguments" ->
                    said(
                            ServedTools.text(
                                    "Prompt with arguments: arg1='%s', arg2='%s'"
                                            .formatted(
                                                    arguments.get("arg1"), arguments.get("arg2"))));
            case "test_prompt_with_embedded_resource" ->
                    said(
                            embedded(
                                    String.valueOf(arguments.get("resourceUri")),
                                    "Embedded resource content for testing."),
                            ServedTools.text("Please process the embedded resource above."));
            case "test_prompt_with_image" ->
                    said(image(), ServedTools.text("Please analyze the image above."));
            case "test_input_required_result_prompt" ->
                    said(
                            ServedTools.text(
                                    "Prompt with context: "
                                            + ServedPeer.of(context)
                                                    .orElseThrow()
                                                    .ask(
                                                            "user_context",
                                                            form(
                                                                    "What context?",
                                                                    "'context': {'type': 'string'}",
                                                                    "['context']"))));
            case "test_dynamic_prompt" -> said(ServedTools.text("Here today."));
            default -> Optional.empty();
        };
    }

    private static Optional<List<ObjectNode>> said(ObjectNode... contents) {
        var messages = new ArrayList<ObjectNode>();
        for (ObjectNode content : contents) {
            ObjectNode message = Json.object().put("role", "user");
            message.set("content", content);
            messages.add(message);
        }
        return Optional.of(messages);
    }

    @Override
    public List<String> completions(
            String reference, String argument, String value, RunContext context) {
        return List.of(value + "1", value + "2");
    }

    private static final String DEFAULTS =
            "'name': {'type': 'string', 'default': 'John Doe'},"
                    + "'age': {'type': 'integer', 'default': 30},"
                    + "'score': {'type': 'number', 'default': 95.5},"
                    + "'status': {'type': 'string', 'enum': ['active', 'inactive', 'pending'],"
                    + " 'default': 'active'},"
                    + "'verified': {'type': 'boolean', 'default': true}";

    private static final String ENUMS =
            "'untitledSingle': {'type': 'string', 'enum': ['option1', 'option2', 'option3']},"
                    + "'titledSingle': {'type': 'string', 'oneOf': [{'const': 'value1', 'title':"
                    + " 'First Option'}, {'const': 'value2', 'title': 'Second Option'}, {'const':"
                    + " 'value3', 'title': 'Third Option'}]},'legacyEnum': {'type': 'string',"
                    + " 'enum': ['opt1', 'opt2', 'opt3'], 'enumNames': ['Option One', 'Option Two',"
                    + " 'Option Three']},'untitledMulti': {'type': 'array', 'minItems': 1,"
                    + " 'maxItems': 3, 'items': {'type': 'string', 'enum': ['option1', 'option2',"
                    + " 'option3']}},'titledMulti': {'type': 'array', 'minItems': 1, 'maxItems': 3,"
                    + " 'items': {'anyOf': [{'const': 'value1', 'title': 'First Choice'}, {'const':"
                    + " 'value2', 'title': 'Second Choice'}, {'const': 'value3', 'title': 'Third"
                    + " Choice'}]}}";

    private static final String SCHEMA =
            """
            {"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
             "$defs": {"address": {"$anchor": "addressDef", "type": "object",
               "properties": {"street": {"type": "string"}, "city": {"type": "string"}}}},
             "properties": {"name": {"type": "string"}, "address": {"$ref": "#/$defs/address"},
               "contactMethod": {"type": "string", "enum": ["phone", "email"]},
               "phone": {"type": "string"}, "email": {"type": "string"}},
             "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
             "if": {"properties": {"contactMethod": {"const": "phone"}},
               "required": ["contactMethod"]},
             "then": {"required": ["phone"]}, "else": {"required": ["email"]},
             "additionalProperties": false}
            """;
}
