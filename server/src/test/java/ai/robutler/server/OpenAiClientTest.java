package ai.robutler.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.stream.Collectors;

/** The official client, at its strictest. */
class OpenAiClientTest {
    private final RobutlerServer server =
            RobutlerServer.builder()
                    .agent(Scripted.agent("echo", new Scripted.Echo()))
                    .port(0)
                    .build()
                    .start();
    private final OpenAIClient client =
            OpenAIOkHttpClient.builder()
                    .baseUrl(server.url() + "/v1")
                    .apiKey("none")
                    .responseValidation(true)
                    .maxRetries(0)
                    .build();

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private static ChatCompletionCreateParams.Builder hello(String model) {
        return ChatCompletionCreateParams.builder().model(model).addUserMessage("hello");
    }

    @Test
    void getsAWholeAnswer() {
        var completion = client.chat().completions().create(hello("echo").build());
        assertThat(completion.choices().getFirst().message().content()).contains("echo: hello");
        assertThat(completion.model()).isEqualTo("echo");
        assertThat(completion.usage().orElseThrow().totalTokens()).isEqualTo(5);
    }

    @Test
    void getsAStream() {
        var options = ChatCompletionStreamOptions.builder().includeUsage(true).build();
        try (var stream =
                client.chat()
                        .completions()
                        .createStreaming(hello("echo").streamOptions(options).build())) {
            var chunks = stream.stream().toList();
            assertThat(
                            chunks.stream()
                                    .flatMap(chunk -> chunk.choices().stream())
                                    .flatMap(choice -> choice.delta().content().stream())
                                    .collect(Collectors.joining()))
                    .isEqualTo("echo: hello");
            assertThat(chunks.getLast().usage().orElseThrow().totalTokens()).isEqualTo(5);
        }
    }

    @Test
    void listsTheModels() {
        assertThat(client.models().list().data())
                .singleElement()
                .satisfies(
                        model -> {
                            model.validate();
                            assertThat(model.id()).isEqualTo("echo");
                        });
        assertThat(client.models().retrieve("echo").validate().id()).isEqualTo("echo");
    }

    @Test
    void understandsTheErrors() {
        assertThatThrownBy(() -> client.chat().completions().create(hello("nobody").build()))
                .isInstanceOfSatisfying(
                        NotFoundException.class,
                        e -> assertThat(e.code()).contains("model_not_found"));
        assertThatThrownBy(
                        () ->
                                client.chat()
                                        .completions()
                                        .create(hello("echo").temperature(3).build()))
                .isInstanceOfSatisfying(
                        BadRequestException.class,
                        e -> assertThat(e.param()).contains("temperature"));
    }
}
