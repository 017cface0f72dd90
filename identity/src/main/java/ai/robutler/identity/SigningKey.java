package ai.robutler.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;

import java.text.ParseException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;

/**
 * A key pair of this server: ES256, since the JDK signs with P-256 in a third of Ed25519's time and
 * checks in the same, and since there is hardly a JWT library that cannot check it.
 *
 * @param jwk with the private part, its thumbprint as {@code kid}, and its birth as {@code iat}
 */
record SigningKey(ECKey jwk) {

    static SigningKey create(Instant now) {
        try {
            ECKey key =
                    new ECKeyGenerator(Curve.P_256)
                            .keyUse(KeyUse.SIGNATURE)
                            .algorithm(JWSAlgorithm.ES256)
                            .keyIDFromThumbprint(true)
                            .issueTime(Date.from(now.truncatedTo(ChronoUnit.SECONDS)))
                            .generate();
            return new SigningKey(key);
        } catch (JOSEException e) {
            throw new IllegalStateException("this JVM cannot make P-256 keys", e);
        }
    }

    /**
     * @throws IllegalArgumentException if it is no key of this kind; the message holds nothing of
     *     it
     */
    static SigningKey parse(String json) {
        try {
            ECKey key = ECKey.parse(json);
            if (key.isPrivate()
                    && key.getCurve().equals(Curve.P_256)
                    && key.getIssueTime() != null
                    && key.computeThumbprint().toString().equals(key.getKeyID())) {
                return new SigningKey(key);
            }
        } catch (ParseException | JOSEException | RuntimeException _) {
            // Told below. The exception is not kept: it may hold parts of the key.
        }
        throw new IllegalArgumentException("not a private P-256 key as this server writes them");
    }

    String kid() {
        return jwk.getKeyID();
    }

    Instant created() {
        return jwk.getIssueTime().toInstant();
    }

    /** Without the private part. */
    @Override
    public String toString() {
        return "SigningKey[" + kid() + "]";
    }
}
