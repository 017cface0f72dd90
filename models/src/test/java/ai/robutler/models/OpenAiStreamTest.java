package ai.robutler.models;

import static ai.robutler.models.OpenAi.soon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.robutler.core.ChatChunk;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.Json;
import ai.robutler.core.ProviderException;
import ai.robutler.testkit.Oddity;
import ai.robutler.testkit.Reply;
import ai.robutler.testkit.ScriptedProvider;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.List;
import java.util.NoSuchElementException;

class OpenAiStreamTest {
    private static final String TEXT = "Grüße aus 東京, wörtlich 🙂";

    private final ScriptedProvider provider = ScriptedProvider.start();
    private final OpenAi openAi = OpenAi.at(provider.baseUrl(), "{\"attempts\":1}");

    @AfterEach
    void close() {
        openAi.close();
        provider.close();
    }

    private List<ChatChunk> chunks() {
        return OpenAi.all(openAi.model().stream(ChatRequest.of("Hi"), soon()));
    }

    @ParameterizedTest
    @EnumSource(Oddity.class)
    void oddStreamsHaveTheSameText(Oddity oddity) {
        if (oddity == Oddity.NO_FINISH_REASON) {
            return; // its own tests below
        }
        provider.answer(Reply.text(TEXT).odd(oddity));
        assertThat(OpenAi.text(chunks())).isEqualTo(TEXT);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 64})
    void bytesMayBeSplitAnywhere(int bytes) {
        provider.answer(Reply.text(TEXT).splitEvery(bytes));
        assertThat(OpenAi.text(chunks())).isEqualTo(TEXT);
    }

    @Test
    void doneWithoutAFinishReasonIsTolerated() {
        provider.answer(Reply.text(TEXT).odd(Oddity.NO_FINISH_REASON));
        assertThat(OpenAi.text(chunks())).isEqualTo(TEXT);
    }

    @Test
    void anEndWithoutFinishReasonAndDoneIsACut() {
        provider.answer(Reply.text(TEXT).odd(Oddity.NO_FINISH_REASON, Oddity.NO_DONE));
        assertThatThrownBy(this::chunks)
                .isInstanceOf(ProviderException.Transient.class)
                .hasMessageContaining("cut the answer short");
    }

    @Test
    void aCutConnectionIsAFailure() {
        provider.answer(Reply.text(TEXT).cutAfter(3));
        assertThatThrownBy(this::chunks)
                .isInstanceOf(ProviderException.Transient.class)
                .hasMessageContaining("cut the answer short");
        provider.answer(Reply.text(TEXT).resetAfter(3));
        assertThatThrownBy(this::chunks).hasMessageContaining("cut the answer short");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "data: nonsense\n\n",
                "data: [1]\n\n",
                "data: {\"a\":\n\n",
                "data: \"x\"\n\n"
            })
    void chunksThatAreNoneAreAFailure(String events) {
        provider.answer(Reply.rawStream(events));
        assertThatThrownBy(this::chunks)
                .isInstanceOf(ProviderException.Transient.class)
                .hasMessageContaining("not JSON");
    }

    @Test
    void whatComesAfterDoneIsIgnored() {
        provider.answer(
                Reply.rawStream(
                        """
                        data: {"choices":[{"delta":{"content":"a"}}]}

                        data: [DONE]

                        data: {"choices":[{"delta":{"content":"b"}}]}

                        rubbish"""));
        assertThat(OpenAi.text(chunks())).isEqualTo("a");
    }

    @Test
    void anEndlessTailBehindDoneIsCut() {
        String chunk = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n";
        provider.answer(
                Reply.rawStream(chunk + "data: [DONE]\n\n" + ": x\n".repeat(1000)).hangAfter(2));
        assertThat(OpenAi.text(chunks())).isEqualTo("a");
        provider.awaitOpenConnections(0, Duration.ofSeconds(5));
    }

    @Test
    void aLastEventWithoutItsEmptyLineCounts() {
        provider.answer(
                Reply.rawStream(
                        "data: {\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}"));
        assertThat(OpenAi.text(chunks())).isEqualTo("a");
    }

    @Test
    void emptyEventsAndUnknownOnesDoNoHarm() {
        provider.answer(
                Reply.rawStream(
                        """
                        :hi

                        event: ping
                        data:

                        id: 4
                        retry: 7

                        event: ping
                        data: {"type":"ping"}

                        data: {"choices":[{"delta":{"content":"a"}}]}

                        data: [DONE]

                        """));
        assertThat(OpenAi.text(chunks())).isEqualTo("a");
    }

    @Test
    void aCompletionInsteadOfAStreamBecomesChunks() {
        provider.answer(
                Reply.rawJson(
                        200,
                        """

                        {"id":"x","object":"chat.completion","created":5,"model":"m","odd":1,
                         "choices":[{"index":0,"finish_reason":"tool_calls","logprobs":null,
                           "message":{"role":"assistant","content":"hm","tool_calls":[
                             {"id":"a","type":"function","function":{"name":"f","arguments":"{}"}},
                             {"id":"b","type":"function","function":{"name":"g","arguments":"{}"}}]}}],
                         "usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}
                        """));
        List<ChatChunk> chunks = chunks();
        assertThat(chunks).hasSize(3);
        var delta = chunks.getFirst().json().path("choices").path(0).path("delta");
        assertThat(delta.path("role").stringValue()).isEqualTo("assistant");
        assertThat(delta.path("content").stringValue()).isEqualTo("hm");
        assertThat(delta.path("tool_calls").findValues("index"))
                .extracting(node -> node.intValue())
                .containsExactly(0, 1);
        assertThat(chunks.getFirst().json().path("odd").intValue()).isEqualTo(1);
        assertThat(chunks.get(1).finishReason()).isEqualTo("tool_calls");
        assertThat(chunks.get(2).usage().totalTokens()).isEqualTo(3);
        assertThat(chunks.get(2).json().path("choices")).isEqualTo(Json.array());
    }

    @Test
    void anEventThatIsTooLongIsAFailure() {
        provider.answer(
                Reply.rawStream(
                        "data: {\"a\":\"" + "x".repeat(17 << 20) + "\"}\n\ndata: [DONE]\n\n"));
        assertThatThrownBy(this::chunks).hasMessageContaining("too long");
    }

    @Test
    void anAnswerThatIsTooLongIsAFailure() {
        provider.answer(Reply.rawJson(200, "{\"a\":\"" + "x".repeat(65 << 20) + "\"}"));
        assertThatThrownBy(() -> openAi.model().complete(ChatRequest.of("Hi"), soon()))
                .isInstanceOf(ProviderException.class)
                .hasMessageContaining("more than fits");
    }

    @Test
    void behindTheEndThereIsNothing() {
        provider.answer("a");
        try (var stream = openAi.model().stream(ChatRequest.of("Hi"), soon())) {
            var chunks = stream.iterator();
            while (chunks.hasNext()) {
                chunks.next();
            }
            assertThat(chunks.hasNext()).isFalse();
            assertThatThrownBy(chunks::next).isInstanceOf(NoSuchElementException.class);
        }
    }
}
