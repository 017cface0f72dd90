package ai.robutler.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.robutler.core.AuthenticationException;
import ai.robutler.core.Caller;
import ai.robutler.core.Headers;
import ai.robutler.core.Json;
import ai.robutler.core.UnavailableException;
import ai.robutler.store.Database;
import ai.robutler.store.TestDatabase;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;

/** Which headers are looked at, what they mean together, and in which mode. */
class IdentityTest {
    @TempDir Path folder;
    private final TestClock clock = new TestClock();
    private TestDatabase databases;
    private Node required;
    private Node open;
    private String key;

    @BeforeEach
    void open() {
        databases = TestDatabase.create(Database.Kind.SQLITE);
        required = Node.open(databases.database(), folder, clock);
        open = Node.open(Json.object().put("mode", "open"), databases.database(), folder, clock);
        key = required.identity.apiKeys().create(NewApiKey.of("alice")).secret();
    }

    @AfterEach
    void close() throws Exception {
        required.close();
        open.close();
        databases.close();
    }

    private void bothRefuse(Headers headers) {
        refuses(required, headers);
        refuses(open, headers);
    }

    private static void refuses(Node node, Headers headers) {
        assertThatThrownBy(() -> node.authenticate(headers))
                .isInstanceOfSatisfying(
                        AuthenticationException.class,
                        e -> assertThat(e.headers()).containsKey("WWW-Authenticate"));
    }

    private void isAlice(Headers headers) {
        assertThat(required.authenticate(headers).subject()).isEqualTo("alice");
        assertThat(open.authenticate(headers).subject()).isEqualTo("alice");
    }

    @Test
    void takesAKeyFromEitherHeader() {
        isAlice(TestHeaders.bearer(key));
        isAlice(TestHeaders.apiKey(key));
        isAlice(TestHeaders.of("authorization", "bearer   " + key));
        isAlice(TestHeaders.of("Authorization", "Bearer " + key, "X-API-Key", key));
    }

    @Test
    void refusesTwoDifferentCredentials() {
        String other = required.identity.apiKeys().create(NewApiKey.of("bob")).secret();
        bothRefuse(TestHeaders.of("Authorization", "Bearer " + key, "X-API-Key", other));
        bothRefuse(TestHeaders.of("Authorization", "Bearer " + key, "X-API-Key", "sk-x"));
        bothRefuse(TestHeaders.of("Authorization", "Bearer sk-x", "X-API-Key", key));
        bothRefuse(TestHeaders.of("Authorization", "Basic YTpi", "X-API-Key", key));
        bothRefuse(TestHeaders.of("Authorization", "Bearer " + key, "X-API-Key", ""));
    }

    @Test
    void refusesHeadersThatComeTwice() {
        bothRefuse(
                TestHeaders.of("Authorization", "Bearer " + key, "Authorization", "Bearer " + key));
        bothRefuse(TestHeaders.of("X-API-Key", key, "X-API-Key", key));
        bothRefuse(TestHeaders.of("X-Owner-Assertion", "a", "X-Owner-Assertion", "a"));
        bothRefuse(TestHeaders.bearer(key + ", Bearer " + key));
        bothRefuse(TestHeaders.bearer("sk-x, " + key));
        bothRefuse(TestHeaders.apiKey(key + "," + key));
    }

    @Test
    void withoutCredentialsCallersAreAnonymous() {
        assertThat(required.authenticate(Headers.NONE)).isEqualTo(Caller.anonymous());
        assertThat(open.authenticate(Headers.NONE)).isEqualTo(Caller.anonymous());
        assertThat(required.identity.callersRequired()).isTrue();
        assertThat(open.identity.callersRequired()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sk-proj-abc",
                "EMPTY",
                "not-needed",
                "<none>",
                "a.b.c",
                "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJodHRwczovL2V4YW1wbGUuY29tIn0.AAAA",
                "..."
            })
    void keysForOthersAreIgnoredOnlyWhereNobodyNeedsOne(String secret) {
        for (Headers headers :
                new Headers[] {TestHeaders.bearer(secret), TestHeaders.apiKey(secret)}) {
            assertThat(open.authenticate(headers)).isEqualTo(Caller.anonymous());
            refuses(required, headers);
        }
    }

    @Test
    void otherSchemesAreIgnoredOnlyWhereNobodyNeedsThem() {
        for (String other : new String[] {"Basic YTpi", "Digest x", "BearerX y", key, ""}) {
            Headers headers = TestHeaders.of("Authorization", other);
            assertThat(open.authenticate(headers)).isEqualTo(Caller.anonymous());
            refuses(required, headers);
        }
    }

    @Test
    void whatIsOursAndWrongIsRefusedInEveryMode() {
        bothRefuse(TestHeaders.bearer("rk_"));
        bothRefuse(TestHeaders.bearer(KeyText.random().text()));
        bothRefuse(TestHeaders.apiKey(key + "x"));
        bothRefuse(TestHeaders.bearer("x".repeat(Jws.MAX_LENGTH + 1)));
        required.identity.apiKeys().revoke(KeyText.parse(key).orElseThrow().id());
        bothRefuse(TestHeaders.bearer(key));
    }

    @Test
    void aTokenThatThisServerSignedIsNoKeyToIt() {
        String token =
                required.identity
                        .signer()
                        .sign(
                                "at+jwt",
                                Json.object()
                                        .put("sub", "alice")
                                        .put("aud", Node.ISSUER)
                                        .put("exp", clock.seconds() + 60));
        bothRefuse(TestHeaders.bearer(token));
    }

    @Test
    void messagesHoldNothingOfTheCredentials() {
        String secret = KeyText.random().text();
        for (String bad :
                new String[] {secret, "secret-value.x.y", "a\r\nX-Evil: 1", secret + ","}) {
            assertThatThrownBy(() -> required.authenticate(TestHeaders.bearer(bad)))
                    .isInstanceOf(AuthenticationException.class)
                    .hasMessageNotContaining(bad.substring(0, 3))
                    .hasNoCause();
        }
    }

    @Test
    void aDatabaseThatIsAwayIsNever401() {
        databases.database().close();
        for (String secret : new String[] {key, KeyText.random().text()}) {
            assertThatThrownBy(() -> required.authenticate(TestHeaders.bearer(secret)))
                    .isInstanceOf(UnavailableException.class);
        }
        assertThat(open.authenticate(TestHeaders.bearer("sk-x"))).isEqualTo(Caller.anonymous());
    }

    @Test
    void upkeepThatFailsIsToldAndGoesOn() {
        required.identity.keepUp();
        assertThat(required.identity.health().up()).isTrue();
        databases.database().close();
        clock.move(KeyRing.USABLE);
        required.identity.keepUp();
        assertThat(required.identity.health().up()).isFalse();
        assertThat(required.identity.health().words()).contains("signing keys");
    }
}
