package ai.robutler.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.ChatChunk;
import ai.robutler.core.Json;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** However a stream is cut, by the network or by the provider, it says the same. */
class AnthropicSplitTest {

    /** The events of a message, its blocks cut into pieces of so many characters. */
    private static List<ObjectNode> events(ArrayNode content, int pieceSize) {
        var events = new ArrayList<ObjectNode>();
        events.add(
                Json.parseObject(
                        """
                        {"type":"message_start","message":{"id":"m","model":"c","content":[],
                         "usage":{"input_tokens":3,"output_tokens":1}}}
                        """));
        for (int index = 0; index < content.size(); index++) {
            block((ObjectNode) content.get(index), index, pieceSize, events);
        }
        events.add(
                Json.parseObject(
                        """
                        {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},
                         "usage":{"output_tokens":9}}
                        """));
        events.add(Json.object().put("type", "message_stop"));
        return events;
    }

    private static void block(ObjectNode block, int index, int size, List<ObjectNode> events) {
        ObjectNode start = block.deepCopy();
        var deltas = new ArrayList<ObjectNode>();
        switch (block.path("type").asString()) {
            case "text" -> {
                start.put("text", "");
                pieces(block.path("text").asString(), size, "text_delta", "text", deltas);
            }
            case "thinking" -> {
                start.put("thinking", "").put("signature", "");
                pieces(
                        block.path("thinking").asString(),
                        size,
                        "thinking_delta",
                        "thinking",
                        deltas);
                pieces(
                        block.path("signature").asString(),
                        size,
                        "signature_delta",
                        "signature",
                        deltas);
            }
            case "tool_use" -> {
                start.set("input", Json.object());
                pieces(
                        Json.write(block.path("input")),
                        size,
                        "input_json_delta",
                        "partial_json",
                        deltas);
            }
            default -> {}
        }
        ObjectNode started = Json.object().put("type", "content_block_start").put("index", index);
        started.set("content_block", start);
        events.add(started);
        for (ObjectNode delta : deltas) {
            ObjectNode event = Json.object().put("type", "content_block_delta").put("index", index);
            event.set("delta", delta);
            events.add(event);
        }
        events.add(Json.object().put("type", "content_block_stop").put("index", index));
    }

    private static void pieces(
            String text, int size, String type, String field, List<ObjectNode> deltas) {
        int[] characters = text.codePoints().toArray();
        for (int from = 0; from < characters.length; from += size) {
            String piece = new String(characters, from, Math.min(size, characters.length - from));
            deltas.add(Json.object().put("type", type).put(field, piece));
        }
    }

    private static byte[] wire(List<ObjectNode> events) {
        var bytes = new ByteArrayOutputStream();
        for (ObjectNode event : events) {
            String frame =
                    "event: " + event.path("type").asString() + "\ndata: " + Json.write(event);
            bytes.writeBytes((frame + "\n\n").getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private static List<ChatChunk> read(byte[] wire, List<Integer> cuts) {
        var decoder = new SseDecoder("anthropic", 1 << 20);
        var turn = new AnthropicTurn(Set.of());
        var chunks = new ArrayList<ChatChunk>();
        int from = 0;
        for (int i = 0; from < wire.length; i++) {
            int step = cuts.isEmpty() ? wire.length : cuts.get(i % cuts.size());
            int to = Math.min(wire.length, from + step);
            decoder.feed(Arrays.copyOfRange(wire, from, to));
            from = to;
            for (Optional<SseEvent> event = decoder.next();
                    event.isPresent();
                    event = decoder.next()) {
                chunks.addAll(turn.accept(Json.parseObject(event.get().data())));
            }
        }
        chunks.addAll(turn.end());
        chunks.forEach(chunk -> chunk.json().remove("created"));
        return chunks;
    }

    @Property(tries = 300)
    void bytesMayBeCutAnywhere(
            @ForAll("contents") ArrayNode content, @ForAll("cuts") List<Integer> cuts) {
        byte[] wire = wire(events(content, 5));
        assertThat(read(wire, cuts)).isEqualTo(read(wire, List.of()));
    }

    @Property(tries = 300)
    void piecesOfAnySizeMakeTheWholeMessage(
            @ForAll("contents") ArrayNode content, @ForAll("sizes") int size) {
        Whole streamed = Whole.of(read(wire(events(content, size)), List.of()));
        var turn = new AnthropicTurn(Set.of());
        ObjectNode message = Json.object().put("id", "m").put("stop_reason", "end_turn");
        message.set("content", content);
        turn.acceptWhole(message);
        JsonNode whole = turn.completion().message().json();
        assertThat(streamed.text()).isEqualTo(whole.path("content").asString(""));
        assertThat(streamed.calls()).isEqualTo(turn.completion().message().toolCalls());
        for (String field :
                new String[] {"reasoning_content", "thinking_blocks", "anthropic_content"}) {
            assertThat(streamed.message().path(field)).isEqualTo(whole.path(field));
        }
        assertThat(streamed.usage().completionTokens()).isEqualTo(9);
    }

    @Provide
    Arbitrary<Integer> sizes() {
        return Arbitraries.integers().between(1, 12);
    }

    @Provide
    Arbitrary<List<Integer>> cuts() {
        return Arbitraries.integers().between(1, 60).list().ofMinSize(1).ofMaxSize(8);
    }

    @Provide
    Arbitrary<ArrayNode> contents() {
        Arbitrary<String> text =
                Arbitraries.strings()
                        .all()
                        .excludeChars('\0')
                        .ofMaxLength(30)
                        .map(AnthropicSplitTest::wellFormed);
        Arbitrary<ObjectNode> said =
                text.map(value -> Json.object().put("type", "text").put("text", value));
        Arbitrary<ObjectNode> thought =
                Combinators.combine(text, Arbitraries.strings().alpha().ofLength(12))
                        .as(
                                (value, signature) ->
                                        Json.object()
                                                .put("type", "thinking")
                                                .put("thinking", value)
                                                .put("signature", signature));
        Arbitrary<ObjectNode> called =
                Combinators.combine(Arbitraries.strings().alpha().ofLength(8), text)
                        .as(
                                (id, value) -> {
                                    ObjectNode use =
                                            Json.object()
                                                    .put("type", "tool_use")
                                                    .put("id", id)
                                                    .put("name", "f");
                                    return use.set("input", Json.object().put("a", value));
                                });
        Arbitrary<ObjectNode> searched =
                text.map(
                        value ->
                                Json.object()
                                        .put("type", "web_search_tool_result")
                                        .put("tool_use_id", value));
        return Arbitraries.oneOf(said, thought, called, searched)
                .list()
                .ofMaxSize(6)
                .map(Json::array);
    }

    /** Without halves of characters, which no JSON can carry as UTF-8. */
    private static String wellFormed(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}
