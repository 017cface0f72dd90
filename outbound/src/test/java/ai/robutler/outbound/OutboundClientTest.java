package ai.robutler.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class OutboundClientTest {
    private static final OutboundSettings LOCAL =
            new OutboundSettings(AddressPolicy.publicOnly().allowing("127.0.0.1"), 10);

    @Test
    void anAllowedServerIsCalled() {
        try (var server = RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
                var client = OutboundClient.open(LOCAL)) {
            OutboundResponse answer = client.call(OutboundRequest.get(server.url("/a?b=c")));
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).isEqualTo("hello");
            assertThat(server.requests().getFirst())
                    .startsWith("GET /a?b=c HTTP/1.1\r\n")
                    .containsIgnoringCase("host: 127.0.0.1:" + server.port() + "\r\n")
                    .containsIgnoringCase("connection: close\r\n");
        }
    }

    @Test
    void aLoopbackAddressIsRefusedByDefault() {
        try (var server = RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                var client = OutboundClient.open(OutboundSettings.DEFAULT)) {
            assertThatThrownBy(() -> client.call(OutboundRequest.get(server.url("/"))))
                    .isInstanceOfSatisfying(
                            OutboundException.Refused.class,
                            e -> assertThat(e.reason()).isEqualTo(Reason.LOOPBACK));
            assertThat(server.requests()).isEmpty();
        }
    }
}
