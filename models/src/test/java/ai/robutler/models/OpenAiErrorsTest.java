package ai.robutler.models;

import static ai.robutler.models.OpenAi.soon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.robutler.core.ChatRequest;
import ai.robutler.core.ProviderException;
import ai.robutler.testkit.Reply;
import ai.robutler.testkit.ScriptedProvider;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

class OpenAiErrorsTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final ScriptedProvider provider = ScriptedProvider.start();
    private final OpenAi openAi = OpenAi.at(provider.baseUrl(), "{\"attempts\":1}");

    @AfterEach
    void close() {
        openAi.close();
        provider.close();
    }

    @ParameterizedTest
    @CsvSource({
        "401, 502, provider_error", "402, 502, provider_error", "403, 502, provider_error",
        "404, 502, provider_error", "301, 502, provider_error", "307, 502, provider_error",
        "408, 502, provider_error", "409, 502, provider_error", "429, 429, rate_limit_exceeded",
        "500, 502, provider_error", "502, 502, provider_error", "503, 502, provider_error",
        "504, 502, provider_error", "529, 502, provider_error", "400, 400, oops",
        "413, 400, oops", "415, 400, oops", "422, 400, oops"
    })
    void aStatusBecomesOurs(int theirs, int ours, String code) {
        Reply error = Reply.error(theirs, "It went wrong").code("oops").param("temperature");
        provider.answer(error).answer(error);
        for (ProviderException failure : new ProviderException[] {completing(), streaming()}) {
            assertThat(failure.status()).isEqualTo(ours);
            assertThat(failure.code()).isEqualTo(code);
            boolean permanent = theirs < 408 || theirs == 413 || theirs == 415 || theirs == 422;
            assertThat(failure instanceof ProviderException.Permanent).isEqualTo(permanent);
        }
    }

    /** A call that met another one, or came too early, says nothing about the provider's health. */
    @ParameterizedTest
    @CsvSource({"408, true", "409, false", "425, false", "429, false", "500, true", "503, true"})
    void theBreakerCountsFaultsAlone(int status, boolean opens) {
        provider.always(_ -> Reply.error(status, "no"));
        var circuit =
                new Circuit(
                        "openai",
                        new Circuit.Rules(8, 4, 50, SECOND, SECOND.multipliedBy(2), 1, 1, SECOND),
                        () -> 0);
        var guarded =
                new GuardedModel(
                        "openai",
                        openAi.model(),
                        circuit,
                        new Quota(),
                        Attempts.of(1),
                        Duration.ofSeconds(20));
        for (int i = 0; i < 4; i++) {
            var failure =
                    catchThrowableOfType(
                            ProviderException.Transient.class,
                            () -> guarded.complete(ChatRequest.of("Hi"), soon()));
            assertThat(failure.isFault()).isEqualTo(opens);
        }
        assertThat(circuit.pause().isPositive()).isEqualTo(opens);
    }

    @Test
    void aRejectionKeepsTheProvidersWords() {
        provider.answer(
                Reply.error(400, "temperature is too high: 9")
                        .code("too_hot")
                        .param("temperature"));
        ProviderException failure = completing();
        assertThat(failure).hasMessage("temperature is too high: 9");
        assertThat(failure.code()).isEqualTo("too_hot");
        assertThat(failure.param()).isEqualTo("temperature");
        assertThat(failure.type()).isEqualTo("invalid_request_error");
    }

    @Test
    void aRejectionNeverHoldsTheKey() {
        provider.answer(Reply.error(400, "what is " + OpenAi.KEY + "?"));
        assertThat(completing()).hasMessage("what is …?");
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 429, 500})
    void wordsOnKeysAndAccountsStayHere(int status) {
        provider.answer(Reply.error(status, "key " + OpenAi.KEY + " of org-secret is bad"));
        assertThat(completing().getMessage()).doesNotContain(OpenAi.KEY, "org-secret");
    }

    @Test
    void aMissingModelIsNamed() {
        provider.answer(Reply.error(404, "no"));
        assertThat(completing()).hasMessageContaining("gpt-test");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<html>no</html>", "[]", "{\"error\":null}", "{}"})
    void anErrorWithoutWordsIsWordedByItsStatus(String body) {
        provider.answer(Reply.rawJson(422, body));
        assertThat(completing()).hasMessageContaining("openai rejected the request (HTTP 422)");
    }

    @Test
    void aHugeErrorBodyIsReadInPart() {
        provider.answer(Reply.rawJson(500, "x".repeat(5_000_000)));
        assertThat(completing()).hasMessageContaining("HTTP 500");
    }

    @Test
    void anErrorWhoseBodyIsCutKeepsItsStatus() {
        provider.answer(Reply.rawJson(401, "x".repeat(1000)).cutAfterBytes(100));
        assertThat(completing()).hasMessageContaining("refused the server's credentials");
    }

    @Test
    void retryAfterInSeconds() {
        provider.answer(Reply.error(429, "slow").header("Retry-After", "7"));
        assertThat(completing().retryAfter()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void retryAfterInMilliseconds() {
        provider.answer(
                Reply.error(503, "slow")
                        .header("Retry-After", "7")
                        .header("retry-after-ms", "1500"));
        assertThat(completing().retryAfter()).isEqualTo(Duration.ofMillis(1500));
    }

    @Test
    void retryAfterAsADate() {
        String date =
                DateTimeFormatter.RFC_1123_DATE_TIME.format(
                        ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(60));
        provider.answer(Reply.error(429, "slow").header("Retry-After", date));
        assertThat(completing().retryAfter())
                .isBetween(Duration.ofSeconds(50), Duration.ofSeconds(60));
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "-5", "", "1e99", "99999999999999999999"})
    void senselessAdviceIsNone(String advice) {
        provider.answer(Reply.error(429, "slow").header("Retry-After", advice));
        assertThat(completing().retryAfter()).isEqualTo(Duration.ZERO);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'error':{'message':'m','code':429}} | 429",
                "{'error':{'message':'m','code':'429'}} | 429",
                "{'error':{'message':'m','type':'rate_limit_error'}} | 429",
                "{'error':{'message':'m','code':'insufficient_quota'}} | 429",
                "{'error':{'message':'m','type':'invalid_request_error'}} | 400",
                "{'error':{'message':'m','code':'context_length_exceeded'}} | 400",
                "{'error':{'message':'m','code':401}} | 502",
                "{'error':{'message':'m','type':'overloaded_error'}} | 502",
                "{'error':{'message':'m'}} | 502",
                "{'error':'m'} | 502",
                "{'error':{'message':'m','status':503},'choices':[]} | 502",
                "{'error':{'message':'m'},'status':400} | 400"
            })
    void anErrorOfStatus200IsAnErrorAllTheSame(String json, int status) {
        String body = json.replace('\'', '"');
        provider.answer(Reply.rawJson(200, body)).answer(Reply.rawJson(200, body));
        provider.answer(Reply.rawStream("data: " + body + "\n\n"));
        assertThat(completing().status()).isEqualTo(status);
        assertThat(streaming().status()).isEqualTo(status);
        assertThat(streaming().status()).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "nonsense",
                "[1]",
                "{}",
                "{\"choices\":[]}",
                "{\"choices\":[",
                "<p>"
            })
    void anAnswerThatIsNoneIsAFailure(String body) {
        provider.answer(Reply.rawJson(200, body)).answer(Reply.rawJson(200, body));
        assertThat(completing().status()).isEqualTo(502);
        assertThat(streaming().status()).isEqualTo(502);
    }

    @Test
    void anErrorEventInMidStreamIsThrownBehindTheTextBeforeIt() {
        provider.answer(Reply.text("Hello there").failAfter(3, Reply.error(429, "slow down")));
        var got = new StringBuilder();
        var failure =
                catchThrowableOfType(
                        ProviderException.class,
                        () -> {
                            try (var stream = openAi.model().stream(ChatRequest.of("Hi"), soon())) {
                                stream.forEach(chunk -> got.append(chunk.text()));
                            }
                        });
        assertThat(failure.status()).isEqualTo(429);
        assertThat("Hello there").startsWith(got.toString());
        assertThat(got).isNotEmpty();
    }

    @Test
    void anErrorEventByTypeIsAnError() {
        provider.answer(
                Reply.rawStream(
                        "event: error\ndata: {\"type\":\"invalid_request_error\",\"message\":\"bad\"}\n\n"));
        assertThat(streaming()).hasMessage("bad").matches(e -> e.status() == 400);
    }

    private ProviderException completing() {
        return catchThrowableOfType(
                ProviderException.class,
                () -> openAi.model().complete(ChatRequest.of("Hi"), soon()));
    }

    private ProviderException streaming() {
        return catchThrowableOfType(
                ProviderException.class,
                () -> OpenAi.all(openAi.model().stream(ChatRequest.of("Hi"), soon())));
    }
}
