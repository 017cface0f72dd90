package ai.robutler.models;

import static ai.robutler.models.OpenAi.all;
import static ai.robutler.models.OpenAi.soon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.robutler.core.ChatChunk;
import ai.robutler.core.ChatCompletion;
import ai.robutler.core.ChatMessage;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.Json;
import ai.robutler.core.ProviderException;
import ai.robutler.testkit.Call;
import ai.robutler.testkit.Reply;
import ai.robutler.testkit.ScriptedProvider;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.List;

/** Turns that are more than one answer, and errors in Anthropic's words. */
class AnthropicStreamTest {
    private static final ChatRequest HI = ChatRequest.of("Hi");

    private final ScriptedProvider server = ScriptedProvider.start();
    private final Wire.Provider anthropic = Wire.ANTHROPIC.at(server, "{\"attempts\":1}");

    @AfterEach
    void close() {
        anthropic.close();
        server.close();
    }

    private static final String PAUSED =
            """
            {"id":"msg_1","type":"message","role":"assistant","model":"claude-haiku-4-5","stop_reason":"pause_turn",
             "stop_sequence":null,"content":[{"type":"text","text":"Searching."},
              {"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{"query":"q"}}],
             "usage":{"input_tokens":10,"output_tokens":5}}
            """;

    private static final String GOES_ON =
            """
            {"id":"msg_2","type":"message","role":"assistant","model":"claude-haiku-4-5","stop_reason":"end_turn",
             "stop_sequence":null,"content":[{"type":"web_search_tool_result","tool_use_id":"srvtoolu_1","content":[]},
              {"type":"text","text":"Found."}],"usage":{"input_tokens":20,"output_tokens":7}}
            """;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPausedTurnGoesOn(boolean streamed) {
        server.answer(Reply.rawJson(200, PAUSED)).answer(Reply.rawJson(200, GOES_ON));
        Whole whole;
        if (streamed) {
            List<ChatChunk> chunks = all(anthropic.model().stream(HI, soon()));
            assertThat(chunks)
                    .extracting(chunk -> chunk.json().path("id").asString())
                    .containsOnly("msg_1");
            whole = Whole.of(chunks);
        } else {
            ChatCompletion completion = anthropic.model().complete(HI, soon());
            whole =
                    new Whole(
                            completion.message().json(),
                            List.of(),
                            completion.finishReason(),
                            completion.usage());
        }
        assertThat(whole.text()).isEqualTo("Searching.\n\nFound.");
        assertThat(whole.finishReason()).isEqualTo("stop");
        assertThat(whole.usage().promptTokens()).isEqualTo(30);
        assertThat(whole.usage().completionTokens()).isEqualTo(12);
        assertThat(whole.message().path("anthropic_content")).hasSize(4);
        JsonNode second = server.requests().getLast().json();
        assertThat(second.path("messages")).hasSize(2);
        assertThat(Json.parse(second.at("/messages/1/content").toString()))
                .isEqualTo(Json.parseObject(PAUSED).path("content"));
        assertThat(server.violations()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aTurnDoesNotPauseForever(boolean streamed) {
        server.always(
                request ->
                        Reply.rawJson(
                                200, PAUSED.replace("srvtoolu_1", "srvtoolu_" + request.number())));
        String finish =
                streamed
                        ? Whole.of(all(anthropic.model().stream(HI, soon()))).finishReason()
                        : anthropic.model().complete(HI, soon()).finishReason();
        assertThat(finish).isEqualTo("length");
        assertThat(server.requests()).hasSize(AnthropicModel.MOST_ANSWERS);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void signaturesSurviveTwoTurns(boolean streamed) {
        server.answer(
                        Reply.text("Looking.")
                                .reasoning("I need the weather.")
                                .calls(Call.of("a", "weather", "{\"place\":\"Rome\"}")))
                .answer(
                        Reply.text("And there.")
                                .reasoning("Now the other.")
                                .calls(Call.of("b", "weather", "{\"place\":\"Oslo\"}")))
                .answer("Rome.");
        ChatRequest base =
                new ChatRequest(
                        Json.parseObject(
                                """
                                {"reasoning_effort":"medium","tools":[{"type":"function","function":{"name":"weather"}}]}
                                """));
        var messages = new ArrayList<ChatMessage>();
        messages.add(ChatMessage.user("Where is it warmer?"));
        for (String id : List.of("a", "b")) {
            messages.add(turn(base.withMessages(messages), streamed));
            messages.add(ChatMessage.tool(id, "20 degrees"));
        }
        assertThat(turn(base.withMessages(messages), streamed).text()).isEqualTo("Rome.");
        // The scripted provider refuses thoughts with another signature than it gave.
        assertThat(server.violations()).isEmpty();
        JsonNode last = server.requests().getLast().json();
        assertThat(last.at("/thinking/type").asString()).isEqualTo("enabled");
        assertThat(last.at("/messages/1/content/0/thinking").asString())
                .isEqualTo("I need the weather.");
        assertThat(last.at("/messages/3/content/0/thinking").asString())
                .isEqualTo("Now the other.");
    }

    private ChatMessage turn(ChatRequest request, boolean streamed) {
        if (!streamed) {
            return anthropic.model().complete(request, soon()).message();
        }
        Whole whole = Whole.of(all(anthropic.model().stream(request, soon())));
        return new ChatMessage(whole.message()).withToolCalls(whole.calls());
    }

    @Test
    void overloadedInTheMidstOfAnAnswer() {
        server.answer(Reply.text("some text").failAfter(5, Reply.error(529, "Overloaded")));
        var failure =
                catchThrowableOfType(
                        ProviderException.class, () -> all(anthropic.model().stream(HI, soon())));
        assertThat(failure).isInstanceOf(ProviderException.Transient.class);
        assertThat(failure.status()).isEqualTo(502);
    }

    @Test
    void aRateLimitInTheMidstOfAnAnswer() {
        server.answer(Reply.text("some text").failAfter(5, Reply.error(429, "slow down")));
        var failure =
                catchThrowableOfType(
                        ProviderException.class, () -> all(anthropic.model().stream(HI, soon())));
        assertThat(failure.status()).isEqualTo(429);
    }

    @Test
    void aPromptTooLongHasItsOwnCode() {
        server.answer(Reply.error(400, "prompt is too long: 214000 tokens > 200000 maximum"));
        var failure =
                catchThrowableOfType(
                        ProviderException.class, () -> anthropic.model().complete(HI, soon()));
        assertThat(failure.status()).isEqualTo(400);
        assertThat(failure.code()).isEqualTo("context_length_exceeded");
        assertThat(failure).hasMessageContaining("214000");
    }

    @Test
    void theOperatorsCreditIsNotTheClientsBusiness() {
        server.answer(
                Reply.error(
                        400,
                        "Your credit balance is too low to access the Anthropic API. Please go to"
                                + " Plans & Billing to upgrade or purchase credits."));
        var failure =
                catchThrowableOfType(
                        ProviderException.class, () -> anthropic.model().complete(HI, soon()));
        assertThat(failure.status()).isEqualTo(502);
        assertThat(failure).hasMessageNotContaining("Billing");
    }

    @Test
    void aReasonToStopIsEnoughOfAnEnd() {
        server.answer(
                Reply.rawStream(
                        """
                        event: message_start
                        data: {"type":"message_start","message":{"id":"m","model":"c","usage":{"input_tokens":1,"output_tokens":1}}}

                        event: content_block_start
                        data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":"all"}}

                        event: content_block_stop
                        data: {"type":"content_block_stop","index":0}

                        event: message_delta
                        data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":2}}\
                        """));
        Whole whole = Whole.of(all(anthropic.model().stream(HI, soon())));
        assertThat(whole.text()).isEqualTo("all");
        assertThat(whole.finishReason()).isEqualTo("stop");
        assertThat(whole.usage().completionTokens()).isEqualTo(2);
    }

    @Test
    void connectionsAreUsedAgain() {
        for (int i = 0; i < 3; i++) {
            server.answer("a").answer("b");
            anthropic.model().complete(HI, soon());
            all(anthropic.model().stream(HI, soon()));
        }
        assertThat(server.requests())
                .extracting(request -> request.connection())
                .allMatch(connection -> connection <= 2);
    }
}
