package ai.robutler.models;

import static ai.robutler.models.OpenAi.all;
import static ai.robutler.models.OpenAi.soon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.robutler.core.ChatChunk;
import ai.robutler.core.ChatCompletion;
import ai.robutler.core.ChatMessage;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.Json;
import ai.robutler.core.ProviderException;
import ai.robutler.core.ToolCall;
import ai.robutler.core.ToolDefinition;
import ai.robutler.core.Usage;
import ai.robutler.testkit.Call;
import ai.robutler.testkit.Oddity;
import ai.robutler.testkit.ReceivedRequest;
import ai.robutler.testkit.Reply;
import ai.robutler.testkit.ScriptedProvider;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.List;

/** What every provider does, whatever its wire: what answers say. */
class ProviderContractTest {
    private final ScriptedProvider server = ScriptedProvider.start();
    private final List<Wire.Provider> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(Wire.Provider::close);
        server.close();
    }

    private Wire.Provider open(Wire wire) {
        Wire.Provider provider = wire.at(server, "{\"attempts\":1}");
        opened.add(provider);
        return provider;
    }

    /** The answer, complete and streamed: both say the same. */
    private ChatCompletion answer(Wire wire, ChatRequest request, Reply reply) {
        Wire.Provider provider = open(wire);
        server.answer(reply).answer(reply);
        ChatCompletion whole = provider.model().complete(request, soon());
        List<ChatChunk> chunks = all(provider.model().stream(request, soon()));
        Whole streamed = Whole.of(chunks);
        assertThat(streamed.text()).isEqualTo(whole.text());
        assertThat(streamed.finishReason()).isEqualTo(whole.finishReason());
        assertThat(streamed.calls()).isEqualTo(whole.message().toolCalls());
        assertThat(streamed.text("reasoning_content"))
                .isEqualTo(whole.message().json().path("reasoning_content").asString(""));
        assertThat(streamed.usage()).isEqualTo(whole.usage());
        assertThat(server.violations()).isEmpty();
        return whole;
    }

    @ParameterizedTest
    @EnumSource
    void text(Wire wire) {
        ChatCompletion answer =
                answer(wire, ChatRequest.of("Hi"), Reply.text("Grüße 😀\n").usage(7, 3));
        assertThat(answer.text()).isEqualTo("Grüße 😀\n");
        assertThat(answer.finishReason()).isEqualTo("stop");
        assertThat(answer.message().role()).isEqualTo("assistant");
        assertThat(answer.id()).isNotEmpty();
        assertThat(answer.message().toolCalls()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aStreamIsOneAnswer(Wire wire) {
        server.answer(Reply.text("Hello there").usage(7, 3));
        List<ChatChunk> chunks = all(open(wire).model().stream(ChatRequest.of("Hi"), soon()));
        assertThat(chunks)
                .extracting(chunk -> chunk.json().path("id").asString())
                .doesNotContain("")
                .containsOnly(chunks.getFirst().json().path("id").asString());
        assertThat(chunks)
                .extracting(chunk -> chunk.json().path("object").asString())
                .containsOnly("chat.completion.chunk");
        assertThat(chunks)
                .filteredOn(
                        chunk -> chunk.json().at("/choices/0/delta/role").asString("").isEmpty())
                .hasSize(chunks.size() - 1);
        assertThat(chunks).filteredOn(chunk -> !chunk.finishReason().isEmpty()).hasSize(1);
        assertThat(chunks.getLast().json().path("choices")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void textComesPieceByPiece(Wire wire) {
        server.answer(Reply.text("abcdef").inPiecesOf(2));
        List<ChatChunk> chunks = all(open(wire).model().stream(ChatRequest.of("Hi"), soon()));
        assertThat(chunks)
                .extracting(ChatChunk::text)
                .filteredOn(text -> !text.isEmpty())
                .containsExactly("ab", "cd", "ef");
    }

    @ParameterizedTest
    @EnumSource
    void usage(Wire wire) {
        Usage usage =
                answer(
                                wire,
                                ChatRequest.of("Hi"),
                                Reply.text("Hi")
                                        .usage(
                                                """
                                                {"prompt_tokens":100,"completion_tokens":20,"total_tokens":120,
                                                 "prompt_tokens_details":{"cached_tokens":60}}
                                                """))
                        .usage();
        assertThat(usage.promptTokens()).isEqualTo(100);
        assertThat(usage.completionTokens()).isEqualTo(20);
        assertThat(usage.totalTokens()).isEqualTo(120);
        assertThat(usage.json().at("/prompt_tokens_details/cached_tokens").asInt()).isEqualTo(60);
    }

    @ParameterizedTest
    @EnumSource
    void aCall(Wire wire) {
        ChatCompletion answer =
                answer(
                        wire,
                        ChatRequest.of("Weather?").withTools(List.of(weather())),
                        Reply.calls(Call.of("call_1", "weather", "{\"place\":\"Rome\"}")));
        assertThat(answer.finishReason()).isEqualTo("tool_calls");
        assertThat(answer.text()).isEmpty();
        ToolCall call = answer.message().toolCalls().getFirst();
        assertThat(call.id()).isEqualTo("call_1");
        assertThat(call.name()).isEqualTo("weather");
        assertThat(Json.parse(call.arguments())).isEqualTo(Json.parse("{\"place\":\"Rome\"}"));
    }

    @ParameterizedTest
    @EnumSource
    void parallelCallsAfterText(Wire wire) {
        ChatCompletion answer =
                answer(
                        wire,
                        ChatRequest.of("Weather?").withTools(List.of(weather(), clock())),
                        Reply.text("Let me look.")
                                .calls(
                                        Call.of("a", "weather", "{\"place\":\"Rome\"}"),
                                        Call.of("b", "clock", "{}"),
                                        Call.of("c", "weather", "{\"place\":\"Oslo\"}"))
                                .inPiecesOf(3));
        assertThat(answer.text()).isEqualTo("Let me look.");
        assertThat(answer.message().toolCalls())
                .extracting(ToolCall::id)
                .containsExactly("a", "b", "c");
        assertThat(answer.message().toolCalls())
                .extracting(call -> Json.parse(call.arguments()).path("place").asString(""))
                .containsExactly("Rome", "", "Oslo");
    }

    @ParameterizedTest
    @EnumSource
    void aConversationOfSeveralTurns(Wire wire) {
        Wire.Provider provider = open(wire);
        server.answer(
                        Reply.text("One moment.")
                                .calls(
                                        Call.of("a", "weather", "{\"place\":\"Rome\"}"),
                                        Call.of("b", "weather", "{\"place\":\"Oslo\"}")))
                .answer("Rome is warmer.")
                .answer("You are welcome.");
        var messages = new ArrayList<ChatMessage>();
        messages.add(ChatMessage.system("Be brief."));
        messages.add(ChatMessage.user("Where is it warmer, Rome or Oslo?"));
        ChatRequest base = ChatRequest.of("").withTools(List.of(weather()));
        messages.add(provider.model().complete(base.withMessages(messages), soon()).message());
        messages.add(ChatMessage.tool("b", "5 degrees"));
        messages.add(ChatMessage.tool("a", "25 degrees"));
        messages.add(provider.model().complete(base.withMessages(messages), soon()).message());
        messages.add(ChatMessage.user("Thanks"));
        // The tools are not offered any more.
        ChatCompletion last = provider.model().complete(ChatRequest.of(messages), soon());
        assertThat(last.text()).isEqualTo("You are welcome.");
        assertThat(server.violations()).isEmpty();
        assertThat(server.requests()).hasSize(3);
        assertThat(server.requests().getLast().text())
                .contains("Be brief.", "Oslo", "5 degrees", "25 degrees", "Rome is warmer.");
    }

    @ParameterizedTest
    @EnumSource
    void thoughtsAreShownApart(Wire wire) {
        ChatCompletion answer =
                answer(wire, ChatRequest.of("Hi"), Reply.text("Yes").reasoning("Hm, well"));
        assertThat(answer.text()).isEqualTo("Yes");
        assertThat(answer.message().json().path("reasoning_content").asString(""))
                .isEqualTo("Hm, well");
    }

    @ParameterizedTest
    @CsvSource({
        "OPENAI,stop", "OPENAI,length", "OPENAI,content_filter",
        "ANTHROPIC,stop", "ANTHROPIC,length", "ANTHROPIC,content_filter"
    })
    void reasonsToStop(Wire wire, String reason) {
        ChatCompletion answer =
                answer(wire, ChatRequest.of("Hi"), Reply.text("Well").finish(reason));
        assertThat(answer.finishReason()).isEqualTo(reason);
        assertThat(answer.text()).isEqualTo("Well");
    }

    @ParameterizedTest
    @EnumSource
    void images(Wire wire) {
        ChatRequest request =
                new ChatRequest(
                        Json.parseObject(
                                """
                                {"messages":[{"role":"user","content":[
                                  {"type":"text","text":"What is this?"},
                                  {"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo="}},
                                  {"type":"image_url","image_url":{"url":"https://example.org/cat.jpg"}}]}]}
                                """));
        assertThat(answer(wire, request, Reply.text("A cat")).text()).isEqualTo("A cat");
        for (ReceivedRequest received : server.requests()) {
            assertThat(received.text())
                    .contains("iVBORw0KGgo=", "image/png", "https://example.org/cat.jpg");
        }
    }

    @ParameterizedTest
    @EnumSource
    void samplingAndStops(Wire wire) {
        ChatRequest request =
                new ChatRequest(
                        Json.parseObject(
                                """
                                {"messages":[{"role":"user","content":"Hi"}],"temperature":0.3,
                                 "stop":["END"],"max_completion_tokens":77,"user":"u-1"}
                                """));
        answer(wire, request, Reply.text("ok"));
        assertThat(server.requests().getFirst().json().path("temperature").asDouble())
                .isEqualTo(0.3);
        assertThat(server.requests().getFirst().text()).contains("[\"END\"]", ":77", "\"u-1\"");
    }

    @ParameterizedTest
    @EnumSource
    void oddStreamsSayTheSame(Wire wire) {
        Wire.Provider provider = open(wire);
        List<Oddity> odd =
                List.of(
                        Oddity.CRLF,
                        Oddity.COMMENTS,
                        Oddity.MULTI_LINE_DATA,
                        Oddity.BOM,
                        Oddity.NO_SPACE_AFTER_COLON,
                        Oddity.EXTRA_EVENT_FIELDS,
                        Oddity.NO_DONE,
                        Oddity.ONE_DELTA);
        for (Oddity oddity : odd) {
            server.answer(
                    Reply.text("Let me see")
                            .calls(Call.of("a", "clock", "{\"zone\":\"UTC\"}"))
                            .odd(oddity)
                            .splitEvery(7));
            Whole whole =
                    Whole.of(
                            all(
                                    provider.model().stream(
                                            ChatRequest.of("Hi").withTools(List.of(clock())),
                                            soon())));
            assertThat(whole.text()).as(oddity.name()).isEqualTo("Let me see");
            assertThat(whole.calls()).as(oddity.name()).hasSize(1);
            assertThat(whole.calls().getFirst().arguments()).isEqualTo("{\"zone\":\"UTC\"}");
            assertThat(whole.finishReason()).as(oddity.name()).isEqualTo("tool_calls");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCompleteAnswerInsteadOfAStreamIsTaken(Wire wire) {
        String body =
                wire == Wire.OPENAI
                        ? """
                          {"id":"x","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,
                           "message":{"role":"assistant","content":"whole"},"finish_reason":"stop"}]}
                          """
                        : """
                          {"id":"x","type":"message","role":"assistant","model":"m","content":[{"type":"text",
                           "text":"whole"}],"stop_reason":"end_turn","stop_sequence":null,
                           "usage":{"input_tokens":1,"output_tokens":1}}
                          """;
        server.answer(Reply.rawJson(200, body));
        Whole whole = Whole.of(all(open(wire).model().stream(ChatRequest.of("Hi"), soon())));
        assertThat(whole.text()).isEqualTo("whole");
        assertThat(whole.finishReason()).isEqualTo("stop");
    }

    @ParameterizedTest
    @EnumSource
    void anAnswerThatIsNoneIsAFailure(Wire wire) {
        Wire.Provider provider = open(wire);
        for (String body : List.of("<html>", "[]", "{}", "{\"choices\":[]}")) {
            server.answer(Reply.rawJson(200, body));
            assertThatThrownBy(() -> provider.model().complete(ChatRequest.of("Hi"), soon()))
                    .as(body)
                    .isInstanceOf(ProviderException.Transient.class)
                    .extracting("status")
                    .isEqualTo(502);
        }
        for (String events : List.of("data: <html>\n\n", "", ": nothing\n\n")) {
            server.answer(Reply.rawStream(events));
            assertThatThrownBy(() -> all(provider.model().stream(ChatRequest.of("Hi"), soon())))
                    .as(events)
                    .isInstanceOf(ProviderException.Transient.class)
                    .extracting("status")
                    .isEqualTo(502);
        }
    }

    @ParameterizedTest
    @EnumSource
    void severalAnswersAtOnceOrAClearWord(Wire wire) {
        ChatRequest request =
                new ChatRequest(
                        Json.parseObject(
                                "{\"n\":2,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"));
        Wire.Provider provider = open(wire);
        server.answer("one");
        if (wire == Wire.OPENAI) {
            assertThat(provider.model().complete(request, soon()).json().path("choices"))
                    .hasSize(2);
        } else {
            var refused =
                    catchThrowableOfType(
                            ai.robutler.core.InvalidRequestException.class,
                            () -> provider.model().complete(request, soon()));
            assertThat(refused.param()).isEqualTo("n");
            assertThat(server.requests()).isEmpty();
        }
    }

    private static ToolDefinition weather() {
        return ToolDefinition.function(
                "weather",
                "The weather somewhere",
                Json.parseObject(
                        """
                        {"type":"object","properties":{"place":{"type":"string"}},"required":["place"]}
                        """));
    }

    private static ToolDefinition clock() {
        return ToolDefinition.function("clock", "The time", Json.object());
    }
}
