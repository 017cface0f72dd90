package ai.robutler.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.robutler.core.UnavailableException;
import ai.robutler.outbound.AddressPolicy;
import ai.robutler.outbound.OutboundClient;
import ai.robutler.outbound.OutboundSettings;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** The keys of an issuer over HTTP: kept, rotated, and what happens when it is out of order. */
class RemoteKeysTest {
    private static final TestKey FIRST = TestKey.ec("one");
    private static final TestKey SECOND = TestKey.ec("two");

    private final TestClock clock = new TestClock();
    private TestIssuer issuer;
    private OutboundClient outbound;
    private RemoteKeys keys;

    @BeforeEach
    void open() {
        issuer = TestIssuer.start(FIRST);
        outbound =
                OutboundClient.open(
                        new OutboundSettings(AddressPolicy.publicOnly().allowing("127.0.0.1"), 64));
        keys = keys("");
    }

    @AfterEach
    void close() {
        outbound.close();
        issuer.close();
    }

    private RemoteKeys keys(String jwks) {
        return new RemoteKeys(
                new IssuerDocuments(issuer.url(), jwks, new HttpDocuments(outbound)), clock);
    }

    private List<VerificationKey> find(String kid) {
        return keys.keys(kid, Algorithm.ES256);
    }

    private void isUnavailable() {
        assertThatThrownBy(() -> find("one"))
                .isInstanceOf(UnavailableException.class)
                .hasMessageNotContaining("127.0.0.1");
    }

    @Test
    void followsARotationAtOnce() {
        assertThat(find("one")).hasSize(1);
        clock.move(RemoteKeys.PAUSE);
        issuer.publish(SECOND);
        assertThat(find("two")).hasSize(1);
        assertThat(find("one")).isEmpty();
    }

    @Test
    void unknownNamesDoNotMakeItHammerTheIssuer() {
        find("one");
        for (int i = 0; i < 1000; i++) {
            assertThat(find("bad-" + i)).isEmpty();
        }
        assertThat(issuer.keyRequests).hasValue(1);
        clock.move(RemoteKeys.PAUSE);
        for (int i = 0; i < 1000; i++) {
            find("bad-" + i);
        }
        assertThat(issuer.keyRequests).hasValue(2);
    }

    @Test
    void aWithdrawnKeyIsGoneWhenTheSetIsOld() {
        find("one");
        issuer.publish(SECOND);
        clock.move(RemoteKeys.FRESH.minusSeconds(1));
        assertThat(find("one")).hasSize(1);
        clock.move(Duration.ofSeconds(1));
        assertThat(find("one")).isEmpty();
    }

