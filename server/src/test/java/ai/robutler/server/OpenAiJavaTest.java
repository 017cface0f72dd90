package ai.robutler.server;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Json;
import ai.robutler.core.Param;
import ai.robutler.core.Tool;
import ai.robutler.testkit.Call;
import ai.robutler.testkit.Reply;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionMessageToolCall;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.JsonNode;

import java.util.List;
import java.util.Map;

/** The official Java client with strict validation, through the whole height. */
class OpenAiJavaTest {
    private static final Call LOOKUP = Call.of("lookup", "{\"key\":\"x\"}");
    private static final Call ADD = Call.of("client_add", "{\"a\":2,\"b\":3}");
    private static final Call MULTIPLY = Call.of("client_multiply", "{\"a\":2,\"b\":3}");

    private static Stack stack;
    private static OpenAIClient client;

    /** A tool that runs here. */
    public static final class Secrets {
        @Tool(description = "Looks a value up.")
        String lookup(@Param("the key") String key) {
            return "secret-of-" + key;
        }
    }

    @BeforeAll
    static void start() {
        stack = new Stack(agent -> agent.skill(new Secrets()).instructions("Be brief."));
        client =
                OpenAIOkHttpClient.builder()
                        .baseUrl(stack.server.url() + "/v1")
                        .apiKey("none")
                        .responseValidation(true)
                        .maxRetries(0)
                        .build();
    }

    @AfterAll
    static void stop() {
        client.close();
        stack.close();
    }

    @BeforeEach
    void reset() {
        stack.provider.reset();
    }

    private static ChatCompletionCreateParams.Builder request() {
        return ChatCompletionCreateParams.builder()
                .model("helper")
                .addSystemMessage("Talk to a program.")
                .addUserMessage("Go")
                .addFunctionTool(function("client_add"))
                .addFunctionTool(function("client_multiply"));
    }

    private static FunctionDefinition function(String name) {
        var number = Map.of("type", "number");
        return FunctionDefinition.builder()
                .name(name)
                .description("Computes.")
                .parameters(
                        FunctionParameters.builder()
                                .putAdditionalProperty("type", JsonValue.from("object"))
                                .putAdditionalProperty(
                                        "properties",
                                        JsonValue.from(Map.of("a", number, "b", number)))
                                .build())
                .build();
    }

    private static ChatCompletion ask(ChatCompletionCreateParams params, boolean streamed) {
        return ask(client, params, streamed);
    }

    private static ChatCompletion ask(
            OpenAIClient client, ChatCompletionCreateParams params, boolean streamed) {
        if (!streamed) {
            return client.chat().completions().create(params).validate();
        }
        var whole = ChatCompletionAccumulator.create();
        try (var stream = client.chat().completions().createStreaming(params)) {
            stream.stream().forEach(chunk -> whole.accumulate(chunk.validate()));
        }
        return whole.chatCompletion();
    }

    private static String reason(ChatCompletion completion) {
        return completion.choices().getFirst().finishReason().asString();
    }

    private static String text(ChatCompletion completion) {
        return completion.choices().getFirst().message().content().orElse("");
    }

    private static List<ChatCompletionMessageToolCall> calls(ChatCompletion completion) {
        return completion.choices().getFirst().message().toolCalls().orElse(List.of());
    }

    /** Answers each of the client's calls, and asks again. */
    private static ChatCompletion goOn(ChatCompletion first, boolean streamed) {
        var next = request().addMessage(first.choices().getFirst().message());
        for (ChatCompletionMessageToolCall call : calls(first)) {
            var function = call.asFunction();
            JsonNode arguments = Json.parse(function.function().arguments());
            int a = arguments.path("a").intValue();
            int b = arguments.path("b").intValue();
            int result = function.function().name().equals("client_add") ? a + b : a * b;
            next.addMessage(
                    ChatCompletionToolMessageParam.builder()
                            .toolCallId(function.id())
                            .content("result " + result)
                            .build());
        }
        return ask(next.build(), streamed);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void plain(boolean streamed) {
        stack.provider.answer(Reply.text("Hello there").inPiecesOf(2));
        ChatCompletion answer = ask(request().build(), streamed);
        assertThat(text(answer)).isEqualTo("Hello there");
        assertThat(reason(answer)).isEqualTo("stop");
        assertThat(answer.model()).isEqualTo("helper");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void agentTool(boolean streamed) {
        stack.provider.answer(Reply.text("Let me see.").calls(LOOKUP)).answer("It is known.");
        ChatCompletion answer = ask(request().build(), streamed);
        assertThat(text(answer)).isEqualTo("Let me see.\n\nIt is known.");
        assertThat(calls(answer)).isEmpty();
        assertThat(stack.provider.requests().get(1).lastText()).isEqualTo("secret-of-x");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void parallelAgentTools(boolean streamed) {
        stack.provider
                .answer(Reply.calls(LOOKUP, Call.of("lookup", "{\"key\":\"y\"}")))
                .answer("Both known.");
        assertThat(text(ask(request().build(), streamed))).isEqualTo("Both known.");
        assertThat(results(1)).containsExactly("secret-of-x", "secret-of-y");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void parallelRequestTools(boolean streamed) {
        stack.provider.answer(Reply.calls(ADD, MULTIPLY)).answer("Five and six.");
        ChatCompletion first = ask(request().build(), streamed);
        assertThat(reason(first)).isEqualTo("tool_calls");
        assertThat(calls(first)).hasSize(2);
        assertThat(text(goOn(first, streamed))).isEqualTo("Five and six.");
        assertThat(results(1)).containsExactly("result 5", "result 6");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void mixedTurn(boolean streamed) {
        stack.provider.answer(Reply.calls(ADD, LOOKUP, MULTIPLY)).answer("All known.");
        ChatCompletion first = ask(request().build(), streamed);
        assertThat(calls(first)).hasSize(2);
        assertThat(text(goOn(first, streamed))).isEqualTo("All known.");
        assertThat(results(1)).containsExactly("result 5", "secret-of-x", "result 6");
        assertThat(stack.provider.violations()).isEmpty();
    }

    private static List<String> results(int request) {
        JsonNode messages = stack.provider.requests().get(request).json().path("messages");
        return messages.valueStream()
                .filter(message -> message.path("role").asString().equals("tool"))
                .map(message -> message.path("content").asString())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void retriesUnderOneKeyAreOneAnswer(boolean streamed) {
        stack.provider.answer(Reply.error(503, "busy")).answer("Once.").answer("Twice.");
        var params = request().putAdditionalHeader("Idempotency-Key", "retry-" + streamed).build();
        OpenAIClient retrying =
                OpenAIOkHttpClient.builder()
                        .baseUrl(stack.server.url() + "/v1")
                        .apiKey("none")
                        .responseValidation(true)
                        .maxRetries(2)
                        .build();
        try {
            ChatCompletion first = ask(retrying, params, streamed);
            assertThat(text(first)).isEqualTo("Once.");
            assertThat(ask(retrying, params, streamed)).isEqualTo(first);
        } finally {
            retrying.close();
        }
        assertThat(stack.provider.requests()).hasSize(2);
    }
}
