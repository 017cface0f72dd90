package ai.robutler.outbound;

import java.util.Optional;

/**
 * The addresses that begin with the same bits.
 *
 * @param length how many bits count
 */
record Prefix(Ip base, int length) {

    /** {@code 10.0.0.0/8}, {@code fd00::/8}, or one address. */
    static Optional<Prefix> parse(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        Optional<Ip> base = address.indexOf(':') >= 0 ? Ip.parseV6(address) : Ip.parseV4(address);
        if (base.isEmpty()) {
            return Optional.empty();
        }
        int width = base.get().v4() ? 32 : 128;
        if (slash < 0) {
            return Optional.of(new Prefix(base.get(), width));
        }
        String length = text.substring(slash + 1);
        if (!length.matches("[0-9]{1,3}") || Integer.parseInt(length) > width) {
            return Optional.empty();
        }
        return Optional.of(new Prefix(base.get(), Integer.parseInt(length)));
    }

    static Prefix of(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException(text));
    }

    boolean contains(Ip ip) {
        if (ip.v4() != base.v4()) {
            return false;
        }
        if (ip.v4()) {
            return same(ip.low(), base.low(), length + 32);
        }
        return same(ip.high(), base.high(), Math.min(length, 64))
                && same(ip.low(), base.low(), Math.max(length - 64, 0));
    }

    /** Whether it is one address alone. */
    boolean single() {
        return length == (base.v4() ? 32 : 128);
    }

    private static boolean same(long a, long b, int bits) {
        return bits == 0 || (a ^ b) >>> (64 - bits) == 0;
    }
}
