package ai.robutler.identity;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of an API key: {@code rk_<id>_<secret>}.
 *
 * <p>The secret has 256 bits from a secure random source. That is why a single SHA-256 is stored of
 * it, and no slow hash: slow hashes make up for what passwords lack. Nobody can try 2^256 secrets,
 * however fast each try is, while a slow hash would cost this server with every request.
 *
 * @param id the public part
 * @param secret 43 letters and digits
 */
record KeyText(String id, String secret) {
    static final String PREFIX = "rk_";

    private static final Pattern FORM = Pattern.compile("rk_([a-z0-9]{16})_([A-Za-z0-9]{43})");
    private static final String LETTERS =
            "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private static final int ID_LENGTH = 16;
    private static final int SECRET_LENGTH = 43;
    private static final int SECRET_BITS = 256;
    private static final SecureRandom RANDOM = new SecureRandom();

    static KeyText random() {
        return new KeyText(
                digits(RANDOM.nextLong() >>> 1, 36, ID_LENGTH),
                digits(new BigInteger(SECRET_BITS, RANDOM), LETTERS.length(), SECRET_LENGTH));
    }

    private static String digits(long number, int base, int length) {
        return digits(BigInteger.valueOf(number), base, length);
    }

    private static String digits(BigInteger number, int base, int length) {
        var text = new StringBuilder(length);
        BigInteger rest = number;
        for (int i = 0; i < length; i++) {
            BigInteger[] parts = rest.divideAndRemainder(BigInteger.valueOf(base));
            text.append(LETTERS.charAt(parts[1].intValueExact()));
            rest = parts[0];
        }
        return text.toString();
    }

    /** The parts of a key, nothing for text of another form. */
    static Optional<KeyText> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        return matcher.matches()
                ? Optional.of(new KeyText(matcher.group(1), matcher.group(2)))
                : Optional.empty();
    }

    /** What is stored. */
    String hash() {
        return Sha256.hex(secret);
    }

    /** Whether this is the secret that was stored; takes as long for any that is not. */
    boolean matches(String storedHash) {
        return MessageDigest.isEqual(Sha256.of(secret), HexFormat.of().parseHex(storedHash));
    }

    /** The whole key. */
    String text() {
        return PREFIX + id + "_" + secret;
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return PREFIX + id;
    }
}
