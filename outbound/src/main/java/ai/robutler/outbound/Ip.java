package ai.robutler.outbound;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * An IP address as a number. IPv4 stands in the low 32 bits; an IPv6 address that embeds one is
 * another address, unlike in {@link InetAddress}.
 */
record Ip(boolean v4, long high, long low) {
    private static final int GROUPS = 8;

    static Ip v4(long bits) {
        return new Ip(true, 0, bits & 0xFFFF_FFFFL);
    }

    static Ip of(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return bytes.remaining() == 4
                ? v4(bytes.getInt())
                : new Ip(false, bytes.getLong(), bytes.getLong());
    }

    /** The bare address. */
    InetAddress address() {
        try {
            return InetAddress.getByAddress(bytes());
        } catch (UnknownHostException e) {
            throw new AssertionError("4 and 16 bytes are addresses", e);
        }
    }

    private byte[] bytes() {
        return v4
                ? ByteBuffer.allocate(4).putInt((int) low).array()
                : ByteBuffer.allocate(16).putLong(high).putLong(low).array();
    }

    /** Four decimal numbers without leading zeros, and nothing else. */
    static Optional<Ip> parseV4(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            return Optional.empty();
        }
        long bits = 0;
        for (String part : parts) {
            if (!part.matches("0|[1-9][0-9]{0,2}") || Integer.parseInt(part) > 255) {
                return Optional.empty();
            }
            bits = (bits << 8) | Integer.parseInt(part);
        }
        return Optional.of(v4(bits));
    }

    /** RFC 4291, section 2.2, without brackets and without a zone. */
    static Optional<Ip> parseV6(String text) {
        int gap = text.indexOf("::");
        if (gap != text.lastIndexOf("::")) {
            return Optional.empty();
        }
        String head = gap < 0 ? text : text.substring(0, gap);
        String tail = gap < 0 ? "" : text.substring(gap + 2);
        int[] groups = new int[GROUPS];
        int before = groups(head, groups, 0, gap < 0);
        if (before < 0 || (gap < 0 && before != GROUPS)) {
            return Optional.empty();
        }
        int[] last = new int[GROUPS];
        int after = groups(tail, last, 0, true);
        if (after < 0 || (gap >= 0 && before + after >= GROUPS)) {
            return Optional.empty();
        }
        System.arraycopy(last, 0, groups, GROUPS - after, after);
        return Optional.of(new Ip(false, bits(groups, 0), bits(groups, 4)));
    }

    /** Reads groups from {@code at} on; how many there are then, or -1 for what is none. */
    private static int groups(String text, int[] groups, int at, boolean last) {
        if (text.isEmpty()) {
            return at;
        }
        String[] parts = text.split(":", -1);
        for (int i = 0; i < parts.length; i++) {
            boolean dotted = last && i == parts.length - 1 && parts[i].indexOf('.') >= 0;
            if (at + (dotted ? 2 : 1) > GROUPS) {
                return -1;
            }
            if (dotted) {
                Optional<Ip> v4 = parseV4(parts[i]);
                if (v4.isEmpty()) {
                    return -1;
                }
                groups[at++] = (int) (v4.get().low >> 16);
                groups[at++] = (int) (v4.get().low & 0xFFFF);
            } else if (parts[i].matches("[0-9a-fA-F]{1,4}")) {
                groups[at++] = Integer.parseInt(parts[i], 16);
            } else {
                return -1;
            }
        }
        return at;
    }

    private static long bits(int[] groups, int from) {
        long bits = 0;
        for (int i = from; i < from + 4; i++) {
            bits = (bits << 16) | groups[i];
        }
        return bits;
    }

    @Override
    public String toString() {
        return v4 ? dotted() : hex();
    }

    private String dotted() {
        return (low >> 24)
                + "."
                + ((low >> 16) & 255)
                + "."
                + ((low >> 8) & 255)
                + "."
                + (low & 255);
    }

    private String hex() {
        var text = new StringBuilder();
        for (int i = 0; i < GROUPS; i++) {
            long word = i < 4 ? high : low;
            text.append(i == 0 ? "" : ":")
                    .append(Long.toHexString((word >> (16 * (3 - i % 4))) & 0xFFFF));
        }
        return text.toString();
    }
}