    @Test
    void manyCallersWaitForOneFetch() throws Exception {
        var latch = new CountDownLatch(1);
        issuer.answerAfter(latch);
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var found = new ArrayList<Future<List<VerificationKey>>>();
            for (int i = 0; i < 50; i++) {
                found.add(callers.submit(() -> find("one")));
            }
            latch.countDown();
            for (Future<List<VerificationKey>> each : found) {
                assertThat(each.get(10, TimeUnit.SECONDS)).hasSize(1);
            }
        }
        assertThat(issuer.keyRequests).hasValue(1);
    }

    @Test
    void anIssuerThatIsDownDoesNoHarmForADay() {
        find("one");
        issuer.answerStatus(500);
        clock.move(RemoteKeys.FRESH);
        assertThat(find("one")).hasSize(1);
        assertThat(keys.trouble()).contains("status 500");
        clock.move(RemoteKeys.USABLE.minus(RemoteKeys.FRESH).minusSeconds(1));
        assertThat(find("one")).hasSize(1);
        clock.move(Duration.ofSeconds(1));
        isUnavailable();
        issuer.answerWell();
        clock.move(RemoteKeys.PAUSE);
        assertThat(find("one")).hasSize(1);
        assertThat(keys.trouble()).isEmpty();
    }

    @Test
    void anIssuerThatIsDownIsAskedNowAndThen() {
        issuer.answerStatus(503);
        for (int i = 0; i < 20; i++) {
            isUnavailable();
        }
        assertThat(issuer.keyRequests).hasValue(1);
        clock.move(RemoteKeys.PAUSE);
        isUnavailable();
        assertThat(issuer.keyRequests).hasValue(2);
    }

    @Test
    void aClockThatIsSetBackNeitherStopsFetchesNorKeepsOldKeys() {
        find("one");
        clock.move(Duration.ofDays(-2));
        issuer.publish(SECOND);
        assertThat(find("two")).hasSize(1);
    }

    @Test
    void refusesGarbageForAKeySet() {
        for (String text :
                new String[] {
                    "", "<html>", "[]", "{}", "{\"keys\":5}", "{\"keys\":{}}", "nul", "\u0000"
                }) {
            issuer.answerText(text);
            clock.move(RemoteKeys.PAUSE);
            isUnavailable();
        }
    }

    @Test
    void refusesASetThatIsTooBig() {
        issuer.answerText("{\"keys\":[]," + " ".repeat(Documents.MAX_BYTES) + "\"x\":1}");
        isUnavailable();
        var many = new ArrayList<JWK>();
        for (int i = 0; i < 65; i++) {
            many.add(FIRST.jwk());
        }
        issuer.answerWell();
        issuer.publishRaw(many);
        clock.move(RemoteKeys.PAUSE);
        isUnavailable();
        assertThat(keys.trouble()).contains("more than 64 keys");
    }

    @Test
    void anEmptySetSaysThatNoKeyIsGood() {
        find("one");
        issuer.publish();
        clock.move(RemoteKeys.FRESH);
        assertThat(find("one")).isEmpty();
    }

    @Test
    void followsNoRedirect() {
        try (TestIssuer evil = TestIssuer.start(SECOND)) {
            issuer.answer(
                    exchange -> {
                        exchange.getResponseHeaders().set("Location", evil.url() + "/keys");
                        TestIssuer.send(exchange, 302, "{}");
                    });
            isUnavailable();
            assertThat(evil.requests).hasValue(0);
        }
    }

    @Test
    void theDiscoveryDocumentMustBeTheIssuersOwn() {
        issuer.claim(issuer.url() + "/");
        isUnavailable();
        assertThat(keys.trouble()).contains("another issuer");
        assertThat(issuer.keyRequests).hasValue(0);
    }

    @Test
    void theDiscoveryDocumentCannotLeadToInternalAddresses() {
        issuer.jwksUri("http://169.254.169.254/latest/meta-data");
        isUnavailable();
        issuer.jwksUri("file:///etc/passwd");
        clock.move(RemoteKeys.PAUSE);
        isUnavailable();
    }

    @Test
    void anIssuerThatIsNotPublicIsNotCalledUnlessItIsAllowed() {
        try (var strict =
                OutboundClient.open(new OutboundSettings(AddressPolicy.publicOnly(), 64))) {
            for (String jwks : List.of("", issuer.url() + "/keys")) {
                var documents = new IssuerDocuments(issuer.url(), jwks, new HttpDocuments(strict));
                keys = new RemoteKeys(documents, clock);
                isUnavailable();
                assertThat(keys.trouble()).contains("which is not public");
            }
        }
        assertThat(issuer.requests).hasValue(0);
    }

    @Test
    void aConfiguredAddressNeedsNoDiscovery() {
        issuer.claim("somebody else");
        keys = keys(issuer.url() + "/keys");
        assertThat(find("one")).hasSize(1);
        assertThat(issuer.requests).hasValue(1);
    }

    @Test
    void leavesOutKeysThatAreWeakOrForOtherThings() {
        RSAKey encryption =
                new RSAKey.Builder(TestKey.rsa("enc").jwk().toRSAKey())
                        .keyUse(KeyUse.ENCRYPTION)
                        .build();
        issuer.publishRaw(
                List.of(
                        TestKey.rsa("weak", 1024).jwk(),
                        encryption,
                        new OctetSequenceKey.Builder(new byte[32]).keyID("secret").build(),
                        TestKey.rsa("good").jwk(),
                        FIRST.jwk()));
        for (String kid : new String[] {"weak", "enc", "secret", "one"}) {
            assertThat(keys.keys(kid, Algorithm.RS256)).isEmpty();
        }
        assertThat(keys.keys("good", Algorithm.RS256)).hasSize(1);
    }

    @Test
    void aKeyThatIsGarbageDoesNotSpoilTheOthers() {
        issuer.answerText(
                "{\"keys\":[5,null,{},{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\","
                        + "\"kid\":\"bad\"},{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AA\"},"
                        + FIRST.jwk().toPublicJWK().toJSONString()
                        + "]}");
        assertThat(find("one")).hasSize(1);
        assertThat(find("bad")).isEmpty();
    }
}
