package ai.robutler.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.robutler.core.AuthenticationException;
import ai.robutler.core.Caller;
import ai.robutler.core.Credential;
import ai.robutler.core.Json;
import ai.robutler.store.Database;
import ai.robutler.store.TestDatabase;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.util.Base64URL;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.node.ObjectNode;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.Base64;
import java.util.Set;
import java.util.function.Consumer;

/** Attacks on tokens of an issuer that is configured: each must end in 401, and no fetch astray. */
class ForeignTokensTest {
    private static final TestKey RSA = TestKey.rsa("rsa-1");
    private static final TestKey EC = TestKey.ec("ec-1");
    private static final TestKey ED = TestKey.ed25519("ed-1");

    @TempDir Path folder;
    private final TestClock clock = new TestClock();
    private TestIssuer issuer;
    private TestDatabase database;
    private Node node;

    @BeforeEach
    void open() {
        issuer = TestIssuer.start(RSA, EC, ED);
        database = TestDatabase.create(Database.Kind.SQLITE);
        node = node(_ -> {});
    }

    @AfterEach
    void close() throws Exception {
        node.close();
        database.close();
        issuer.close();
    }

    private Node node(Consumer<ObjectNode> change) {
        ObjectNode settings = Json.object().put("mode", "required");
        ObjectNode entry =
                settings.putArray("issuers")
                        .addObject()
                        .put("issuer", issuer.url())
                        .put("audience", "robutler");
        change.accept(entry);
        return Node.open(settings, database.database(), folder, clock);
    }

    private ObjectNode claims() {
        return Json.object()
                .put("iss", issuer.url())
                .put("sub", "alice")
                .put("aud", "robutler")
                .put("iat", clock.seconds())
                .put("exp", clock.seconds() + 600);
    }

    private Caller.User call(String token) {
        return (Caller.User) node.authenticate(TestHeaders.bearer(token));
    }

    private void refuses(String token, String because) {
        assertThatThrownBy(() -> node.authenticate(TestHeaders.bearer(token)))
                .isInstanceOfSatisfying(
                        AuthenticationException.class,
                        refusal -> {
                            assertThat(refusal.headers().get("WWW-Authenticate"))
                                    .contains("error=\"invalid_token\"");
                            assertThat(refusal).hasMessageContaining(because).hasNoCause();
                        });
    }

    private static ObjectNode header(String alg, String kid) {
        return Json.object().put("alg", alg).put("typ", "JWT").put("kid", kid);
    }

    @Test
    void acceptsEachAlgorithm() {
        for (TestKey key : new TestKey[] {RSA, EC, ED}) {
            assertThat(call(key.sign(claims())))
                    .isEqualTo(new Caller.User("alice", Set.of(), Credential.of("jwt:alice")));
        }
        // Twice: the second is proven from memory.
        String token = RSA.sign(claims());
        assertThat(call(token)).isEqualTo(call(token));
    }

