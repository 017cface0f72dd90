package ai.robutler.models;

import static ai.robutler.models.OpenAi.soon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import ai.robutler.core.ApiException;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.Completer;
import ai.robutler.core.InvalidRequestException;
import ai.robutler.core.ProviderException;
import ai.robutler.core.ProviderHealth;
import ai.robutler.testkit.ReceivedRequest;
import ai.robutler.testkit.Reply;
import ai.robutler.testkit.ScriptedProvider;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

import java.util.List;

/** Calls with keys that callers bring along. */
class CallersKeyTest {
    private static final String THEIRS = "sk-theirs-9876543210";
    private static final ChatRequest HI = ChatRequest.of("Hi");

    private final ScriptedProvider server = ScriptedProvider.start();

    @AfterEach
    void close() {
        server.close();
    }

    private static Completer theirs(Wire.Provider provider) {
        return provider.provider().model(provider.name(), THEIRS).orElseThrow();
    }

    private static String sent(ReceivedRequest request) {
        return request.headers() + request.path() + request.text();
    }

    @ParameterizedTest
    @EnumSource(Wire.class)
    void theirKeyIsSentAndOursIsNot(Wire wire) {
        String more =
                """
                {"headers":{"X-Team":"secret-blue","Proxy-Authorization":"secret-x"},
                 "organization":"secret-org","project":"secret-project"}
                """;
        String anthropic = "{\"headers\":{\"X-Team\":\"secret-blue\"}}";
        try (var provider = wire.at(server, wire == Wire.OPENAI ? more : anthropic)) {
            server.answer("ok").answer("ok").answer("ours");
            assertThat(theirs(provider).complete(HI, soon()).text()).isEqualTo("ok");
            OpenAi.all(theirs(provider).stream(HI, soon()));
            provider.model().complete(HI, soon());
        }
        for (ReceivedRequest request : server.requests().subList(0, 2)) {
            assertThat(sent(request))
                    .contains(THEIRS)
                    .doesNotContain(Wire.KEY)
                    .doesNotContain("secret");
        }
        assertThat(sent(server.requests().get(2))).contains(Wire.KEY).doesNotContain(THEIRS);
        assertThat(server.requests())
                .extracting(ReceivedRequest::connection)
                .as("one pool for all keys")
                .allMatch(connection -> connection <= 2);
    }

    @ParameterizedTest
    @CsvSource({
        "OPENAI, 401", "OPENAI, 402", "OPENAI, 403", "OPENAI, 404",
        "ANTHROPIC, 401", "ANTHROPIC, 402", "ANTHROPIC, 403", "ANTHROPIC, 404",
    })
    void whatTheirKeyMayNotIsTheirError(Wire wire, int status) {
        try (var provider = wire.at(server, "{}")) {
            Reply refusal = Reply.error(status, "Incorrect API key provided: " + THEIRS);
            server.answer(refusal).answer(refusal).answer(refusal);
            for (boolean streamed : new boolean[] {false, true}) {
                Completer model = theirs(provider);
                ProviderException failure =
                        catchThrowableOfType(
                                ProviderException.class,
                                () -> {
                                    if (streamed) {
                                        OpenAi.all(model.stream(HI, soon()));
                                    } else {
                                        model.complete(HI, soon());
                                    }
                                });
                assertThat(failure.status()).isEqualTo(400);
                assertThat(failure.code()).isEqualTo("own_key_refused");
                assertThat(failure.type()).isEqualTo("invalid_request_error");
                assertThat(failure.getMessage()).doesNotContain(THEIRS);
            }
            assertThat(
                            catchThrowableOfType(
                                            ProviderException.class,
                                            () -> provider.model().complete(HI, soon()))
                                    .status())
                    .as("with our key it is ours")
                    .isEqualTo(502);
        }
    }

    @ParameterizedTest
    @EnumSource(Wire.class)
    void theirFailuresSayNothingOfOurs(Wire wire) {
        try (var provider = wire.at(server, "{\"attempts\":1}")) {
            server.always(
                    request ->
                            sent(request).contains(THEIRS)
                                    ? Reply.error(request.number() % 2 == 0 ? 500 : 429, "no")
                                            .header("Retry-After", "30")
                                    : Reply.text("fine"));
            for (int i = 0; i < 60; i++) {
                assertThatThrownBy(() -> theirs(provider).complete(HI, soon()))
                        .isInstanceOf(ProviderException.Transient.class);
            }
            assertThat(provider.provider().health())
                    .extracting(ProviderHealth::circuit, ProviderHealth::detail)
                    .containsExactly(tuple(ProviderHealth.Circuit.CLOSED, ""));
            assertThat(provider.model().pause()).isZero();
            assertThat(provider.model().complete(HI, soon()).text()).isEqualTo("fine");
        }
    }

