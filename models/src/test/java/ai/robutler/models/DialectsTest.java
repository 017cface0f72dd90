package ai.robutler.models;

import static ai.robutler.models.OpenAi.soon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.robutler.core.Agent;
import ai.robutler.core.AgentTool;
import ai.robutler.core.ChatChunk;
import ai.robutler.core.ChatCompletion;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.Completer;
import ai.robutler.core.Cost;
import ai.robutler.core.Invocation;
import ai.robutler.core.Json;
import ai.robutler.core.ModelProvider;
import ai.robutler.core.ProviderException;
import ai.robutler.core.Scope;
import ai.robutler.core.Settings;
import ai.robutler.core.ToolDefinition;
import ai.robutler.core.ToolResult;
import ai.robutler.testkit.ReceivedRequest;
import ai.robutler.testkit.Reply;
import ai.robutler.testkit.ScriptedProvider;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Every row of the table against the known shapes of its provider's answers. */
class DialectsTest {
    @TempDir private Path folder;
    private final ScriptedProvider server = ScriptedProvider.start().lenient();
    private final List<ModelProvider> providers = new ArrayList<>();

    static Stream<String> rows() {
        return Dialects.ALL.stream().map(OpenAiDialect::name);
    }

    @AfterEach
    void close() {
        providers.forEach(ModelProvider::close);
        server.close();
    }

    private Completer model(String row) {
        OpenAiDialect dialect = RecordedAnswers.dialect(row);
        ObjectNode values = Json.object().put("base-url", server.baseUrl()).put("attempts", 1);
        values.put("api-key", OpenAi.KEY);
        ModelProvider provider = new OpenAiFactory(dialect).create(Settings.of(values, _ -> ""));
        providers.add(provider);
        String model = dialect.defaultModel();
        return provider.model(model.isEmpty() ? "own-model" : model);
    }

    private static boolean thinks(String row) {
        // Google and xAI keep their models' thoughts to themselves.
        return !row.equals("gemini") && !row.equals("xai");
    }

    @ParameterizedTest
    @MethodSource("rows")
    void textThoughtsAndUsageOfAWholeAnswer(String row) {
        server.answer(RecordedAnswers.of(row).reply("text"));
        ChatCompletion answer = model(row).complete(ChatRequest.of("Capital?"), soon());
        assertThat(answer.text()).isEqualTo("Paris.");
        assertThat(answer.finishReason()).isEqualTo("stop");
        assertThat(answer.usage().promptTokens()).isEqualTo(14);
        assertThat(answer.usage().completionTokens()).isEqualTo(3);
        String thoughts = answer.message().json().path("reasoning_content").asString("");
        assertThat(thoughts).isEqualTo(thinks(row) ? "Easy." : "");
    }

    @ParameterizedTest
    @MethodSource("rows")
    void textThoughtsAndUsageOfAStream(String row) {
        server.answer(RecordedAnswers.of(row).reply("text.stream"));
        List<ChatChunk> chunks = OpenAi.all(model(row).stream(ChatRequest.of("Capital?"), soon()));
        assertThat(OpenAi.text(chunks)).isEqualTo("Paris.");
        assertThat(chunks).extracting(ChatChunk::finishReason).contains("stop");
        ChatChunk usage = chunks.stream().filter(c -> !c.usage().isNone()).toList().getLast();
        assertThat(usage.usage().promptTokens()).isEqualTo(14);
        assertThat(usage.usage().completionTokens()).isEqualTo(3);
        var thoughts = new StringBuilder();
        for (ChatChunk chunk : chunks) {
            JsonNode delta = chunk.json().path("choices").path(0).path("delta");
            thoughts.append(delta.path("reasoning_content").asString(""));
        }
        assertThat(thoughts.toString()).isEqualTo(thinks(row) ? "Easy." : "");
    }