    @Test
    void fetchesTheKeysOnce() {
        for (int i = 0; i < 20; i++) {
            call(EC.sign(claims().put("n", i)));
        }
        assertThat(issuer.keyRequests).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "None", "NONE", "nOnE", ""})
    void refusesUnsignedTokens(String alg) {
        String token = TestKey.part(header(alg, "rsa-1")) + "." + TestKey.part(claims()) + ".";
        refuses(token, "not a signed JWT");
        refuses(token + Base64URL.encode("x"), "The token");
    }

    @Test
    void refusesAPublicKeyUsedAsSharedSecret() throws Exception {
        RSAPublicKey publicKey = RSA.jwk().toRSAKey().toRSAPublicKey();
        String pem =
                "-----BEGIN PUBLIC KEY-----\n"
                        + Base64.getMimeEncoder().encodeToString(publicKey.getEncoded())
                        + "\n-----END PUBLIC KEY-----\n";
        for (byte[] secret :
                new byte[][] {
                    pem.getBytes(StandardCharsets.US_ASCII),
                    publicKey.getEncoded(),
                    RSA.jwk().toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8)
                }) {
            refuses(hmac(JWSAlgorithm.HS256, secret), "algorithm is not accepted");
            refuses(hmac(JWSAlgorithm.HS512, secret), "algorithm is not accepted");
        }
    }

    private String hmac(JWSAlgorithm alg, byte[] secret) throws JOSEException {
        var object =
                new JWSObject(
                        new JWSHeader.Builder(alg).keyID("rsa-1").build(),
                        new Payload(Json.write(claims())));
        object.sign(new MACSigner(secret));
        return object.serialize();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PS256", "PS512", "RS384", "RS512"})
    void refusesOtherAlgorithmsOfTheSameKey(String alg) throws Exception {
        var object =
                new JWSObject(
                        new JWSHeader.Builder(JWSAlgorithm.parse(alg)).keyID("rsa-1").build(),
                        new Payload(Json.write(claims())));
        object.sign(new RSASSASigner(RSA.jwk().toRSAKey()));
        refuses(object.serialize(), "algorithm is not accepted");
    }

    @Test
    void refusesAKeyUsedWithTheAlgorithmOfAnother() {
        refuses(RSA.sign(header("ES256", "rsa-1"), claims()), "key that its issuer does not have");
        refuses(EC.sign(header("RS256", "ec-1"), claims()), "key that its issuer does not have");
        refuses(ED.sign(header("ES256", "ed-1"), claims()), "key that its issuer does not have");
        refuses(EC.sign(header("ES256", "rsa-1"), claims()), "key that its issuer does not have");
    }

    @Test
    void refusesAnAlgorithmThatIsNotConfigured() {
        node.close();
        node = node(entry -> entry.putArray("algorithms").add("ES256"));
        assertThat(call(EC.sign(claims())).id()).isEqualTo("alice");
        refuses(RSA.sign(claims()), "algorithm is not accepted");
    }

    @Test
    void refusesOtherKeysUnderAKnownName() {
        refuses(TestKey.rsa("rsa-1").sign(claims()), "signature is wrong");
        refuses(TestKey.ec("ec-1").sign(claims()), "signature is wrong");
        refuses(TestKey.ed25519("ed-1").sign(claims()), "signature is wrong");
    }

    @Test
    void refusesHeadersThatBringKeysOrChangeTheMeaning() throws Exception {
        TestKey own = TestKey.ec("ec-1");
        try (TestIssuer evil = TestIssuer.start(own)) {
            String jwk = own.jwk().toPublicJWK().toJSONString();
            for (ObjectNode header :
                    new ObjectNode[] {
                        header("ES256", "ec-1").put("jku", evil.url() + "/keys"),
                        header("ES256", "ec-1").put("x5u", evil.url() + "/cert"),
                        header("ES256", "ec-1").set("jwk", Json.parse(jwk)),
                        header("ES256", "ec-1").set("x5c", Json.parse("[\"MIIB\"]")),
                        header("ES256", "ec-1").set("crit", Json.parse("[\"exp\"]")),
                        header("ES256", "ec-1")
                                .put("b64", false)
                                .set("crit", Json.parse("[\"b64\"]")),
                        header("ES256", "ec-1").put("zip", "DEF")
                    }) {
                refuses(own.sign(header, claims()), "The token");
                // Nor with a good signature: who reads on would do what they say.
                refuses(EC.sign(header, claims()), "The token");
            }
            assertThat(evil.requests).hasValue(0);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../../../etc/passwd",
                "/dev/null",
                "ec-1' OR '1'='1",
                "ec-1\u0000",
                "ec-1\r\nX-Evil: 1",
                "http://127.0.0.1:1/keys",
                "\u202eec-1",
                "EC-1",
                " ec-1",
                "*"
            })
    void refusesOddNamesOfKeys(String kid) {
        refuses(EC.sign(header("ES256", kid), claims()), "The token");
    }

    @Test
    void refusesHugeNamesOfKeysWithoutAskingForThem() {
        refuses(EC.sign(header("ES256", "k".repeat(5000)), claims()), "no name of a key");
        assertThat(issuer.requests).hasValue(0);
    }

    @Test
    void aMissingNameOfTheKeyIsGoodOnlyWhereOneKeyCanBeMeant() {
        ObjectNode header = Json.object().put("alg", "ES256").put("typ", "JWT");
        assertThat(call(EC.sign(header, claims())).id()).isEqualTo("alice");
        clock.move(RemoteKeys.FRESH);
        issuer.publish(EC, TestKey.ec("ec-2"));
        refuses(EC.sign(header, claims()), "key that its issuer does not have");
    }

    @Test
    void refusesTokensOutOfTheirTime() {
        refuses(EC.sign(claims().put("exp", clock.seconds() - 60)), "expired");
        refuses(EC.sign(claims().put("exp", 0)), "expired");
        refuses(EC.sign(without("exp")), "no expiry");
        refuses(EC.sign(claims().put("exp", "never")), "'exp' is no time");
        refuses(EC.sign(claims().putNull("exp")), "'exp' is no time");
        refuses(EC.sign(claims().put("exp", -5)), "'exp' is no time");
        refuses(EC.sign(raw("exp", "1e999999999")), "'exp' is no time");
        refuses(EC.sign(raw("exp", "1" + "0".repeat(900))), "'exp' is no time");
        refuses(EC.sign(raw("iat", "1e999999999")), "'iat' is no time");
        refuses(EC.sign(claims().put("nbf", clock.seconds() + 61)), "not valid yet");
        refuses(EC.sign(claims().put("iat", clock.seconds() + 61)), "not valid yet");
        refuses(EC.sign(claims().put("nbf", "soon")), "'nbf' is no time");
    }

    private ObjectNode without(String claim) {
        ObjectNode claims = claims();
        claims.remove(claim);
        return claims;
    }

    private ObjectNode raw(String claim, String number) {
        return claims().set(claim, Json.parse(number));
    }

    @Test
    void allowsAMinuteOfDifferenceBetweenClocks() {
        assertThat(call(EC.sign(claims().put("exp", clock.seconds() - 59))).id())
                .isEqualTo("alice");
        assertThat(call(EC.sign(claims().put("nbf", clock.seconds() + 60))).id())
                .isEqualTo("alice");
        assertThat(call(EC.sign(raw("exp", (clock.seconds() + 10) + ".5"))).id())
                .isEqualTo("alice");
    }

    @Test
    void aTokenThatWasGoodExpires() {
        String token = EC.sign(claims());
        assertThat(call(token).id()).isEqualTo("alice");
        clock.move(Duration.ofMinutes(11));
        refuses(token, "expired");
    }

    @Test
    void refusesTokensForOthers() {
        refuses(EC.sign(claims().put("aud", "another")), "audience");
        refuses(EC.sign(claims().put("aud", "Robutler")), "audience");
        refuses(EC.sign(without("aud")), "audience");
        refuses(EC.sign(claims().putNull("aud")), "audience");
        refuses(EC.sign(claims().set("aud", Json.parse("{\"robutler\":1}"))), "audience");
        refuses(EC.sign(claims().set("aud", Json.parse("[[\"robutler\"]]"))), "audience");
        refuses(EC.sign(claims().set("aud", Json.parse("[]"))), "audience");
        ObjectNode several = claims().set("aud", Json.parse("[\"other\",\"robutler\"]"));
        assertThat(call(EC.sign(several)).id()).isEqualTo("alice");
    }

    @Test
    void refusesTokensOfAnotherType() {
        for (String type : new String[] {"payment+jwt", "id+jwt", "owner-assertion+jwt", "dpop"}) {
            refuses(EC.sign(header("ES256", "ec-1").put("typ", type), claims()), "'typ'");
        }
        ObjectNode none = Json.object().put("alg", "ES256").put("kid", "ec-1");
        refuses(EC.sign(none, claims()), "'typ'");
        for (String type : new String[] {"jwt", "at+jwt", "application/at+jwt", "AT+JWT"}) {
            ObjectNode header = header("ES256", "ec-1").put("typ", type);
            assertThat(call(EC.sign(header, claims())).id()).isEqualTo("alice");
        }
    }

    @Test
    void makesNoCallForAnIssuerThatIsNotConfigured() {
        try (TestIssuer evil = TestIssuer.start(EC)) {
            refuses(EC.sign(claims().put("iss", evil.url())), "issuer is not known");
            refuses(EC.sign(claims().put("iss", issuer.url() + "/")), "issuer is not known");
            refuses(EC.sign(claims().put("iss", issuer.url() + "@evil")), "issuer is not known");
            refuses(EC.sign(without("iss")), "issuer is not known");
            refuses(EC.sign(claims().set("iss", Json.parse("[\"" + issuer.url() + "\"]"))), "");
            assertThat(evil.requests).hasValue(0);
            assertThat(issuer.requests).hasValue(0);
        }
    }

    @Test
    void makesNoCallForTokensThatAreWrongAnyway() {
        refuses(EC.sign(claims().put("exp", 1)), "expired");
        refuses(EC.sign(claims().put("aud", "other")), "audience");
        refuses("x".repeat(Jws.MAX_LENGTH) + ".y.z", "longer than");
        assertThat(issuer.requests).hasValue(0);
    }

    @Test
    void refusesDeepNestingInHeaderAndClaims() {
        String deep = "{\"a\":" + "[".repeat(2500) + "]".repeat(2500);
        String head = "{\"alg\":\"ES256\",\"kid\":\"ec-1\",\"typ\":\"JWT\",";
        String header = head + deep.substring(1) + "}";
        refuses(Base64URL.encode(header) + "." + TestKey.part(claims()) + ".AAAA", "signed JWT");
        String claims = deep + ",\"iss\":\"" + issuer.url() + "\"}";
        refuses(Base64URL.encode(head + "\"x\":1}") + "." + Base64URL.encode(claims) + ".A", "");
    }

    @Test
    void refusesTokensThatWereChanged() {
        String[] parts = EC.sign(claims()).split("\\.");
        String changed = TestKey.part(claims().put("sub", "root"));
        refuses(parts[0] + "." + changed + "." + parts[2], "signature is wrong");
        refuses(parts[0] + "." + parts[1] + ".", "");
        refuses(parts[0] + "." + parts[1] + "." + Base64URL.encode(new byte[64]), "signature");
        refuses(parts[0] + "." + parts[1] + "." + "A".repeat(86), "signature");
        // The same signature with another s: the JDK must not take it for a longer one.
        refuses(parts[0] + "." + parts[1] + "." + parts[2] + "AAAA", "signature");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "   ", "a\r\nb", "a\u0000b", "two words", "\u202eecila", "\n"})
    void refusesUsersThatAreNoNames(String user) {
        refuses(EC.sign(claims().put("sub", user)), "names no user");
    }

    @Test
    void refusesUsersThatAreNoText() {
        refuses(EC.sign(claims().put("sub", 5)), "names no user");
        refuses(EC.sign(claims().set("sub", Json.parse("[\"alice\"]"))), "names no user");
        refuses(EC.sign(without("sub")), "names no user");
        refuses(EC.sign(claims().put("sub", "a".repeat(256))), "names no user");
    }

    @Test
    void neverGrantsAdministrationUnlessItIsListed() {
        ObjectNode claims = claims().put("scope", "admin owner reports OWNER a,b");
        assertThat(call(EC.sign(claims)).scopes()).containsExactly("reports");
        ObjectNode list = claims().set("scope", Json.parse("[\"admin\",\"reports\",7]"));
        assertThat(call(EC.sign(list)).scopes()).containsExactlyInAnyOrder("reports", "7");

        node.close();
        node = node(entry -> entry.putObject("scopes").put("ops", "admin").put("read", "reports"));
        ObjectNode mapped = claims().put("scope", "ops read admin other");
        assertThat(call(EC.sign(mapped)).scopes()).containsExactlyInAnyOrder("admin", "reports");
    }

    @Test
    void readsTheClaimsThatAreConfigured() {
        node.close();
        node =
                node(
                        entry ->
                                entry.put("user-claim", "email")
                                        .put("scope-claim", "roles")
                                        .put("user-prefix", "corp:"));
        ObjectNode claims = claims().put("email", "bob@example.com");
        claims.putArray("roles").add("reports");
        assertThat(call(EC.sign(claims)))
                .satisfies(
                        user -> {
                            assertThat(user.id()).isEqualTo("corp:bob@example.com");
                            assertThat(user.scopes()).containsExactly("reports");
                        });
    }

    @Test
    void sqlInEveryClaimChangesNothing() {
        String sql = "x'); DROP TABLE identity_api_keys; --";
        refuses(EC.sign(claims().put("sub", sql)), "names no user");
        refuses(EC.sign(claims().put("iss", sql)), "issuer is not known");
        assertThat(call(EC.sign(claims().put("sub", "x');DROP--").put("jti", sql))).id())
                .isEqualTo("x');DROP--");
        assertThat(node.identity.apiKeys().list()).isEmpty();
    }
}