    @ParameterizedTest
    @EnumSource(Wire.class)
    void ourFailuresSayNothingOfTheirs(Wire wire) {
        try (var provider = wire.at(server, "{\"attempts\":1}")) {
            server.always(
                    request ->
                            sent(request).contains(THEIRS)
                                    ? Reply.text("fine")
                                    : Reply.error(500, "no"));
            Completer ours = provider.model();
            for (int i = 0; i < 60; i++) {
                assertThatThrownBy(() -> ours.complete(HI, soon()))
                        .isInstanceOf(ProviderException.class);
            }
            assertThat(ours.pause()).isPositive();
            assertThat(theirs(provider).pause()).isZero();
            assertThat(theirs(provider).complete(HI, soon()).text()).isEqualTo("fine");
        }
    }

    @ParameterizedTest
    @EnumSource(Wire.class)
    void aKeyThatIsNoneIsRefusedAndNothingIsSent(Wire wire) {
        try (var provider = wire.at(server, "{}")) {
            for (String key :
                    List.of("", " ", "a b", "a\r\nX-Evil: 1", "a\n", "ключ", "k".repeat(513))) {
                ApiException refusal =
                        catchThrowableOfType(
                                InvalidRequestException.class,
                                () -> provider.provider().model(provider.name(), key));
                assertThat(refusal.code()).isEqualTo("own_key_not_usable");
                assertThat(refusal.getMessage()).doesNotContain("Evil");
            }
        }
        assertThat(server.requests()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Wire.class)
    void theirKeyIsInNoLogAndNoWords(Wire wire) {
        var logger = (Logger) LoggerFactory.getLogger("ai.robutler");
        Level before = logger.getLevel();
        var log = new ListAppender<ILoggingEvent>();
        log.start();
        logger.addAppender(log);
        logger.setLevel(Level.TRACE);
        try (var provider = wire.at(server, "{\"attempts\":1}")) {
            String words = "The key " + THEIRS + " is odd";
            server.answer(Reply.error(400, words))
                    .answer(Reply.error(401, words))
                    .answer(Reply.error(500, words))
                    .answer(Reply.rawJson(200, "{\"error\":{\"message\":\"" + words + "\"}}"))
                    .answer("ok");
            Completer model = theirs(provider);
            for (int i = 0; i < 4; i++) {
                assertThatThrownBy(() -> model.complete(HI, soon()))
                        .isInstanceOf(ApiException.class)
                        .satisfies(
                                e -> {
                                    for (Throwable at = e; at != null; at = at.getCause()) {
                                        assertThat(at.toString()).doesNotContain(THEIRS);
                                    }
                                });
            }
            model.complete(HI, soon());
            assertThat(model.toString()).doesNotContain(THEIRS);
            assertThat(provider.provider().health().toString()).doesNotContain(THEIRS);
        } finally {
            logger.detachAppender(log);
            logger.setLevel(before);
        }
        assertThat(log.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .noneMatch(line -> line.contains(THEIRS));
    }

    @Test
    void azureHasItWhereItsKeysAre() {
        String azure =
                "{\"query\":{\"api-version\":\"1\"},\"headers\":{\"api-key\":\"ours\"},\"api-key\":\"\"}";
        try (var provider = Wire.OPENAI.at(server, azure)) {
            server.answer("ok");
            theirs(provider).complete(HI, soon());
        }
        ReceivedRequest request = server.requests().getFirst();
        assertThat(request.header("api-key")).contains(THEIRS);
        assertThat(request.header("Authorization")).isEmpty();
        assertThat(request.path()).endsWith("?api-version=1");
    }

    @Test
    void anAddressThatMayHoldAKeyTakesNoOther() {
        try (var provider = Wire.OPENAI.at(server, "{\"query\":{\"key\":\"ours\"}}")) {
            assertThat(provider.provider().model("gpt-test", THEIRS)).isEmpty();
        }
    }

    @Test
    void routesTakeNone() {
        try (Fleet fleet = Fleet.routing("{\"models\":{\"x\":[\"a/m\"]}}")) {
            assertThat(fleet.litellm().model("x", THEIRS)).isEmpty();
        }
    }
}
