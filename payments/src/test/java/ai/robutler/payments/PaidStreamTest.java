package ai.robutler.payments;

import static ai.robutler.payments.PaidStack.CENT;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.testkit.Reply;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.chat.completions.ChatCompletionCreateParams;

import org.junit.jupiter.api.Test;

/** The strictest client sees a paid stream as any other. */
class PaidStreamTest {

    @Test
    void aPaidStreamIsAStream() throws Exception {
        try (var stack = new PaidStack().serve("{\"request\": 0.01, \"margin\": 10}")) {
            stack.provider.answer(Reply.text("A plain answer.").inPiecesOf(3).usage(10, 5));
            OpenAIClient client =
                    OpenAIOkHttpClient.builder()
                            .baseUrl(stack.url() + "/v1")
                            .apiKey("unused")
                            .putHeader("X-Payment-Token", stack.token(20 * CENT))
                            .responseValidation(true)
                            .maxRetries(0)
                            .build();
            var whole = ChatCompletionAccumulator.create();
            try (var stream =
                    client.chat()
                            .completions()
                            .createStreaming(
                                    ChatCompletionCreateParams.builder()
                                            .model("helper")
                                            .addUserMessage("Hello")
                                            .build())) {
                stream.stream().forEach(whole::accumulate);
            }
            assertThat(whole.chatCompletion().choices().getFirst().message().content())
                    .contains("A plain answer.");
            client.close();
            PaidStack.await(() -> stack.charges().size() == 3);
            assertThat(stack.charged())
                    .containsExactly("margin 1500", "model 15000", "request 10000000");
            stack.requireWhole();
        }
    }
}
