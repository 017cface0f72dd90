package ai.robutler.server;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Caller;
import ai.robutler.core.Credential;

import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Whoever may not see an answer has another name for the request. */
class RequestNameTest {
    private static final Head HERE = new Head("192.0.2.1", Map.of());

    private record Head(String address, Map<String, List<String>> values) implements RequestHead {
        @Override
        public String method() {
            return "POST";
        }

        @Override
        public String path() {
            return "/a/chat/completions";
        }

        @Override
        public boolean isSecure() {
            return false;
        }

        @Override
        public InetSocketAddress remoteAddress() {
            return new InetSocketAddress(InetAddress.ofLiteral(address), 1234);
        }

        @Override
        public List<String> headers(String name) {
            return values.getOrDefault(name, List.of());
        }

        Head with(String name, String... header) {
            return new Head(address, Map.of(name, List.of(header)));
        }

        Head at(String other) {
            return new Head(other, values);
        }
    }

    private static Caller user(String id, Set<String> scopes, String credential, String agent) {
        return new Caller.User(id, scopes, new Credential(credential, agent, Set.of(), List.of()));
    }

    private static String name(Caller caller, Head head) {
        return RequestName.of("key", "agent", caller, head);
    }

    @Test
    void everyDifferenceThatMattersIsInTheName() {
        Caller stranger = Caller.anonymous();
        var names =
                List.of(
                        name(stranger, HERE),
                        name(stranger, HERE.at("192.0.2.2")),
                        name(stranger, HERE.with("X-Payment-Token", "a")),
                        name(stranger, HERE.with("X-Payment-Token", "b")),
                        name(stranger, HERE.with("X-Payment-Token", "a", "b")),
                        name(stranger, HERE.with("PAYMENT-SIGNATURE", "a")),
                        name(stranger, HERE.with("Authorization", "a")),
                        name(stranger, HERE.with("Authorization", "a").at("192.0.2.2")),
                        name(stranger, HERE.with("X-API-Key", "a")),
                        name(stranger, HERE.with("X-Provider-Key", "a")),
                        name(stranger, HERE.with("X-Owner-Assertion", "a")),
                        name(stranger, HERE.with("Cookie", "a")),
                        name(stranger, HERE.with("X-Session-ID", "a")),
                        name(user("u", Set.of(), "", ""), HERE),
                        name(user("v", Set.of(), "", ""), HERE),
                        name(user("u", Set.of("s"), "", ""), HERE),
                        name(user("u", Set.of("s", "t"), "", ""), HERE),
                        name(user("u", Set.of("st"), "", ""), HERE),
                        name(user("u", Set.of(), "k", ""), HERE),
                        name(user("u", Set.of(), "", "k"), HERE),
                        RequestName.of("key2", "agent", stranger, HERE),
                        RequestName.of("key", "agent2", stranger, HERE),
                        RequestName.of("2key", "agent", stranger, HERE));
        assertThat(new HashSet<>(names)).hasSameSizeAs(names);
    }

    @Test
    void whoPaysMayMove() {
        Head paying = HERE.with("X-Payment-Token", "secret");
        assertThat(name(Caller.anonymous(), paying))
                .isEqualTo(name(Caller.anonymous(), paying.at("192.0.2.2")))
                .doesNotContain("secret")
                .hasSize(64);
        var alice = user("alice", Set.of("a", "b"), "rk_1", "");
        assertThat(name(alice, HERE)).isEqualTo(name(alice, paying.at("192.0.2.2")));
    }

    @Test
    void theFingerprintIsOfTheBodyAndTheConversation() {
        byte[] body = "body".getBytes(StandardCharsets.UTF_8);
        byte[] other = "Body".getBytes(StandardCharsets.UTF_8);
        assertThat(RequestName.fingerprint(HERE, body))
                .isEqualTo(RequestName.fingerprint(HERE.with("Accept", "a"), body))
                .isNotEqualTo(RequestName.fingerprint(HERE, other))
                .isNotEqualTo(RequestName.fingerprint(HERE.with("X-Session-ID", "a"), body));
    }
}
