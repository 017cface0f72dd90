package ai.robutler.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

class HeadersTest {
    private static RunContext context() {
        Headers headers = name -> List.of("the value of " + name);
        return new RunContext(
                Agent.builder("a").model("test/m", new ScriptedCompleter()).build(),
                Invocation.of(ChatRequest.of("Hi")).withHeaders(headers, new ReplyHeaders()),
                Deadline.after(Duration.ofSeconds(20)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization",
                "authorization",
                "Proxy-Authorization",
                "Cookie",
                "X-API-Key",
                "X-Owner-Assertion",
                "X-Payment-Token",
                "x-provider-key",
                "PAYMENT-SIGNATURE",
            })
    void noSkillSeesWhatProvesOrPays(String name) {
        assertThat(context().header(name)).isEmpty();
    }

    @Test
    void skillsSeeTheOthers() {
        assertThat(context().header("X-Session-ID")).contains("the value of X-Session-ID");
    }

    @Test
    void aRunSetsHeadersOfItsAnswer() {
        RunContext context = context();
        context.replyHeaders().set("PAYMENT-RESPONSE", "abc=");
        context.replyHeaders().set("X-Cost", "1");
        context.replyHeaders().set("X-Cost", "2");
        assertThat(context.invocation().replyHeaders().snapshot())
                .isEqualTo(Map.of("PAYMENT-RESPONSE", "abc=", "X-Cost", "2"));
    }

    @ParameterizedTest
    @CsvSource({
        "'X-A', 'b\r\nX-Evil: 1'",
        "'X-A', 'b\n'",
        "'X-A\r\nX-Evil', 'b'",
        "'X-A', ''",
        "'X A', 'b'",
        "'', 'b'",
        "'X-A', ' b'",
        "'X-A', 'é'",
        "'X-A:', 'b'",
        "'X-A', 'a\u007f'",
    })
    void noHeaderCarriesAnother(String name, String value) {
        var headers = new ReplyHeaders();
        assertThatThrownBy(() -> headers.set(name, value))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(headers.snapshot()).isEmpty();
    }

    @Test
    void whoHasToPayIsToldHow() {
        var required =
                new PaymentRequiredException(
                        PaymentRequiredException.Reason.PAYMENT_TOKEN_REQUIRED,
                        "Pay first.",
                        Json.object().put("amount_usd", "0.01"),
                        Json.object().put("x402Version", 2),
                        Map.of("PAYMENT-REQUIRED", "e30="));
        assertThat(required.status()).isEqualTo(402);
        assertThat(required.type()).isEqualTo("payment_required");
        assertThat(required.code()).isEqualTo("payment_token_required");
        assertThat(required.details().path("amount_usd").asString()).isEqualTo("0.01");
        assertThat(required.body().path("x402Version").asInt()).isEqualTo(2);
        assertThat(required.headers()).isEqualTo(Map.of("PAYMENT-REQUIRED", "e30="));
        for (var reason : PaymentRequiredException.Reason.values()) {
            var bare = new PaymentRequiredException(reason, "No.");
            assertThat(bare.code()).isEqualTo(reason.name().toLowerCase(Locale.ROOT));
            assertThat(bare.headers()).isEmpty();
            assertThat(bare.body().isEmpty()).isTrue();
        }
    }
}
