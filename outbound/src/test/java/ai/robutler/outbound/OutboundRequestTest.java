package ai.robutler.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Map;

class OutboundRequestTest {
    private final OutboundRequest request = OutboundRequest.get("https://example.com/");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\r\nHost: internal",
                "a\nX: y",
                "a\rX: y",
                "a\u0000",
                "a\u560d\u560aX: y",
                "ä",
                "a\u0085b",
                "\u007f",
            })
    void aValueThatCouldBeAnotherHeaderIsRefusedAndNotShown(String value) {
        assertThatThrownBy(() -> request.header("X-Test", value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("X-Test")
                .hasMessageNotContaining(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a:", "a\r\nb", "ä", "a\u0000", "(a)"})
    void aNameThatIsNoneIsRefused(String name) {
        assertThatThrownBy(() -> request.header(name, "x"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host",
                "HOST",
                "Connection",
                "Content-Length",
                "Transfer-Encoding",
                "Upgrade",
                "Expect",
                "Proxy-Authorization",
            })
    void aHeaderThatIsTheClientsOwnIsRefused(String name) {
        assertThatThrownBy(() -> request.header(name, "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"CONNECT", "TRACE", "get", "GET / HTTP/1.1\r\nX: y", ""})
    void onlyTheUsualMethodsGoOut(String method) {
        assertThatThrownBy(() -> OutboundRequest.of(method, "https://example.com/"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aHeaderTakesThePlaceOfItsLike() {
        assertThat(request.header("a", "1").header("A", "2").headers())
                .containsExactly(Map.entry("A", "2"));
    }

    @Test
    void nothingSecretIsPrinted() {
        OutboundRequest secret =
                OutboundRequest.post("https://x/secret", "text/plain", "secret".getBytes(UTF_8))
                        .header("Authorization", "secret");
        assertThat(secret.toString()).doesNotContain("secret");
    }

    @Test
    void aPostWithoutABodySaysSo() {
        try (var server = RawServer.answering("HTTP/1.1 204 No Content\r\n\r\n");
                var client =
                        OutboundClient.open(
                                new OutboundSettings(
                                        AddressPolicy.publicOnly().allowing("127.0.0.1"), 1))) {
            assertThat(client.call(OutboundRequest.of("POST", server.url("/"))).status())
                    .isEqualTo(204);
            client.call(OutboundRequest.get(server.url("/")));
            assertThat(server.requests().getFirst()).containsIgnoringCase("content-length: 0\r\n");
            assertThat(server.requests().get(1)).doesNotContainIgnoringCase("content-length");
        }
    }
}
