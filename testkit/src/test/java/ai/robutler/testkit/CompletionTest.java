package ai.robutler.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;

import java.net.http.HttpResponse;

class CompletionTest {

    private final ScriptedProvider provider = ScriptedProvider.start();
    private final Client client = new Client(provider);

    @AfterEach
    void stop() {
        provider.close();
    }

    @Test
    void textIsARegularCompletion() throws Exception {
        provider.answer(Reply.text("Hello").usage(12, 5));

        HttpResponse<byte[]> response = client.call("");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
        JsonNode body = Client.json(response);
        assertThat(body.path("id").asString()).matches("chatcmpl-[A-Za-z0-9]{29}");
        assertThat(body.path("object").asString()).isEqualTo("chat.completion");
        assertThat(body.path("created").asLong()).isGreaterThan(1_700_000_000L);
        assertThat(body.path("model").asString()).isEqualTo("gpt-4o");
        assertThat(body.has("system_fingerprint")).isFalse();
        assertThat(body.at("/choices/0").toString())
                .isEqualTo(
                        "{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"Hello\",\"refusal\":null},\"logprobs\":null,\"finish_reason\":\"stop\"}");
        assertThat(body.path("usage").toString())
                .isEqualTo("{\"prompt_tokens\":12,\"completion_tokens\":5,\"total_tokens\":17}");
    }

    @Test
    void callsHaveNoContentAndFinishWithToolCalls() throws Exception {
        Call rome = Call.of("current_weather", "{\"place\":\"Rome\"}");
        provider.answer(Reply.calls(rome, Call.of("my-id", "lookup", "{}")));

        JsonNode choice = client.complete("").at("/choices/0");

        assertThat(rome.id()).matches("call_[A-Za-z0-9]{24}");
        assertThat(choice.path("finish_reason").asString()).isEqualTo("tool_calls");
        assertThat(choice.at("/message/content").isNull()).isTrue();
        assertThat(choice.at("/message/tool_calls").toString())
                .isEqualTo(
                        "[{\"id\":\"%s\",\"type\":\"function\",\"function\":{\"name\":\"current_weather\",\"arguments\":\"{\\\"place\\\":\\\"Rome\\\"}\"}},{\"id\":\"my-id\",\"type\":\"function\",\"function\":{\"name\":\"lookup\",\"arguments\":\"{}\"}}]"
                                .formatted(rome.id()));
    }

    @Test
    void textAndCallsStandTogether() throws Exception {
        provider.answer(Reply.text("Let me see.").calls(Call.of("lookup", "{}")));
        JsonNode choice = client.complete("").at("/choices/0");
        assertThat(choice.at("/message/content").asString()).isEqualTo("Let me see.");
        assertThat(choice.at("/message/tool_calls").size()).isEqualTo(1);
        assertThat(choice.path("finish_reason").asString()).isEqualTo("tool_calls");
    }

    @Test
    void refusalHasNoContent() throws Exception {
        provider.answer(Reply.refusal("I can't do that."));
        JsonNode message = client.complete("").at("/choices/0/message");
        assertThat(message.path("content").isNull()).isTrue();
        assertThat(message.path("refusal").asString()).isEqualTo("I can't do that.");
    }

    @Test
    void aSingleChoiceIsRepeatedAsOftenAsAsked() throws Exception {
        provider.answer("Hello");
        JsonNode choices = client.complete("\"n\":3").path("choices");
        assertThat(choices.size()).isEqualTo(3);
        assertThat(choices.at("/2/index").asInt()).isEqualTo(2);
        assertThat(choices.at("/2/message/content").asString()).isEqualTo("Hello");
    }

    @Test
    void severalChoicesKeepTheirOrder() throws Exception {
        provider.answer(
                Reply.choices(
                        Reply.text("one"), Reply.calls(Call.of("f", "{}")), Reply.text("three")));
        JsonNode choices = client.complete("\"n\":3").path("choices");
        assertThat(choices.at("/0/message/content").asString()).isEqualTo("one");
        assertThat(choices.at("/1/finish_reason").asString()).isEqualTo("tool_calls");
        assertThat(choices.at("/2/message/content").asString()).isEqualTo("three");
    }

