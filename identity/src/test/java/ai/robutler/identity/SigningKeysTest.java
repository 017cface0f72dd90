package ai.robutler.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.robutler.core.AuthenticationException;
import ai.robutler.core.Json;
import ai.robutler.store.Database;
import ai.robutler.store.EachDatabase;

import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jwt.SignedJWT;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

@EachDatabase(migrated = "identity")
class SigningKeysTest {
    private static final Duration ROTATION = Duration.ofDays(30);

    @TempDir Path folder;
    private final TestClock clock = new TestClock();
    private final Database database;

    SigningKeysTest(Database database) {
        this.database = database;
    }

    @BeforeEach
    void migrate() {
        database.migrate("identity");
    }

    private SigningKeys node(String name) {
        return SigningKeys.open(Node.ISSUER, folder.resolve(name), ROTATION, database, clock);
    }

    private ObjectNode claims(Duration life) {
        return Json.object()
                .put("sub", "alice")
                .put("aud", "ledger")
                .put("exp", clock.seconds() + life.toSeconds());
    }

    private String sign(SigningKeys node) {
        return node.sign("payment+jwt", claims(Duration.ofHours(1)));
    }

    private static void accepts(SigningKeys node, String token) {
        assertThat(node.verify("payment+jwt", "ledger", token).path("sub").asString())
                .isEqualTo("alice");
    }

    private static void refuses(SigningKeys node, String token, String because) {
        assertThatThrownBy(() -> node.verify("payment+jwt", "ledger", token))
                .isInstanceOf(AuthenticationException.class)
                .hasMessageContaining(because);
    }

    private static String kid(String token) throws Exception {
        return SignedJWT.parse(token).getHeader().getKeyID();
    }

    private List<Path> files(String name) throws IOException {
        try (var all = Files.list(folder.resolve(name))) {
            return all.filter(file -> file.toString().endsWith(".jwk")).toList();
        }
    }

    @Test
    void signsWhatThirdPartiesCanCheck() throws Exception {
        SigningKeys node = node("a");
        SignedJWT token = SignedJWT.parse(sign(node));
        var key = node.jwks().getKeyByKeyId(token.getHeader().getKeyID()).toECKey();
        assertThat(token.verify(new ECDSAVerifier(key))).isTrue();
        assertThat(key.isPrivate()).isFalse();
        assertThat(token.getJWTClaimsSet().getIssuer()).isEqualTo(Node.ISSUER);
        assertThat(token.getHeader().getType().getType()).isEqualTo("payment+jwt");
    }

    @Test
    void tokensOfOneTypeOrAudienceAreNotGoodForAnother() {
        SigningKeys node = node("a");
        String token = sign(node);
        accepts(node, token);
        assertThatThrownBy(() -> node.verify("owner-assertion+jwt", "ledger", token))
                .isInstanceOf(AuthenticationException.class);
        assertThatThrownBy(() -> node.verify("payment+jwt", "other", token))
                .isInstanceOf(AuthenticationException.class);
        SigningKeys other =
                SigningKeys.open(
                        "https://other.example", folder.resolve("a"), ROTATION, database, clock);
        refuses(other, token, "another issuer");
    }

    @Test
    void whatIsRememberedAsGoodExpiresAllTheSame() {
        SigningKeys node = node("a");
        String token = sign(node);
        accepts(node, token);
        clock.move(Duration.ofMinutes(61));
        refuses(node, token, "expired");
    }

    @Test
    void whoChangesTheAnswerDoesNotChangeTheNext() {
        SigningKeys node = node("a");
        String token = sign(node);
        node.verify("payment+jwt", "ledger", token).put("sub", "mallory");
        accepts(node, token);
    }

