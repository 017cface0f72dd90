package ai.robutler.identity;

import ai.robutler.core.Json;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;

import tools.jackson.databind.node.ObjectNode;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Arrays;

/** A key pair of somebody's, and tokens signed with it, however wrong. */
record TestKey(JWK jwk, KeyPair pair) {

    static TestKey rsa(String kid) {
        return rsa(kid, 2048);
    }

    static TestKey rsa(String kid, int bits) {
        try {
            RSAKey key = new RSAKeyGenerator(bits, true).keyID(kid).generate();
            return new TestKey(key, key.toKeyPair());
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    static TestKey ec(String kid) {
        try {
            ECKey key = new ECKeyGenerator(Curve.P_256).keyID(kid).generate();
            return new TestKey(key, key.toKeyPair());
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    static TestKey ed25519(String kid) {
        try {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            byte[] x509 = pair.getPublic().getEncoded();
            byte[] x = Arrays.copyOfRange(x509, x509.length - 32, x509.length);
            return new TestKey(
                    new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(x)).keyID(kid).build(),
                    pair);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    String algorithm() {
        return Algorithm.of(jwk).map(Algorithm::jose).orElse("RS256");
    }

    /** A token with the header that an honest issuer would send. */
    String sign(ObjectNode claims) {
        ObjectNode header = Json.object().put("alg", algorithm()).put("typ", "JWT");
        if (jwk.getKeyID() != null) {
            header.put("kid", jwk.getKeyID());
        }
        return sign(header, claims);
    }

    /** A token with this header, signed in the way of this key whatever the header says. */
    String sign(ObjectNode header, ObjectNode claims) {
        String input = part(header) + "." + part(claims);
        byte[] bytes = input.getBytes(StandardCharsets.US_ASCII);
        return input + "." + signature(bytes);
    }

    static String part(ObjectNode json) {
        return Base64URL.encode(Json.writeBytes(json)).toString();
    }

    private String signature(byte[] input) {
        try {
            return switch (jwk) {
                case RSAKey rsa when rsa.size() >= 2048 ->
                        new RSASSASigner(rsa)
                                .sign(new JWSHeader(JWSAlgorithm.RS256), input)
                                .toString();
                case ECKey ec ->
                        new ECDSASigner(ec)
                                .sign(new JWSHeader(JWSAlgorithm.ES256), input)
                                .toString();
                default -> {
                    Signature signature =
                            Signature.getInstance(
                                    jwk instanceof RSAKey ? "SHA256withRSA" : "Ed25519");
                    signature.initSign(pair.getPrivate());
                    signature.update(input);
                    yield Base64URL.encode(signature.sign()).toString();
                }
            };
        } catch (JOSEException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
