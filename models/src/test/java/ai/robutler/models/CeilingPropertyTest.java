package ai.robutler.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.ChatCompletion;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.Completer;
import ai.robutler.core.Cost;
import ai.robutler.core.Json;
import ai.robutler.core.ModelProvider;
import ai.robutler.core.ToolCall;
import ai.robutler.core.ToolDefinition;
import ai.robutler.core.Usage;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Whatever is asked and used, within the limits. */
class CeilingPropertyTest {

    @Property(tries = 600)
    void noTurnCostsMoreThanItsCeiling(
            @ForAll("requests") ChatRequest request, @ForAll("models") String model) {
        ModelProvider provider =
                model.startsWith("claude") ? CeilingTest.CACHING : CeilingTest.OPENAI;
        Completer completer = provider.model(model);
        Cost ceiling = completer.ceiling(request);
        if (!ceiling.isKnown()) {
            return;
        }
        long prompt = Math.min(mostTokens(request), 100_000);
        long limit = Math.min(Math.max(1, request.field("max_tokens").asLong(1000)), 1000);
        long output = limit * request.field("n").asLong(1);
        for (int of : new int[] {0, 1, 3, 10}) {
            for (int cached : new int[] {0, 1, 2}) {
                long used = of == 0 ? prompt : prompt / of;
                Usage usage = Usage.of(used, of == 3 ? output / 2 : output);
                usage.json()
                        .withObject("/prompt_tokens_details")
                        .put("cached_tokens", cached == 1 ? used : used / 4)
                        .put("cache_creation_tokens", cached == 2 ? used - used / 4 : 0);
                ObjectNode turn = ChatCompletion.text("x").json();
                turn.set("usage", usage.json());
                Cost cost = completer.cost(new ChatCompletion(turn));
                assertThat(cost.isKnown()).isTrue();
                assertThat(cost.nanoUsd()).isLessThanOrEqualTo(ceiling.nanoUsd());
            }
        }
    }

    /** A token for each byte, what is JSON written with indents, and marks around each message. */
    private static long mostTokens(ChatRequest request) {
        long tokens = 200;
        for (JsonNode message : request.field("messages")) {
            tokens +=
                    10
                            + bytes(message.path("content").asString(""))
                            + bytes(message.path("name").asString(""));
            tokens += bytes(pretty(message.path("tool_calls")));
            for (JsonNode part : message.path("content")) {
                tokens += 2 + bytes(part.path("text").asString(""));
            }
        }
        return tokens
                + bytes(pretty(request.field("tools")))
                + bytes(pretty(request.field("response_format")));
    }

    private static String pretty(JsonNode node) {
        return node.isMissingNode() ? "" : node.toPrettyString().replace("  ", "    ");
    }

    private static long bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    @Provide
    Arbitrary<String> models() {
        return Arbitraries.of("plain", "tiers", "claude-plain");
    }

    @Provide
    Arbitrary<ChatRequest> requests() {
        Arbitrary<ObjectNode> texts =
                Combinators.combine(Arbitraries.of("system", "user", "assistant", "tool"), text())
                        .as((role, text) -> Json.object().put("role", role).put("content", text));
        Arbitrary<ObjectNode> parts =
                text().list()
                        .ofMaxSize(4)
                        .map(
                                all -> {
                                    ObjectNode message = Json.object().put("role", "user");
                                    var list = Json.array();
                                    all.forEach(
                                            text ->
                                                    list.add(
                                                            Json.object()
                                                                    .put("type", "text")
                                                                    .put("text", text)));
                                    message.set("content", list);
                                    return message;
                                });
        Arbitrary<ObjectNode> calls =
                text().map(
                                text -> {
                                    ObjectNode message = Json.object().put("role", "assistant");
                                    var call =
                                            ToolCall.function(
                                                    "c",
                                                    "f",
                                                    Json.write(Json.object().put("x", text)));
                                    message.set("tool_calls", Json.array(call.json()));
                                    return message;
                                });
        Arbitrary<List<ObjectNode>> messages =
                Arbitraries.frequencyOf(Tuple.of(4, texts), Tuple.of(1, parts), Tuple.of(1, calls))
                        .list()
                        .ofMinSize(1)
                        .ofMaxSize(12);
        return Combinators.combine(
                        messages,
                        tools(),
                        Arbitraries.integers().between(-1, 1500),
                        Arbitraries.integers().between(1, 4))
                .as(
                        (all, tools, limit, n) -> {
                            ObjectNode json = Json.object();
                            json.set("messages", Json.array(all));
                            if (!tools.isEmpty()) {
                                json.set("tools", Json.array(tools));
                            }
                            if (limit > 0) {
                                json.put("max_tokens", limit);
                            }
                            return new ChatRequest(json.put("n", n));
                        });
    }

    private static Arbitrary<String> text() {
        return Arbitraries.oneOf(
                Arbitraries.strings().ascii().ofMaxLength(400),
                Arbitraries.strings().all().ofMaxLength(400),
                Arbitraries.strings().withChars("\"\\\n<é漢").ofMaxLength(400),
                Arbitraries.of("😀".repeat(100), "x".repeat(5000)));
    }

    private static Arbitrary<List<ObjectNode>> tools() {
        Arbitrary<ObjectNode> leaf =
                text().map(text -> Json.object().put("type", "string").put("description", text));
        Arbitrary<ObjectNode> schema =
                leaf.list()
                        .ofMaxSize(5)
                        .map(
                                all -> {
                                    ObjectNode object = Json.object().put("type", "object");
                                    ObjectNode properties = object.putObject("properties");
                                    for (ObjectNode each : all) {
                                        properties.set("p" + properties.size(), each);
                                    }
                                    return object.put("additionalProperties", false);
                                });
        return schema.map(parameters -> ToolDefinition.function("f", "does", parameters).json())
                .list()
                .ofMaxSize(4);
    }
}