    /** The whole loop: a call, its result sent back in the provider's accent, an answer. */
    @ParameterizedTest
    @MethodSource("rows")
    void aToolIsCalledInAStream(String row) {
        RecordedAnswers recorded = RecordedAnswers.of(row);
        server.answer(recorded.reply("calls.stream")).answer(recorded.reply("text.stream"));
        var text = new StringBuilder();
        weatherman(row).stream(
                Invocation.of(ChatRequest.of("Weather?")), chunk -> text.append(chunk.text()));
        assertThat(text.toString()).isEqualTo("Paris.");
        resultsWentBack(row);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void aToolIsCalledInAWholeAnswer(String row) {
        RecordedAnswers recorded = RecordedAnswers.of(row);
        server.answer(recorded.reply("calls")).answer(recorded.reply("text"));
        assertThat(weatherman(row).run("Weather?").text()).isEqualTo("Paris.");
        resultsWentBack(row);
    }

    private Agent weatherman(String row) {
        ObjectNode city = Json.object().put("type", "object");
        return Agent.builder("weatherman")
                .model(row + "/any", model(row))
                .tool(
                        new AgentTool(
                                ToolDefinition.function("get_weather", "Weather.", city),
                                Scope.ALL,
                                Duration.ofSeconds(5),
                                (arguments, _) -> ToolResult.of("Rain for " + arguments)))
                .build();
    }

    private void resultsWentBack(String row) {
        JsonNode messages = server.requests().get(1).json().path("messages");
        JsonNode result = messages.path(messages.size() - 1);
        assertThat(result.path("role").asString()).isEqualTo("tool");
        assertThat(result.path("content").asString()).isEqualTo("Rain for {\"city\": \"Paris\"}");
        JsonNode turn = messages.path(messages.size() - 2);
        assertThat(turn.path("tool_calls").path(0).path("id"))
                .isEqualTo(result.path("tool_call_id"));
        Quirks quirks = RecordedAnswers.dialect(row).quirks();
        assertThat(turn.propertyNames()).noneMatch(quirks.messageDrops::contains);
        if (!quirks.thoughts.isEmpty()) {
            assertThat(turn.path(quirks.thoughts).asString("")).isEqualTo("Easy.");
            assertThat(turn.has("reasoning_content")).isFalse();
        }
        if (row.equals("gemini")) {
            assertThat(turn.at("/tool_calls/0/extra_content/google/thought_signature").asString())
                    .isEqualTo("EjQKMgFnbQ==");
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void aPromptThatIsTooLongHasOneCode(String row) {
        server.answer(RecordedAnswers.of(row).reply("too-long"));
        ProviderException failure = failure(row);
        assertThat(failure.status()).isEqualTo(400);
        assertThat(failure.code()).isEqualTo("context_length_exceeded");
        assertThat(failure.getMessage()).isNotBlank();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void aBadKeyIsTheOperatorsAffair(String row) {
        server.answer(RecordedAnswers.of(row).reply("bad-key"));
        ProviderException failure = failure(row);
        assertThat(failure.status()).isEqualTo(502);
        assertThat(failure).hasMessageContaining("refused the server's credentials");
    }

    /** A reader can check each shape: its source is a public one, or it says that there is none. */
    @ParameterizedTest
    @MethodSource("rows")
    void eachShapeHasASource(String row) {
        RecordedAnswers.of(row)
                .sections()
                .forEach(
                        (name, recorded) ->
                                assertThat(recorded.source())
                                        .as(name)
                                        .containsPattern(
                                                "https://|^not documented|^[\\w-]+/[\\w.-]+, \\S+"));
    }

    /** Groq, Mistral and OpenRouter have ways of their own to say so in mid-stream. */
    @ParameterizedTest
    @ValueSource(strings = {"groq", "mistral", "openrouter"})
    void anAnswerThatTheProviderBreaksOffIsAFailure(String row) {
        server.answer(RecordedAnswers.of(row).reply("broken.stream"));
        ProviderException failure =
                catchThrowableOfType(
                        ProviderException.class,
                        () -> OpenAi.all(model(row).stream(ChatRequest.of("Hi"), soon())));
        assertThat(failure).isInstanceOf(ProviderException.Transient.class);
        assertThat(failure.status()).isEqualTo(502);
        assertThat(failure.getMessage()).doesNotContain("capacity", "disconnected");
    }

    @Test
    void thoughtsOfAnotherProviderGoUpUnderTheNameThatThisOneHas() {
        ObjectNode sent = sent("groq", "openai/gpt-oss-20b", "{'reasoning_content':'Easy.'}");
        assertThat(sent.path("reasoning").asString()).isEqualTo("Easy.");
        assertThat(sent.has("reasoning_content")).isFalse();
        ObjectNode both = sent("groq", "own", "{'reasoning_content':'a','reasoning':'b'}");
        assertThat(both.path("reasoning").asString()).isEqualTo("b");
        assertThat(both.has("reasoning_content")).isFalse();
        ObjectNode kept = sent("deepseek", "deepseek-flash", "{'reasoning_content':'Easy.'}");
        assertThat(kept.path("reasoning_content").asString()).isEqualTo("Easy.");
    }

    @Test
    void callsOfAnotherProviderHaveIdsThatMistralTakes() {
        String call =
                "{'tool_calls':[{'id':'call_PTLP8xhu3uwZk4l3nlnrrJha','function':{'name':'f'}},"
                        + "{'id':'D681PevKs','function':{'name':'f'}}]}";
        ObjectNode turn = sent("mistral", "own", call);
        ObjectNode result =
                sent("mistral", "own", "{'tool_call_id':'call_PTLP8xhu3uwZk4l3nlnrrJha'}");
        String id = turn.at("/tool_calls/0/id").asString();
        assertThat(id).matches("[A-Za-z0-9]{9}");
        assertThat(result.path("tool_call_id").asString()).isEqualTo(id);
        assertThat(turn.at("/tool_calls/0/function/name").asString()).isEqualTo("f");
        assertThat(turn.at("/tool_calls/1/id").asString()).isEqualTo("D681PevKs");
        ObjectNode other =
                sent("mistral", "own", "{'tool_call_id':'call_PTLP8xhu3uwZk4l3nlnrrJhb'}");
        assertThat(other.path("tool_call_id").asString()).isNotEqualTo(id);
    }

    /** The one message of a request as it goes up; the request itself stays as it is. */
    private static ObjectNode sent(String row, String model, String message) {
        ObjectNode json = Json.parseObject("{\"messages\":[" + message.replace('\'', '"') + "]}");
        ((ObjectNode) json.at("/messages/0")).put("role", "assistant");
        ObjectNode before = json.deepCopy();
        ObjectNode sent =
                new DialectRequest(
                                RecordedAnswers.dialect(row).quirks(),
                                Catalog.builtIn().find(row, model))
                        .of(new ChatRequest(json));
        assertThat(json).isEqualTo(before);
        return (ObjectNode) sent.at("/messages/0");
    }

    @Test
    void whatMistralForbidsIsNamed() {
        server.answer(RecordedAnswers.of("mistral").reply("rejected"));
        assertThat(failure("mistral"))
                .hasMessage("body.frobnicate: Extra inputs are not permitted");
    }

    private ProviderException failure(String row) {
        return catchThrowableOfType(
                ProviderException.class, () -> model(row).complete(ChatRequest.of("Hi"), soon()));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void requestsLeaveOutWhatTheProviderRefuses(String row) {
        server.answer(RecordedAnswers.of(row).reply("text.stream"));
        ObjectNode sent =
                Json.parseObject(
                        """
                        {"messages":[
                           {"role":"developer","content":"Be brief.","name":"boss"},
                           {"role":"assistant","content":"Yes.","refusal":null,"annotations":[],
                            "audio":null,"function_call":null},
                           {"role":"user","content":"Hi"}],
                         "max_completion_tokens":50,"seed":1,"store":true,"metadata":{"a":"b"},
                         "logit_bias":{"1":1},"logprobs":true,"top_logprobs":2,"user":"bob",
                         "parallel_tool_calls":true,"service_tier":"auto","verbosity":"low",
                         "prediction":{},"prompt_cache_key":"k","safety_identifier":"s","n":1,
                         "temperature":0.5,"new_thing":{"x":1}}
                        """);
        ObjectNode before = sent.deepCopy();
        OpenAi.all(model(row).stream(new ChatRequest(sent), soon()));
        assertThat(sent).isEqualTo(before);
        Quirks quirks = RecordedAnswers.dialect(row).quirks();
        ReceivedRequest request = server.requests().getFirst();
        JsonNode json = request.json();
        assertThat(json.propertyNames())
                .contains("model", "messages", "stream", "temperature", "new_thing")
                .noneMatch(quirks.drops::contains)
                .noneMatch(quirks.renames::containsKey);
        quirks.renames.forEach(
                (ours, theirs) -> {
                    if (before.has(ours)) {
                        assertThat(json.path(theirs)).isEqualTo(before.path(ours));
                    }
                });
        assertThat(json.has("stream_options")).isEqualTo(quirks.streamOptions);
        assertThat(json.path("messages").path(0).path("role").asString())
                .isEqualTo(quirks.developer ? "developer" : "system");
        for (JsonNode message : json.path("messages")) {
            assertThat(message.propertyNames()).noneMatch(quirks.messageDrops::contains);
        }
        assertThat(request.header("Authorization")).contains("Bearer " + OpenAi.KEY);
        assertThat(request.path()).endsWith("/chat/completions");
    }

    @Test
    void whatThinkingModelsRefuseIsKeptFromThemAlone() {
        var xai = RecordedAnswers.dialect("xai").quirks();
        var asked = new ChatRequest(Json.parseObject("{\"messages\":[],\"stop\":[\"x\"]}"));
        var thinking = new DialectRequest(xai, Catalog.builtIn().find("xai", "grok-4.3"));
        var plain = new DialectRequest(xai, Optional.empty());
        assertThat(thinking.of(asked).has("stop")).isFalse();
        assertThat(plain.of(asked).has("stop")).isTrue();
    }

    @Test
    void openRouterTellsWhatItCharged() {
        server.answer(RecordedAnswers.of("openrouter").reply("text"));
        Completer model = model("openrouter");
        assertThat(model.isPriced()).isTrue();
        assertThat(model.cost(model.complete(ChatRequest.of("Hi"), soon())))
                .isEqualTo(new Cost.Known(140_000));
    }

    @Test
    void xaiChargesForThoughtsThatItDoesNotCountAsCompletion() throws Exception {
        server.answer(RecordedAnswers.of("xai").reply("text"));
        ChatCompletion answer = model("xai").complete(ChatRequest.of("Hi"), soon());
        Path file = folder.resolve("catalog.yaml");
        Files.writeString(file, "xai/a: { price: { input: 0.3, cached: 0.075, output: 0.5 } }");
        var facts = Catalog.read(file).find("xai", "a");
        // 9 x 300 + 5 x 75 + 103 x 500.
        assertThat(new Bill(facts, "").of(answer)).isEqualTo(new Cost.Known(54_575));
    }

    @Test
    void anotherTierHasAnotherPrice() {
        var facts = Catalog.builtIn().find("openai", "gpt-4o-mini");
        ChatCompletion turn = ChatCompletion.text("Hi");
        turn.json().set("usage", ai.robutler.core.Usage.of(10, 5).json());
        assertThat(new Bill(facts, "").of(turn)).isEqualTo(new Cost.Known(4_500));
        turn.json().put("service_tier", "priority");
        assertThat(new Bill(facts, "").of(turn)).isEqualTo(Cost.unknown());
    }

    @Test
    void openRouterIsToldWhoAsksIfThatIsConfigured() {
        server.answer(Reply.text("ok"));
        ObjectNode values = Json.object().put("base-url", server.baseUrl());
        values.put("referer", "https://example.com").put("title", "Example");
        ModelProvider provider =
                new OpenAiFactory(RecordedAnswers.dialect("openrouter"))
                        .create(Settings.of(values, _ -> ""));
        providers.add(provider);
        provider.model("a/b").complete(ChatRequest.of("Hi"), soon());
        ReceivedRequest request = server.requests().getFirst();
        assertThat(request.header("HTTP-Referer")).contains("https://example.com");
        assertThat(request.header("X-OpenRouter-Title")).contains("Example");
    }
}