    @Test
    void refusesToSignWithoutAnExpiry() {
        SigningKeys node = node("a");
        for (String exp : new String[] {"null", "\"1\"", "1", "9e18", "99999999999999"}) {
            ObjectNode claims = Json.object().set("exp", Json.parse(exp));
            assertThatThrownBy(() -> node.sign("x+jwt", claims))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> node.sign("x+jwt", Json.object()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void nodesWithFoldersOfTheirOwnKnowEachOthersTokens() {
        SigningKeys a = node("a");
        SigningKeys b = node("b");
        accepts(b, sign(a));
        accepts(a, sign(b));
        assertThat(a.jwks().getKeys()).hasSize(2);
        assertThat(a.jwks().toString()).isEqualTo(b.jwks().toString());
    }

    @Test
    void aTokenOfANodeThatJustCameIsGoodAtOnce() {
        SigningKeys a = node("a");
        accepts(a, sign(a));
        accepts(a, sign(node("late")));
    }

    @Test
    void rotatesWithoutAnOutage() throws Exception {
        SigningKeys a = node("a");
        SigningKeys b = node("b");
        String old = a.sign("payment+jwt", claims(Duration.ofDays(60)));
        clock.move(ROTATION);
        a.refresh();
        // The new key is published first, and signs when everybody has it.
        assertThat(kid(sign(a))).isEqualTo(kid(old));
        assertThat(files("a")).hasSize(2);
        accepts(b, sign(a));
        clock.move(SigningKeys.SETTLE);
        assertThat(kid(sign(a))).isNotEqualTo(kid(old));
        accepts(b, sign(a));
        accepts(b, old);
        // The old private key goes; its public part stays as long as its tokens.
        clock.move(Duration.ofDays(2));
        a.refresh();
        assertThat(files("a")).hasSize(1);
        accepts(a, old);
        accepts(b, old);
        accepts(node("c"), old);
        clock.move(Duration.ofDays(30));
        refuses(b, old, "expired");
        b.refresh();
        assertThat(b.jwks().getKeyByKeyId(kid(old))).isNull();
    }

    @Test
    void processesOnOneFolderShareTheKeysThatEitherMakes() throws Exception {
        SigningKeys a = node("a");
        SigningKeys second = node("a");
        assertThat(kid(sign(a))).isEqualTo(kid(sign(second)));
        clock.move(ROTATION);
        a.refresh();
        clock.move(SigningKeys.SETTLE);
        second.refresh();
        assertThat(kid(sign(second))).isEqualTo(kid(sign(a)));
        assertThat(files("a")).hasSize(2);
    }

    @Test
    void startedAtOnceOnOneFolderTheyMakeOneKey() throws Exception {
        var nodes = new ArrayList<Future<SigningKeys>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 8; i++) {
                nodes.add(threads.submit(() -> node("a")));
            }
            for (Future<SigningKeys> each : nodes) {
                accepts(each.get(60, TimeUnit.SECONDS), sign(nodes.getFirst().get()));
            }
        }
        assertThat(files("a")).hasSize(1);
    }

    @Test
    void aRevokedKeyIsNoGoodAnywhereAndIsReplaced() throws Exception {
        SigningKeys a = node("a");
        SigningKeys b = node("b");
        String token = sign(a);
        accepts(b, token);
        assertThat(b.revoke(kid(token))).isTrue();
        assertThat(b.revoke(kid(token))).isFalse();
        refuses(b, token, "key that its issuer does not have");
        clock.move(KeyRing.FRESH);
        refuses(a, token, "key that its issuer does not have");
        assertThat(a.jwks().getKeyByKeyId(kid(token))).isNull();
        a.refresh();
        assertThat(kid(sign(a))).isNotEqualTo(kid(token));
        accepts(b, sign(a));
        assertThat(files("a")).hasSize(1);
    }

    @Test
    void aRevokedKeyIsNotRevivedByANodeThatWasOff() throws Exception {
        String token = sign(node("a"));
        assertThat(node("b").revoke(kid(token))).isTrue();
        clock.move(Duration.ofDays(5));
        SigningKeys late = node("a");
        assertThat(kid(sign(late))).isNotEqualTo(kid(token));
        refuses(late, token, "expired");
    }

    @Test
    void aKeyThatWasOffForLongIsGoodAgain() throws Exception {
        String token = sign(node("a"));
        clock.move(Duration.ofDays(5));
        SigningKeys again = node("a");
        assertThat(kid(sign(again))).isEqualTo(kid(token));
        accepts(node("b"), sign(again));
    }

    @Test
    void theFilesAreForTheOwnerAlone() throws Exception {
        node("a");
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(folder.resolve("a"))))
                .isEqualTo("rwx------");
        for (Path file : files("a")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void doesNotRunWithKeysThatOthersCanRead() throws Exception {
        node("a");
        Path file = files("a").getFirst();
        for (String mode : new String[] {"rw-r-----", "rw----r--", "rw--w----"}) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
            assertThatThrownBy(() -> node("a"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("chmod 600 " + file);
        }
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Path inside = folder.resolve("a");
        Files.setPosixFilePermissions(inside, PosixFilePermissions.fromString("rwxr-x---"));
        assertThatThrownBy(() -> node("a")).hasMessageContaining("chmod 700 " + inside);
    }

    @Test
    void aKeyFileThatIsGarbageIsToldWithoutItsContents() throws Exception {
        node("a");
        Path file = files("a").getFirst();
        Files.writeString(file, "{\"kty\":\"EC\",\"d\":\"very-secret\"}");
        assertThatThrownBy(() -> node("a"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(file.toString())
                .hasMessageNotContaining("very-secret");
    }

    @Test
    void sqlInNamesOfKeysChangesNothing() {
        SigningKeys node = node("a");
        assertThat(node.revoke("'; DELETE FROM identity_signing_keys; --")).isFalse();
        accepts(node, sign(node));
    }
}