    @Test
    void unknownFieldsStandOnEachLevel() throws Exception {
        provider.answer(
                Reply.text("Hello")
                        .with("service_tier", "default")
                        .with("system_fingerprint", "fp_1")
                        .choiceField("content_filter_results", new int[] {1})
                        .messageField("annotations", new String[0])
                        .reasoning("Hm."));
        JsonNode body = client.complete("");
        assertThat(body.path("service_tier").asString()).isEqualTo("default");
        assertThat(body.path("system_fingerprint").asString()).isEqualTo("fp_1");
        assertThat(body.at("/choices/0/content_filter_results/0").asInt()).isEqualTo(1);
        assertThat(body.at("/choices/0/message/annotations").isArray()).isTrue();
        assertThat(body.at("/choices/0/message/reasoning_content").asString()).isEqualTo("Hm.");
    }

    @Test
    void finishReasonCanBeAnotherOrNone() throws Exception {
        provider.answer(Reply.text("Hel").finish("length")).answer(Reply.text("Hel").noFinish());
        assertThat(client.complete("").at("/choices/0/finish_reason").asString())
                .isEqualTo("length");
        assertThat(client.complete("").at("/choices/0/finish_reason").isNull()).isTrue();
    }

    @Test
    void logprobsCoverTheTextPieceByPiece() throws Exception {
        provider.answer(Reply.text("aé").inPiecesOf(1).logprobs());
        JsonNode tokens = client.complete("").at("/choices/0/logprobs/content");
        assertThat(tokens.size()).isEqualTo(2);
        assertThat(tokens.at("/1/token").asString()).isEqualTo("é");
        assertThat(tokens.at("/1/bytes").toString()).isEqualTo("[195,169]");
        assertThat(tokens.at("/1/logprob").asDouble()).isNotPositive();
        assertThat(tokens.at("/1/top_logprobs").isArray()).isTrue();
    }

    @Test
    void usageIsEstimatedGivenOrLeftOut() throws Exception {
        provider.answer(Reply.text("A text of some length."))
                .answer(Reply.text("x").usage("{\"prompt_tokens\":1,\"cost\":0.5}"))
                .answer(Reply.text("x").usageIn(UsagePlace.NOWHERE));
        JsonNode estimate = client.complete("").path("usage");
        assertThat(estimate.path("prompt_tokens").asInt()).isPositive();
        assertThat(estimate.path("completion_tokens").asInt()).isPositive();
        assertThat(client.complete("").path("usage").toString())
                .isEqualTo("{\"prompt_tokens\":1,\"cost\":0.5}");
        assertThat(client.complete("").has("usage")).isFalse();
    }

    @Test
    void errorsHaveOpenAisBodyAndTheirHeaders() throws Exception {
        provider.answer(Reply.error(429, "slow down").header("Retry-After", "1"))
                .answer(
                        Reply.error(400, "too long")
                                .code("context_length_exceeded")
                                .param("messages"))
                .answer(Reply.error(503, "overloaded"));

        HttpResponse<byte[]> slow = client.call("\"stream\":true");
        assertThat(slow.statusCode()).isEqualTo(429);
        assertThat(slow.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(Client.text(slow))
                .isEqualTo(
                        "{\"error\":{\"message\":\"slow down\",\"type\":\"requests\",\"param\":null,\"code\":\"rate_limit_exceeded\"}}");
        assertThat(Client.text(client.call("")))
                .isEqualTo(
                        "{\"error\":{\"message\":\"too long\",\"type\":\"invalid_request_error\",\"param\":\"messages\",\"code\":\"context_length_exceeded\"}}");
        assertThat(client.call("").statusCode()).isEqualTo(503);
    }

    @Test
    void rawJsonGoesOutAsItIs() throws Exception {
        provider.answer(Reply.rawJson(502, "<html>"));
        HttpResponse<byte[]> response = client.call("\"stream\":true");
        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(Client.text(response)).isEqualTo("<html>");
    }

    @Test
    void repliesAreValuesThatCanBeGivenAgain() throws Exception {
        MessageReply hello = Reply.text("Hello");
        MessageReply cut = hello.finish("length");
        provider.answer(hello).answer(cut).answer(hello);
        assertThat(client.complete("").at("/choices/0/finish_reason").asString()).isEqualTo("stop");
        assertThat(client.complete("").at("/choices/0/finish_reason").asString())
                .isEqualTo("length");
        assertThat(client.complete("").at("/choices/0/finish_reason").asString()).isEqualTo("stop");
    }
}
