package ai.robutler.models;

import ai.robutler.core.ChatRequest;
import ai.robutler.core.InvalidRequestException;
import ai.robutler.core.Json;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Translates a request. Fields that OpenAI documents and Anthropic has no counterpart for are left
 * out, as Anthropic's own compatibility endpoint does; {@code n} above 1 is refused. Fields that
 * nobody documents go up as they are: new ones of Anthropic's work at once, others it refuses by
 * name.
 *
 * <p>Source of the wire format: Anthropic, "Create a message" and "OpenAI SDK compatibility".
 */
final class AnthropicRequest {

    /** Translated elsewhere, or the transport's own. */
    private static final Set<String> TRANSLATED =
            Set.of(
                    "model",
                    "messages",
                    "system",
                    "max_tokens",
                    "max_completion_tokens",
                    "temperature",
                    "top_p",
                    "top_k",
                    "stop",
                    "stop_sequences",
                    "stream",
                    "stream_options",
                    "n",
                    "user",
                    "safety_identifier",
                    "metadata",
                    "service_tier",
                    "tools",
                    "tool_choice",
                    "parallel_tool_calls",
                    "functions",
                    "function_call",
                    "web_search_options",
                    "response_format",
                    "reasoning_effort",
                    "thinking",
                    "output_config",
                    "betas");

    /** OpenAI's, without a counterpart. */
    private static final Set<String> IGNORED =
            Set.of(
                    "audio",
                    "frequency_penalty",
                    "logit_bias",
                    "logprobs",
                    "modalities",
                    "moderation",
                    "prediction",
                    "presence_penalty",
                    "prompt_cache_key",
                    "prompt_cache_options",
                    "prompt_cache_retention",
                    "seed",
                    "store",
                    "top_logprobs",
                    "verbosity");

    private final ChatRequest request;
    private final AnthropicFamily family;
    private final ObjectNode body = Json.object();
    private final List<String> betas = new ArrayList<>();

    AnthropicRequest(ChatRequest request, String model, AnthropicFamily family) {
        this.request = request;
        this.family = family;
        body.put("model", model);
    }

    AnthropicCall call(boolean cacheAuto) {
        refuse();
        AnthropicConversation conversation = AnthropicConversation.of(request);
        AnthropicTools tools = AnthropicTools.of(request, family, conversation.toolsUsed());
        AnthropicFormat format = AnthropicFormat.of(request.field("response_format"), family);
        int maxTokens = AnthropicThinking.apply(request, family, conversation, tools, body);
        body.put("max_tokens", maxTokens);
        instructions(conversation.system(), format);
        body.set("messages", conversation.messages());
        if (!tools.definitions().isEmpty()) {
            body.set("tools", tools.definitions());
            tools.choice().ifPresent(choice -> body.set("tool_choice", choice));
        }
        outputConfig(format);
        AnthropicSampling.apply(request, family, body);
        stops();
        metadata();
        serviceTier();
        if (cacheAuto) {
            AnthropicCache.mark(body);
        }
        passed();
        betas(conversation);
        return new AnthropicCall(body, betas, tools.custom());
    }

    private void refuse() {
        if (request.choices() > 1) {
            throw InvalidRequestException.of(
                    "n", "Anthropic's models give one answer: 'n' must be 1.");
        }
        for (String field : new String[] {"functions", "function_call"}) {
            if (request.field(field).isContainer()) {
                throw InvalidRequestException.of(
                        field,
                        "'"
                                + field
                                + "' is deprecated and unknown to Anthropic's models: use 'tools'"
                                + " and 'tool_choice'.");
            }
        }
    }

    private void instructions(ArrayNode system, AnthropicFormat format) {
        ArrayNode all = Json.array().addAll(system);
        JsonNode own = request.field("system");
        if (own.isString() && !own.stringValue().isBlank()) {
            all.add(AnthropicParts.text(own.stringValue()));
        } else if (own instanceof ArrayNode blocks) {
            all.addAll(blocks);
        }
        format.instruction().ifPresent(text -> all.add(AnthropicParts.text(text)));
        if (!all.isEmpty()) {
            body.set("system", all);
        }
    }

    private void outputConfig(AnthropicFormat format) {
        ObjectNode config =
                request.field("output_config") instanceof ObjectNode given
                        ? Json.shallowCopy(given)
                        : Json.object();
        if (body.path("output_config") instanceof ObjectNode ours) {
            ours.properties().forEach(field -> config.set(field.getKey(), field.getValue()));
        }
        format.schema()
                .ifPresent(
                        schema -> {
                            var json = Json.object().put("type", "json_schema");
                            json.set("schema", schema);
                            config.set("format", json);
                        });
        if (!config.isEmpty()) {
            body.set("output_config", config);
        }
    }

    private void stops() {
        ArrayNode stops = Json.array();
        for (String field : new String[] {"stop", "stop_sequences"}) {
            JsonNode given = request.field(field);
            for (JsonNode stop : given.isString() ? Json.array(given) : given) {
                // Anthropic refuses stop sequences of nothing but white space.
                if (!stop.stringValue("").isBlank()) {
                    stops.add(stop);
                }
            }
        }
        if (!stops.isEmpty()) {
            body.set("stop_sequences", stops);
        }
    }

    /** Of OpenAI's metadata Anthropic takes only who the user is. */
    private void metadata() {
        for (JsonNode user :
                new JsonNode[] {
                    request.field("metadata").path("user_id"),
                    request.field("user"),
                    request.field("safety_identifier")
                }) {
            if (user.isString() && !user.stringValue().isBlank()) {
                var metadata = Json.object();
                metadata.set("user_id", user);
                body.set("metadata", metadata);
                return;
            }
        }
    }

    private void serviceTier() {
        switch (request.field("service_tier").stringValue("")) {
            case "" -> {}
            case "auto", "priority" -> body.put("service_tier", "auto");
            default -> body.put("service_tier", "standard_only");
        }
    }

    private void passed() {
        for (var field : request.json().properties()) {
            String name = field.getKey();
            if (!TRANSLATED.contains(name)
                    && !IGNORED.contains(name)
                    && !field.getValue().isNull()) {
                body.set(name, field.getValue());
            }
        }
    }

    private void betas(AnthropicConversation conversation) {
        JsonNode given = request.field("betas");
        for (JsonNode beta : given) {
            if (!beta.stringValue("").matches("[A-Za-z0-9._-]+")) {
                throw InvalidRequestException.of("betas", "'betas' must be a list of names.");
            }
            betas.add(beta.stringValue());
        }
        if (conversation.usesFiles()) {
            betas.add("files-api-2025-04-14");
        }
    }
}
