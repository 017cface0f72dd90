package ai.robutler.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;

class AddressPolicyTest {
    private static final AddressPolicy PUBLIC = AddressPolicy.publicOnly();

    private static Reason reason(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Refused refused -> refused.reason();
            case Verdict.Allowed allowed -> throw new AssertionError(allowed.toString());
        };
    }

    private static void assertAllowed(Verdict verdict) {
        assertThat(verdict).isInstanceOf(Verdict.Allowed.class);
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:8080, http://127.0.0.1:8080/",
        "127.0.0.1:81, http://127.0.0.1:81/",
        "127.0.0.1, http://127.0.0.1:9999/",
        "10.0.0.0/8, http://10.9.8.7/",
        "10.0.0.0/8:22, http://10.9.8.7:22/",
        "::1, http://[::1]:8000/",
        "[::1]:81, http://[0:0:0:0:0:0:0:1]:81/",
        "fd00::/8, http://[fd12::1]/",
        "[fd00::/8]:81, http://[fd12::1]:81/",
        "localhost, http://localhost:3000/",
        "localhost:81, http://LOCALHOST:81/",
        "*.internal.example:22, http://a.b.internal.example:22/",
        "*.cluster.local, http://agents.default.svc.cluster.local:8080/",
        "agents, http://agents/",
        "example.com:22, http://example.com:22/",
        "169.254.169.254, http://169.254.169.254/",
        "0.0.0.0/0, http://192.168.1.1/",
    })
    void anEntryOpensWhatItNames(String entry, String url) {
        assertThat(PUBLIC.check(url)).isInstanceOf(Verdict.Refused.class);
        assertAllowed(PUBLIC.allowing(entry).check(url));
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:8080, http://127.0.0.1:8081/, LOOPBACK",
        "127.0.0.1, http://127.0.0.2/, LOOPBACK",
        "127.0.0.1, http://127.0.0.1:22/, PORT",
        "127.0.0.1, http://localhost/, INTERNAL_NAME",
        "10.0.0.0/9, http://10.128.0.1/, PRIVATE",
        "10.0.0.0/8, http://[::ffff:10.0.0.1]/, MAPPED",
        "localhost, http://a.localhost/, INTERNAL_NAME",
        "*.local, http://local/, INTERNAL_NAME",
        "*.corp, http://xcorp/, INTERNAL_NAME",
        "local:8080, http://local:8081/, INTERNAL_NAME",
        "169.254.0.0/16, http://169.254.169.254/, METADATA",
        "0.0.0.0/0, http://168.63.129.16/, METADATA",
        "fd00::/8, http://[fd00:ec2::254]/, METADATA",
        "64:ff9b::/96, http://[64:ff9b::10.0.0.1]/, PRIVATE",
        "64:ff9b::/96, http://[64:ff9b::169.254.169.254]/, METADATA",
        "64:ff9b:1::/48, http://[64:ff9b:1:a00:0:100::]/, UNSPECIFIED",
        "2002::/16, http://[2002:7f00:1::]/, LOOPBACK",
        "::/0, http://[::ffff:127.0.0.1]/, LOOPBACK",
        "2001::/32, http://[2001:0:808:808::f5ff:fffe]/, PRIVATE",
        "2001::/32, http://[2001:0:a00:1::f7f7:f7f7]/, PRIVATE",
        "::/0, http://[2606::5efe:10.0.0.1]/, PRIVATE",
    })
    void anEntryOpensNoMore(String entry, String url, Reason reason) {
        assertThat(reason(PUBLIC.allowing(entry).check(url))).isEqualTo(reason);
    }

    @Test
    void aTranslatedPublicAddressIsOpenWhereTheTranslatorIs() {
        AddressPolicy policy = PUBLIC.allowing("64:ff9b::/96");
        assertAllowed(policy.check("http://[64:ff9b::8.8.8.8]/"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "http://10.0.0.1",
                "10.0.0.0/33",
                "10.0.0/8",
                "0177.0.0.1",
                "*",
                "*.",
                "a*.example",
                "127.0.0.1:0",
                "127.0.0.1:65536",
                "[::1",
                "::1/129",
                "fe80::1%eth0",
                "a b",
                "user@host",
                "exämple.com",
                "example.com.",
            })
    void aWrongEntryIsNamed(String entry) {
        assertThatThrownBy(() -> PUBLIC.allowing(entry))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + entry + "'")
                .hasMessageContaining("write 10.0.0.0/8");
    }

    @Test
    void anyBadAddressOfAHostIsOneTooMany() throws Exception {
        assertThat(
                        reason(
                                PUBLIC.resolve(
                                        "http://example.com/",
                                        Resolvers.to("8.8.8.8", "10.0.0.1"))))
                .isEqualTo(Reason.PRIVATE);
        assertAllowed(PUBLIC.resolve("http://example.com/", Resolvers.to("8.8.8.8", "2606::1")));
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1, ALLOWED",
        "127.0.0.1, ALLOWED",
        "100.64.0.1, ALLOWED",
        "fd00::1, ALLOWED",
        "169.254.169.254, METADATA",
        "168.63.129.16, METADATA",
        "fd00:ec2::254, METADATA",
        "169.254.1.1, LINK_LOCAL",
        "fe80::1, LINK_LOCAL",
        "224.0.0.1, MULTICAST",
        "0.0.0.0, UNSPECIFIED",
        "64:ff9b::7f00:1, NAT64",
    })
    void anAllowedNameLeadsToInternalHostsButNotToMetadata(String address, String outcome)
            throws Exception {
        Verdict verdict =
                PUBLIC.allowing("*.internal").resolve("http://a.internal/", Resolvers.to(address));
        if (outcome.equals("ALLOWED")) {
            assertAllowed(verdict);
        } else {
            assertThat(reason(verdict)).hasToString(outcome);
        }
    }

    @Test
    void aPortOpenedForANetIsNotOpenElsewhere() throws Exception {
        AddressPolicy policy = PUBLIC.allowing("10.0.0.0/8:22");
        assertAllowed(policy.resolve("http://example.com:22/", Resolvers.to("10.1.1.1")));
        assertThat(reason(policy.resolve("http://example.com:22/", Resolvers.to("8.8.8.8"))))
                .isEqualTo(Reason.PORT);
        assertThat(reason(policy.check("http://8.8.8.8:22/"))).isEqualTo(Reason.PORT);
    }

    @Test
    void anAddressWithAZoneIsRefused() throws Exception {
        byte[] bytes = InetAddress.ofLiteral("2606::1").getAddress();
        InetAddress zoned = java.net.Inet6Address.getByAddress("x", bytes, 3);
        assertThat(reason(PUBLIC.resolve("http://example.com/", _ -> List.of(zoned))))
                .isEqualTo(Reason.ZONE);
    }

    @Test
    void noNameIsLeftInAnAddress() throws Exception {
        Verdict verdict =
                PUBLIC.resolve("http://example.com/", host -> Resolvers.named(host, "8.8.8.8"));
        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Verdict.Allowed.class,
                        allowed -> assertThat(allowed.addresses()).hasToString("[/8.8.8.8]"));
    }

    @Test
    void aHostWithoutAddressesIsUnknown() {
        assertThatThrownBy(() -> PUBLIC.resolve("http://example.com/", _ -> List.of()))
                .isInstanceOf(UnknownHostException.class);
    }

    @Test
    void theSafeWordsDoNotTellWhereANameLeads() throws Exception {
        Verdict verdict = PUBLIC.resolve("http://example.com/", Resolvers.to("10.1.2.3"));
        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Verdict.Refused.class,
                        refused -> {
                            assertThat(refused.safeMessage())
                                    .isEqualTo("the address is not a public one");
                            assertThat(refused.detail()).contains("10.1.2.3", "PRIVATE");
                        });
    }

    @Test
    void listedPortsReplaceTheDefault() {
        AddressPolicy policy = PUBLIC.onPorts(List.of("443", "8000-8009"));
        assertAllowed(policy.check("https://example.com/"));
        assertAllowed(policy.check("https://example.com:8009/"));
        for (String url :
                List.of("http://example.com/", "http://8.8.8.8/", "https://example.com:8010/")) {
            assertThat(reason(policy.check(url))).as(url).isEqualTo(Reason.PORT);
        }
    }

    @Test
    void httpCanBeTurnedOff() {
        assertThat(reason(PUBLIC.httpsOnly().check("http://example.com/")))
                .isEqualTo(Reason.HTTPS_ONLY);
        assertAllowed(PUBLIC.httpsOnly().check(URI.create("https://example.com/")));
    }
}
