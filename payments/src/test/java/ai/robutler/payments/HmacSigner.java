package ai.robutler.payments;

import ai.robutler.core.AuthenticationException;
import ai.robutler.core.Json;
import ai.robutler.core.TokenSigner;

import tools.jackson.databind.node.ObjectNode;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs with a key that only this object has. Whether a token is still good is the ledger's. */
record HmacSigner(SecretKeySpec key) implements TokenSigner {

    static HmacSigner of(String secret) {
        return new HmacSigner(
                new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    }

    @Override
    public String issuer() {
        return "https://ledger.test";
    }

    @Override
    public String sign(String type, ObjectNode claims) {
        String head = encode(Json.object().put("alg", "HS256").put("typ", type));
        String body = encode(Json.shallowCopy(claims).put("iss", issuer()));
        return head + "." + body + "." + mac(head + "." + body);
    }

    @Override
    public ObjectNode verify(String type, String audience, String token) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3
                || !MessageDigest.isEqual(bytes(mac(parts[0] + "." + parts[1])), bytes(parts[2]))) {
            throw refused("its signature is wrong");
        }
        ObjectNode head = decode(parts[0]);
        ObjectNode claims = decode(parts[1]);
        if (!head.path("typ").asString("").equals(type)) {
            throw refused("it is of another type");
        }
        if (!claims.path("aud").asString("").equals(audience)) {
            throw refused("it is for another audience");
        }
        return claims;
    }

    private static AuthenticationException refused(String why) {
        return new AuthenticationException("invalid_token", why);
    }

    private String mac(String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(mac.doFinal(bytes(text)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String encode(ObjectNode node) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Json.writeBytes(node));
    }

    private static ObjectNode decode(String part) {
        return Json.parseObject(Base64.getUrlDecoder().decode(part));
    }
}
