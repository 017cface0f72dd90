package ai.robutler.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** The address that was checked is the address that is called. */
class PinningTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final OutboundSettings LOCAL =
            new OutboundSettings(AddressPolicy.publicOnly().allowing("127.0.0.1"), 10);

    private final RawServer server = RawServer.answering(OK);

    @AfterEach
    void stop() {
        server.close();
    }

    private OutboundRequest named(String host) {
        return OutboundRequest.get("http://" + host + ":" + server.port() + "/")
                .timeouts(Timeouts.DEFAULT.within(Duration.ofSeconds(5)));
    }

    @Test
    void theNameIsLookedUpOnceAndStandsInHost() {
        var resolver = new Resolvers.Rebinding("127.0.0.1", "127.0.0.9");
        try (var client = OutboundClient.open(LOCAL, resolver)) {
            assertThat(client.call(named("agent.example.com")).text()).isEqualTo("ok");
        }
        assertThat(resolver.asked()).isEqualTo(1);
        assertThat(server.requests().getFirst())
                .containsIgnoringCase("\r\nhost: agent.example.com:" + server.port() + "\r\n");
    }

    /** The first answer passes the check; a second look would lead to loopback. */
    @Test
    void aNameThatIsBoundAnewDoesNotLeadInside() {
        var resolver = new Resolvers.Rebinding("203.0.113.1", "127.0.0.1");
        AddressPolicy policy = AddressPolicy.publicOnly().allowing("203.0.113.1");
        try (var client = OutboundClient.open(new OutboundSettings(policy, 10), resolver)) {
            OutboundRequest request = named("agent.example.com").within(Duration.ofMillis(500));
            assertThatThrownBy(() -> client.call(request))
                    .isInstanceOfAny(
                            OutboundException.Unreachable.class, OutboundException.TimedOut.class);
            assertThat(resolver.asked()).isEqualTo(1);
            assertThatThrownBy(() -> client.call(request))
                    .isInstanceOf(OutboundException.Refused.class);
        }
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void oneInternalAddressAmongPublicOnesIsRefusedBeforeAnythingGoesOut() {
        Resolver resolver = Resolvers.to("8.8.8.8", "127.0.0.1");
        try (var client = OutboundClient.open(OutboundSettings.DEFAULT, resolver)) {
            assertThatThrownBy(() -> client.call(named("agent.example.com")))
                    .isInstanceOfSatisfying(
                            OutboundException.Refused.class,
                            e -> {
                                assertThat(e.reason()).isEqualTo(Reason.LOOPBACK);
                                assertThat(e.safeMessage())
                                        .isEqualTo("the address is not a public one");
                                assertThat(e.detail()).contains("127.0.0.1");
                                assertThat(e.mayHaveArrived()).isFalse();
                            });
        }
        assertThat(server.requests()).isEmpty();
    }

    /** Nobody listens on the first. */
    @Test
    void theNextAddressIsTriedWhereOneTakesNoConnection() {
        AddressPolicy policy = AddressPolicy.publicOnly().allowing("127.0.0.0/8");
        Resolver resolver = Resolvers.to("127.0.0.77", "127.0.0.1");
        try (var client = OutboundClient.open(new OutboundSettings(policy, 10), resolver)) {
            assertThat(client.call(named("agent.example.com")).text()).isEqualTo("ok");
        }
    }

    @Test
    void aNameWithoutAnAddressIsUnreachable() {
        Resolver none =
                host -> {
                    throw new UnknownHostException(host);
                };
        try (var client = OutboundClient.open(LOCAL, none)) {
            assertThatThrownBy(() -> client.call(named("nowhere.example.com")))
                    .isInstanceOf(OutboundException.Unreachable.class)
                    .hasMessageContaining("has no address");
        }
    }

    @Test
    void aSlowLookupIsBoundedAndBoundsTheOthers() {
        var done = new CountDownLatch(1);
        Resolver slow =
                _ -> {
                    try {
                        done.await();
                    } catch (InterruptedException e) {
                        // As the system's own, it does not care.
                        awaitStubbornly(done);
                    }
                    return Resolvers.addresses("127.0.0.1");
                };
        try (var client = OutboundClient.open(new OutboundSettings(LOCAL.policy(), 1), slow)) {
            OutboundRequest request = named("slow.example.com").within(Duration.ofMillis(100));
            assertThatThrownBy(() -> client.call(request))
                    .isInstanceOf(OutboundException.TimedOut.class)
                    .hasMessageContaining("not found in time");
            assertThatThrownBy(() -> client.call(request))
                    .isInstanceOf(OutboundException.Busy.class)
                    .hasMessageContaining("looked up");
            assertThat(client.call(OutboundRequest.get(server.url("/"))).text()).isEqualTo("ok");
            done.countDown();
        }
    }

    private static void awaitStubbornly(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            Thread.onSpinWait();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"[::1]", "[0:0:0:0:0:0:0:1]", "agent.example.com", "a_b.example.com"})
    void anAddressOfIpv6IsCalled(String host) throws Exception {
        var here = InetAddress.ofLiteral("::1");
        assumeTrue(NetworkInterface.getByInetAddress(here) != null, "no IPv6 on this machine");
        var settings = new OutboundSettings(AddressPolicy.publicOnly().allowing("::1"), 10);
        try (var six = new RawServer(new ServerSocket(0, 50, here), PinningTest::ok);
                var client = OutboundClient.open(settings, Resolvers.to("::1"))) {
            String authority = host + ":" + six.port();
            assertThat(client.call(OutboundRequest.get("http://" + authority + "/")).text())
                    .isEqualTo("ok");
            assertThat(six.requests().getFirst())
                    .containsIgnoringCase("\r\nhost: " + authority + "\r\n");
        }
    }

    private static void ok(String request, Socket socket) throws IOException {
        socket.getOutputStream().write(OK.getBytes(US_ASCII));
    }

    @Test
    void theProxyOfTheEnvironmentIsNotUsed() {
        System.setProperty("http.proxyHost", "127.0.0.1");
        System.setProperty("http.proxyPort", "1");
        try (var client = OutboundClient.open(LOCAL)) {
            assertThat(client.call(OutboundRequest.get(server.url("/"))).text()).isEqualTo("ok");
        } finally {
            System.clearProperty("http.proxyHost");
            System.clearProperty("http.proxyPort");
        }
    }
}
