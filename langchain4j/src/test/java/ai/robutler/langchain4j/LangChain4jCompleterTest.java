package ai.robutler.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.robutler.core.Agent;
import ai.robutler.core.ApiException;
import ai.robutler.core.CancelledException;
import ai.robutler.core.ChatChunk;
import ai.robutler.core.ChatMessage;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.ChatStream;
import ai.robutler.core.Completer;
import ai.robutler.core.Deadline;
import ai.robutler.core.Json;
import ai.robutler.core.Param;
import ai.robutler.core.ProviderException;
import ai.robutler.core.Tool;
import ai.robutler.core.ToolCall;
import ai.robutler.core.ToolDefinition;
import ai.robutler.testkit.Call;
import ai.robutler.testkit.Reply;
import ai.robutler.testkit.ScriptedProvider;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import tools.jackson.databind.JsonNode;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Real LangChain4j models between us and a scripted provider. */
class LangChain4jCompleterTest {
    private static final String SCHEMA =
            """
            {"type":"object","properties":{
              "place":{"type":"string","minLength":2,"description":"Where"},
              "days":{"type":"array","items":{"type":"integer"}}},
             "required":["place"],"additionalProperties":false}""";

    /** Which of the two models there is; the other face is made up. */
    enum Kind {
        WHOLE,
        STREAMING,
        BOTH
    }

    private final ScriptedProvider provider = ScriptedProvider.start();

    @AfterEach
    void close() {
        assertThat(provider.violations()).isEmpty();
        provider.close();
    }

