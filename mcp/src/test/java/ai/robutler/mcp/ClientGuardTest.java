package ai.robutler.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.outbound.AddressPolicy;
import ai.robutler.outbound.OutboundClient;
import ai.robutler.outbound.OutboundSettings;

import com.sun.net.httpserver.HttpServer;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;

/** A server by its URL is a stranger's, and called by the rules for strangers. */
class ClientGuardTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:%d/mcp",
                "http://localhost:%d/mcp",
                "http://[::ffff:127.0.0.1]:%d/mcp",
                "http://169.254.169.254/latest/meta-data"
            })
    void anAddressThatIsNotPublicIsNotCalled(String url) throws Exception {
        var calls = new AtomicInteger();
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    calls.incrementAndGet();
                    exchange.close();
                });
        server.start();
        String json =
                "{\"servers\":{\"s\":{\"url\":\"%s\"}}}"
                        .formatted(url.formatted(server.getAddress().getPort()));
        try (var outbound =
                        OutboundClient.open(new OutboundSettings(AddressPolicy.publicOnly(), 16));
                var servers =
                        new McpServers(McpSettings.read(ClientStack.settings(json)), outbound)) {
            servers.start(servers.shared("s").orElseThrow());
            ClientStack.until(
                    () -> servers.health().getFirst().words().contains("not a public one"));
            assertThat(servers.health().getFirst().up()).isFalse();
            assertThat(calls).hasValue(0);
        } finally {
            server.stop(0);
        }
    }
}
