package ai.robutler.models;

import ai.robutler.core.ChatRequest;
import ai.robutler.core.Json;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A request in Anthropic's words.
 *
 * @param betas which it needs besides those of the configuration
 * @param customTools the tools that take free text, which Anthropic calls with an object
 */
record AnthropicCall(ObjectNode body, List<String> betas, Set<String> customTools) {

    AnthropicCall {
        betas = List.copyOf(betas);
        customTools = Set.copyOf(customTools);
    }

    /**
     * @param family what the model can do
     * @param cacheAuto whether instructions and tools are marked for prompt caching
     * @throws ai.robutler.core.InvalidRequestException if it asks for what Anthropic cannot do
     */
    static AnthropicCall of(
            ChatRequest request, String model, AnthropicFamily family, boolean cacheAuto) {
        return new AnthropicRequest(request, model, family).call(cacheAuto);
    }

    AnthropicCall streamed() {
        return new AnthropicCall(Json.shallowCopy(body).put("stream", true), betas, customTools);
    }

    /** The call that lets a paused turn go on from these blocks; the same if there are none. */
    AnthropicCall continued(ArrayNode blocks) {
        if (blocks.isEmpty()) {
            return this;
        }
        var turn = Json.object().put("role", "assistant");
        turn.set("content", blocks);
        ObjectNode copy = Json.shallowCopy(body);
        copy.set("messages", Json.array().addAll((ArrayNode) body.path("messages")).add(turn));
        return new AnthropicCall(copy, betas, customTools);
    }

    /**
     * The header {@code anthropic-beta}, if there is anything to put in.
     *
     * @param header what it is otherwise, "" for nothing
     */
    Optional<String> betaHeader(List<String> configured, String header) {
        var all = new LinkedHashSet<String>();
        for (String name : header.split(",", -1)) {
            all.add(name.strip());
        }
        all.addAll(configured);
        all.addAll(betas);
        all.remove("");
        return all.isEmpty() ? Optional.empty() : Optional.of(String.join(",", all));
    }
}
