package ai.robutler.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;

import java.net.http.HttpResponse;
import java.util.List;

class StreamTest {

    private final ScriptedProvider provider = ScriptedProvider.start();
    private final Client client = new Client(provider);

    @AfterEach
    void stop() {
        provider.close();
    }

    private static List<String> deltas(List<String> events) {
        return Events.chunks(events).stream()
                .map(chunk -> chunk.at("/choices/0/delta").toString())
                .toList();
    }

    @Test
    void textStreamsAsOpenAiDoes() throws Exception {
        provider.answer(Reply.text("Hello").inPiecesOf(2));

        HttpResponse<byte[]> response = client.call("\"stream\":true");

        assertThat(response.headers().firstValue("Content-Type"))
                .hasValue("text/event-stream; charset=utf-8");
        List<String> events = Events.of(response.body());
        assertThat(events).last().isEqualTo("[DONE]");
        List<JsonNode> chunks = Events.chunks(events);
        assertThat(chunks)
                .allSatisfy(
                        chunk -> {
                            assertThat(chunk.path("object").asString())
                                    .isEqualTo("chat.completion.chunk");
                            assertThat(chunk.path("id")).isEqualTo(chunks.getFirst().path("id"));
                            assertThat(chunk.path("model").asString()).isEqualTo("gpt-4o");
                            assertThat(chunk.has("usage")).isFalse();
                            assertThat(chunk.has("system_fingerprint")).isFalse();
                        });
        assertThat(chunks)
                .extracting(chunk -> chunk.at("/choices/0").toString())
                .containsExactly(
                        "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null},\"logprobs\":null,\"finish_reason\":null}",
                        "{\"index\":0,\"delta\":{\"content\":\"He\"},\"logprobs\":null,\"finish_reason\":null}",
                        "{\"index\":0,\"delta\":{\"content\":\"ll\"},\"logprobs\":null,\"finish_reason\":null}",
                        "{\"index\":0,\"delta\":{\"content\":\"o\"},\"logprobs\":null,\"finish_reason\":null}",
                        "{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":\"stop\"}");
    }

    @Test
    void callsStreamTheirArgumentsInPieces() throws Exception {
        provider.answer(
                Reply.calls(Call.of("c1", "f", "{\"a\":1}"), Call.of("c2", "g", "")).inPiecesOf(4));

        List<String> events = client.stream("");

        assertThat(deltas(events))
                .containsExactly(
                        "{\"role\":\"assistant\",\"content\":null,\"refusal\":null}",
                        "{\"tool_calls\":[{\"index\":0,\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}]}",
                        "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\\\"a\\\"\"}}]}",
                        "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\":1}\"}}]}",
                        "{\"tool_calls\":[{\"index\":1,\"id\":\"c2\",\"type\":\"function\",\"function\":{\"name\":\"g\",\"arguments\":\"\"}}]}",
                        "{}");
        assertThat(Assembled.of(events).finish).isEqualTo("tool_calls");
    }

    @Test
    void piecesNeverSplitACharacter() throws Exception {
        provider.answer(Reply.text("a😀é").inPiecesOf(1));
        assertThat(deltas(client.stream("")))
                .contains("{\"content\":\"a\"}", "{\"content\":\"😀\"}", "{\"content\":\"é\"}");
    }

    @Test
    void usageChunkComesOnlyWhenAsked() throws Exception {
        provider.answer(Reply.text("Hi").usage(3, 1));

        List<JsonNode> chunks =
                Events.chunks(client.stream("\"stream_options\":{\"include_usage\":true}"));

        JsonNode last = chunks.getLast();
        assertThat(last.path("choices").isEmpty()).isTrue();
        assertThat(last.at("/usage/total_tokens").asInt()).isEqualTo(4);
        assertThat(chunks.subList(0, chunks.size() - 1))
                .allSatisfy(chunk -> assertThat(chunk.path("usage").isNull()).isTrue());
    }

    @Test
    void usageCanStandInEachChunkOrTheLastOrNowhere() throws Exception {
        MessageReply reply = Reply.text("Hi").usage(3, 6).inPiecesOf(1);
        provider.answer(reply.usageIn(UsagePlace.EVERY_CHUNK))
                .answer(reply.usageIn(UsagePlace.LAST_CHUNK))
                .answer(reply.usageIn(UsagePlace.NOWHERE));

        assertThat(Events.chunks(client.stream("")))
                .extracting(chunk -> chunk.at("/usage/completion_tokens").asInt())
                .containsExactly(1, 3, 4, 6);
        List<JsonNode> chunks = Events.chunks(client.stream(""));
        assertThat(chunks.getFirst().has("usage")).isFalse();
        assertThat(chunks.getLast().at("/usage/total_tokens").asInt()).isEqualTo(9);
        assertThat(chunks.getLast().at("/choices/0/finish_reason").asString()).isEqualTo("stop");
        assertThat(Events.chunks(client.stream("\"stream_options\":{\"include_usage\":true}")))
                .allSatisfy(chunk -> assertThat(chunk.has("usage")).isFalse());
    }

    @Test
    void unknownFieldsStandOnEachLevel() throws Exception {
        provider.answer(
                Reply.text("Hi")
                        .with("service_tier", "default")
                        .choiceField("c", 1)
                        .messageField("annotations", new int[] {7})
                        .reasoning("Think")
                        .logprobs());
        List<String> events = client.stream("");
        assertThat(Events.chunks(events))
                .allSatisfy(
                        chunk -> {
                            assertThat(chunk.path("service_tier").asString()).isEqualTo("default");
                            assertThat(chunk.at("/choices/0/c").asInt()).isEqualTo(1);
                        });
        assertThat(deltas(events))
                .contains(
                        "{\"reasoning_content\":\"Thin\"}",
                        "{\"reasoning_content\":\"k\"}",
                        "{\"annotations\":[7]}");
        assertThat(
                        Events.chunks(events)
                                .get(4)
                                .at("/choices/0/logprobs/content/0/token")
                                .asString())
                .isEqualTo("Hi");
    }

    @Test
    void choicesAlternate() throws Exception {
        provider.answer(
                Reply.choices(
                        Reply.text("ab").inPiecesOf(1), Reply.refusal("no").finish("length")));
        assertThat(Events.chunks(client.stream("\"n\":2")))
                .extracting(chunk -> chunk.at("/choices/0/index").asInt())
                .containsExactly(0, 1, 0, 1, 0, 1, 0, 1);
    }

    @Test
    void rawStreamGoesOutByteByByte() throws Exception {
        byte[] odd = {'d', 'a', 't', 'a', ':', (byte) 0xff, '\r', 'x', '\n', '\n', 0};
        provider.answer(Reply.rawStream(odd).splitEvery(1));
        assertThat(client.call("").body()).isEqualTo(odd);
    }

    @Test
    void rawStreamOfNothingEnds() throws Exception {
        provider.answer(Reply.rawStream(""));
        assertThat(client.call("").body()).isEmpty();
    }

    @Test
    void framesOfRawStreamsEndBehindBlankLines() {
        assertThat(SseFrames.cut("a\n\nb\r\n\r\nc\r\rd\n\n\ne".getBytes(US_ASCII)))
                .extracting(frame -> new String(frame, US_ASCII))
                .containsExactly("a\n\n", "b\r\n\r\n", "c\r\r", "d\n\n", "\n", "e");
    }
}
