package ai.robutler.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.robutler.core.AuthenticationException;
import ai.robutler.core.Json;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** What strangers send is a token or an {@link AuthenticationException}, and nothing else. */
class TokenPropertiesTest {
    private static final TestKey KEY = TestKey.ec("k");
    private static final String GOOD =
            KEY.sign(Json.object().put("iss", "i").put("sub", "s").put("exp", 9_999_999_999L));
    private static final VerificationKey PUBLIC = VerificationKey.of(KEY.jwk()).orElseThrow();

    private static boolean isBelieved(String token) {
        try {
            return Jws.parse(token).isSignedBy(PUBLIC);
        } catch (AuthenticationException e) {
            assertThat(e).hasNoCause();
            return false;
        }
    }

    @Property(tries = 2000)
    void anyTextIsRefused(@ForAll String text) {
        assertThat(isBelieved(text)).isFalse();
    }

    @Property(tries = 2000)
    void anyPartsAreRefused(@ForAll("parts") String token) {
        assertThat(isBelieved(token)).isFalse();
        assertThat(Jws.claimedIssuer(token)).isNotNull();
    }

    @Property(tries = 2000)
    void anyOtherCharacterSpoilsAToken(@ForAll int at, @ForAll char other) {
        int index = Math.floorMod(at, GOOD.length());
        String changed = GOOD.substring(0, index) + other + GOOD.substring(index + 1);
        assertThat(isBelieved(changed)).isEqualTo(changed.equals(GOOD));
    }

    @Property(tries = 1000)
    void anyTextIsAKeyOfAnIssuerOrNone(@ForAll String text) {
        var document =
                new IssuerDocuments(
                        "https://i", "https://i/k", _ -> text.getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(document::keys).isInstanceOf(NoDocumentException.class);
    }

    @Property(tries = 2000)
    void noTextIsAnApiKeyUnlessItIsOne(@ForAll String text) {
        assertThat(KeyText.parse(text)).isEmpty();
        assertThat(KeyText.parse("rk_" + text)).isEmpty();
    }

    @Provide
    Arbitrary<String> parts() {
        Arbitrary<String> header =
                Combinators.combine(
                                Arbitraries.of(
                                        "none", "ES256", "HS256", "RS256", "EdDSA", "\u0000"),
                                Arbitraries.strings().ofMaxLength(20),
                                Arbitraries.of(
                                        "", ",\"crit\":[\"exp\"]", ",\"kid\":5", ",\"jwk\":{}"))
                        .as(
                                (alg, kid, more) ->
                                        "{\"alg\":\""
                                                + alg
                                                + "\",\"kid\":"
                                                + Json.write(Json.tree(kid))
                                                + more
                                                + "}");
        Arbitrary<String> any = Arbitraries.strings().ofMaxLength(60);
        Arbitrary<String> claims =
                Arbitraries.oneOf(
                        any, Arbitraries.of("{}", "{\"iss\":\"i\"}", "[]", "{\"iss\":{}}"));
        return Combinators.combine(Arbitraries.oneOf(header, any), claims, any)
                .as((a, b, c) -> part(a) + "." + part(b) + "." + part(c));
    }

    private static String part(String text) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