    private Completer model(Kind kind) {
        var whole = TestModels.whole(provider.baseUrl());
        var streaming = TestModels.streaming(provider.baseUrl());
        return new LangChain4jCompleter(
                "test",
                switch (kind) {
                    case WHOLE -> LangChain4jModel.of(whole);
                    case STREAMING -> LangChain4jModel.of(streaming);
                    case BOTH -> LangChain4jModel.of(whole, streaming);
                });
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(20));
    }

    private static List<ChatChunk> all(ChatStream stream) {
        try (stream) {
            var chunks = new ArrayList<ChatChunk>();
            stream.forEach(chunks::add);
            return chunks;
        }
    }

    private static String text(List<ChatChunk> chunks) {
        return String.join("", chunks.stream().map(ChatChunk::text).toList());
    }

    private static ChatRequest withTools(ChatRequest request) {
        return request.withTools(
                List.of(
                        ToolDefinition.function(
                                "weather", "Tells the weather.", Json.parseObject(SCHEMA))));
    }

    @ParameterizedTest
    @EnumSource
    void textAndUsage(Kind kind) {
        Reply reply = Reply.text("Grüße aus München").usage(11, 7);
        provider.answer(reply).answer(reply);
        var whole = model(kind).complete(ChatRequest.of("Hi"), soon());
        assertThat(whole.text()).isEqualTo("Grüße aus München");
        assertThat(whole.finishReason()).isEqualTo("stop");
        assertThat(whole.usage().promptTokens()).isEqualTo(11);
        assertThat(whole.usage().completionTokens()).isEqualTo(7);
        var chunks = all(model(kind).stream(ChatRequest.of("Hi"), soon()));
        assertThat(text(chunks)).isEqualTo("Grüße aus München");
        assertThat(chunks.getLast().usage().totalTokens()).isEqualTo(18);
        assertThat(chunks.stream().map(ChatChunk::finishReason).filter(r -> !r.isEmpty()))
                .containsExactly("stop");
    }

    @Test
    void aStreamComesInPieces() {
        provider.answer(Reply.text("one two three four").inPiecesOf(4));
        var chunks = all(model(Kind.STREAMING).stream(ChatRequest.of("Hi"), soon()));
        assertThat(chunks).hasSizeGreaterThan(4);
    }

    @ParameterizedTest
    @EnumSource
    void parallelToolsAndTheirResults(Kind kind) {
        Reply calls =
                Reply.calls(
                        Call.of("call_1", "weather", "{\"place\":\"Rome\"}"),
                        Call.of("call_2", "weather", "{\"place\":\"Oslo\",\"days\":[1,2]}"));
        provider.answer(calls).answer(calls).answer("Sunny in Rome");
        ChatRequest request = withTools(ChatRequest.of("Weather?"));
        var turn = model(kind).complete(request, soon());
        assertThat(turn.finishReason()).isEqualTo("tool_calls");
        assertThat(turn.message().toolCalls())
                .extracting(ToolCall::id, ToolCall::name, ToolCall::arguments)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(
                                "call_1", "weather", "{\"place\":\"Rome\"}"),
                        org.assertj.core.groups.Tuple.tuple(
                                "call_2", "weather", "{\"place\":\"Oslo\",\"days\":[1,2]}"));
        JsonNode tool = provider.requests().getFirst().json().path("tools").path(0);
        assertThat(tool.path("function").path("parameters").path("properties").path("place"))
                .isEqualTo(Json.parseObject(SCHEMA).path("properties").path("place"));

        var pieces = new StringBuilder();
        for (ChatChunk chunk : all(model(kind).stream(request, soon()))) {
            for (JsonNode call :
                    chunk.json().path("choices").path(0).path("delta").path("tool_calls")) {
                if (call.path("index").asInt() == 1) {
                    pieces.append(call.path("function").path("arguments").asString());
                }
            }
        }
        assertThat(pieces.toString()).isEqualTo("{\"place\":\"Oslo\",\"days\":[1,2]}");

        var next =
                withTools(
                        ChatRequest.of(
                                ChatMessage.system("Be brief."),
                                ChatMessage.user("Weather?"),
                                turn.message(),
                                ChatMessage.tool("call_1", "sunny"),
                                ChatMessage.tool("call_2", "snow")));
        assertThat(model(kind).complete(next, soon()).text()).isEqualTo("Sunny in Rome");
        JsonNode sent = provider.requests().getLast().json().path("messages");
        assertThat(sent.path(0).path("role").asString()).isEqualTo("system");
        assertThat(sent.path(2).path("tool_calls")).hasSize(2);
        assertThat(sent.path(4).path("tool_call_id").asString()).isEqualTo("call_2");
        assertThat(sent.path(4).path("content").asString()).isEqualTo("snow");
    }

    @Test
    void parametersImagesAndFormats() {
        provider.answer("ok");
        var request =
                new ChatRequest(
                        Json.parseObject(
                                """
                                {"temperature":0.5,"top_p":0.9,"max_tokens":7,"stop":["x","y"],
                                 "response_format":{"type":"json_schema","json_schema":{"name":"n","schema":%s}},
                                 "messages":[{"role":"user","content":[
                                   {"type":"text","text":"What is this?"},
                                   {"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo="}}]}]}
                                """
                                        .formatted(SCHEMA)));
        assertThat(model(Kind.WHOLE).complete(request, soon()).text()).isEqualTo("ok");
        JsonNode sent = provider.requests().getFirst().json();
        assertThat(sent.path("temperature").asDouble()).isEqualTo(0.5);
        assertThat(sent.path("stop")).hasSize(2);
        assertThat(sent.path("response_format").path("json_schema").path("name").asString())
                .isEqualTo("n");
        assertThat(sent.path("messages").path(0).path("content").path(1).path("image_url"))
                .satisfies(
                        url ->
                                assertThat(url.toString())
                                        .contains("data:image/png;base64,iVBORw0KGgo="));
    }

    @Test
    void oneForcedToolIsTheOnlyOne() {
        provider.answer(Reply.calls(Call.of("weather", "{\"place\":\"Rome\"}")));
        var tools =
                List.of(
                        ToolDefinition.function("weather", "w", Json.parseObject(SCHEMA)),
                        ToolDefinition.function("other", "o", Json.parseObject(SCHEMA)));
        var choice = Json.parse("{\"type\":\"function\",\"function\":{\"name\":\"weather\"}}");
        var request = ChatRequest.of("Hi").withTools(tools).with("tool_choice", choice);
        assertThat(model(Kind.WHOLE).complete(request, soon()).message().toolCalls()).hasSize(1);
        JsonNode sent = provider.requests().getFirst().json();
        assertThat(sent.path("tool_choice").asString()).isEqualTo("required");
        assertThat(sent.path("tools")).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"400, 400", "401, 502", "403, 502", "404, 502", "429, 429", "500, 502", "503, 502"})
    void errorsAreOurs(int theirs, int ours) {
        Reply error = Reply.error(theirs, "what went wrong").param("messages");
        provider.answer(error).answer(error);
        ApiException whole =
                catchThrowableOfType(
                        ApiException.class,
                        () -> model(Kind.BOTH).complete(ChatRequest.of("Hi"), soon()));
        ApiException streamed =
                catchThrowableOfType(
                        ApiException.class,
                        () -> all(model(Kind.BOTH).stream(ChatRequest.of("Hi"), soon())));
        assertThat(List.of(whole.status(), streamed.status())).containsOnly(ours);
        if (ours == 400) {
            assertThat(whole).hasMessage("what went wrong");
            assertThat(whole.param()).isEqualTo("messages");
        } else {
            assertThat(whole.getMessage()).doesNotContain("what went wrong");
        }
    }

    @Test
    void aProviderThatIsNotThereIsAFailureOfItsOwn() {
        provider.close();
        assertThatThrownBy(() -> model(Kind.BOTH).complete(ChatRequest.of("Hi"), soon()))
                .isInstanceOf(ProviderException.Transient.class);
        assertThatThrownBy(() -> all(model(Kind.BOTH).stream(ChatRequest.of("Hi"), soon())))
                .isInstanceOf(ProviderException.Transient.class);
    }

    @Test
    void whatItCannotTakeIsToldToTheClient() {
        var request =
                new ChatRequest(
                        Json.parseObject(
                                "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"video\"}]}]}"));
        assertThatThrownBy(() -> model(Kind.WHOLE).complete(request, soon()))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.status()).isEqualTo(400))
                .hasMessageContaining("video");
    }

    @ParameterizedTest
    @EnumSource
    void theDeadlineHolds(Kind kind) {
        provider.always(_ -> Reply.text("no").hangBeforeHeaders());
        long start = System.nanoTime();
        assertThatThrownBy(
                        () ->
                                model(kind)
                                        .complete(
                                                ChatRequest.of("Hi"),
                                                Deadline.after(Duration.ofMillis(300))))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.status()).isEqualTo(504));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void anInterruptEndsAWholeCallAndItsConnection() throws Exception {
        provider.always(_ -> Reply.text("no").hangBeforeHeaders());
        var outcome = new CompletableFuture<Throwable>();
        Thread caller =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try {
                                        model(Kind.WHOLE).complete(ChatRequest.of("Hi"), soon());
                                    } catch (Throwable e) {
                                        outcome.complete(e);
                                    }
                                });
        var request = provider.awaitRequest(1, Duration.ofSeconds(10));
        caller.interrupt();
        assertThat(outcome.get(5, TimeUnit.SECONDS)).isInstanceOf(CancelledException.class);
        assertThat(request.awaitClientGone(Duration.ofSeconds(5))).isNotNull();
    }

    @Test
    void closingAStreamCancelsTheCall() {
        provider.answer(Reply.endless(20));
        try (ChatStream stream = model(Kind.STREAMING).stream(ChatRequest.of("Hi"), soon())) {
            var chunks = stream.iterator();
            for (int i = 0; i < 10; i++) {
                assertThat(chunks.next().text()).isNotEmpty();
            }
        }
        provider.requests().getFirst().awaitClientGone(Duration.ofSeconds(5));
    }

    @Test
    void anInterruptEndsAStream() throws Exception {
        provider.answer(Reply.text("Hello there").hangAfter(3));
        var got = new AtomicReference<>("");
        var outcome = new CompletableFuture<Throwable>();
        Thread caller =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try (var stream =
                                            model(Kind.STREAMING).stream(
                                                    ChatRequest.of("Hi"), soon())) {
                                        stream.forEach(
                                                chunk -> got.updateAndGet(s -> s + chunk.text()));
                                        outcome.complete(new AssertionError("an end"));
                                    } catch (RuntimeException e) {
                                        outcome.complete(e);
                                    }
                                });
        Deadline deadline = soon();
        while (got.get().isEmpty() && !deadline.hasPassed()) {
            Thread.onSpinWait();
        }
        caller.interrupt();
        assertThat(outcome.get(5, TimeUnit.SECONDS)).isInstanceOf(CancelledException.class);
        assertThat(provider.requests().getFirst().awaitClientGone(Duration.ofSeconds(5)))
                .isNotNull();
    }

    /** A skill with one tool. */
    public static final class Weather {
        @Tool(description = "Tells the weather.")
        public String weather(@Param("where") String place) {
            return "rain in " + place;
        }
    }

    @Test
    void anAgentRunsOnIt() {
        provider.answer(Reply.calls(Call.of("call_1", "weather", "{\"place\":\"Bern\"}")))
                .answer("It rains.");
        Agent agent =
                Agent.builder("a")
                        .instructions("Help.")
                        .model("langchain4j/test", model(Kind.BOTH))
                        .skill(new Weather())
                        .build();
        assertThat(agent.run(ChatRequest.of("Weather in Bern?")).text()).isEqualTo("It rains.");
        JsonNode sent = provider.requests().getLast().json().path("messages");
        assertThat(sent.path(3).path("content").asString()).isEqualTo("rain in Bern");
    }
}
