package ai.robutler.outbound;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The addresses that are not public, and the IPv4 addresses that hide in IPv6 ones.
 *
 * <p>Source: the special-purpose address registries of IANA (RFC 6890), multicast (RFC 5771, RFC
 * 4291), and the metadata services of the clouds. What is neither listed nor in {@code 2000::/3} is
 * reserved.
 */
final class SpecialAddresses {
    private record Row(Prefix prefix, Reason reason) {}

    private static final Prefix GLOBAL_UNICAST = Prefix.of("2000::/3");
    private static final List<Row> ROWS = rows();

    private SpecialAddresses() {}

    /** The first row that fits counts. */
    private static List<Row> rows() {
        var rows = new ArrayList<Row>();
        // AWS and most clouds; AWS ECS; Alibaba; Oracle; Azure's host (outside of every private
        // net); AWS and Google over IPv6.
        add(
                rows,
                Reason.METADATA,
                "169.254.169.254 169.254.170.2 169.254.170.23 100.100.100.200 192.0.0.192"
                        + " 168.63.129.16 fd00:ec2::254 fd00:ec2::23 fd20:ce::254");
        add(rows, Reason.UNSPECIFIED, "0.0.0.0/8 ::");
        add(rows, Reason.LOOPBACK, "127.0.0.0/8 ::1");
        add(rows, Reason.PRIVATE, "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16");
        add(rows, Reason.SHARED, "100.64.0.0/10");
        add(rows, Reason.LINK_LOCAL, "169.254.0.0/16 fe80::/10");
        add(rows, Reason.DOCUMENTATION, "192.0.2.0/24 198.51.100.0/24 203.0.113.0/24");
        add(rows, Reason.DOCUMENTATION, "2001:db8::/32 3fff::/20");
        add(rows, Reason.BENCHMARKING, "198.18.0.0/15 2001:2::/48");
        add(rows, Reason.SIX_TO_FOUR, "192.88.99.0/24 2002::/16");
        add(rows, Reason.TEREDO, "2001::/32");
        add(rows, Reason.PROTOCOL, "192.0.0.0/24 192.31.196.0/24 192.52.193.0/24 192.175.48.0/24");
        add(rows, Reason.PROTOCOL, "100::/64 2001::/23 2620:4f:8000::/48 5f00::/16");
        add(rows, Reason.MULTICAST, "224.0.0.0/4 ff00::/8");
        add(rows, Reason.BROADCAST, "255.255.255.255");
        add(rows, Reason.RESERVED, "240.0.0.0/4");
        add(rows, Reason.MAPPED, "::ffff:0:0/96");
        add(rows, Reason.COMPATIBLE, "::/96");
        add(rows, Reason.TRANSLATED, "::ffff:0:0:0/96");
        add(rows, Reason.NAT64, "64:ff9b::/96 64:ff9b:1::/48");
        add(rows, Reason.UNIQUE_LOCAL, "fc00::/7");
        add(rows, Reason.SITE_LOCAL, "fec0::/10");
        return List.copyOf(rows);
    }

    private static void add(List<Row> rows, Reason reason, String prefixes) {
        for (String prefix : prefixes.split(" ")) {
            rows.add(new Row(Prefix.of(prefix), reason));
        }
    }

    /** Why the address is not public; empty for a public one. */
    static Optional<Reason> reason(Ip ip) {
        for (Row row : ROWS) {
            if (row.prefix.contains(ip)) {
                return Optional.of(row.reason);
            }
        }
        if (!ip.v4() && !GLOBAL_UNICAST.contains(ip)) {
            return Optional.of(Reason.RESERVED);
        }
        return isatap(ip) ? Optional.of(Reason.ISATAP) : Optional.empty();
    }

    /**
     * The IPv4 addresses to which packets for this one may be handed on. Of {@code 64:ff9b:1::/48}
     * the low bits are taken: with shorter prefixes these are no public address, and so refused.
     */
    static List<Ip> embedded(Ip ip) {
        if (ip.v4()) {
            return List.of();
        }
        Optional<Reason> reason = reason(ip);
        if (reason.isEmpty()) {
            return List.of();
        }
        return switch (reason.get()) {
            case MAPPED, COMPATIBLE, TRANSLATED, NAT64, ISATAP -> List.of(Ip.v4(ip.low()));
            case SIX_TO_FOUR -> List.of(Ip.v4(ip.high() >> 16));
            // The server that is asked, and the client behind it with its bits turned over.
            case TEREDO -> List.of(Ip.v4(ip.high()), Ip.v4(~ip.low()));
            default -> List.of();
        };
    }

    /** RFC 5214, section 6.1: in any prefix. */
    private static boolean isatap(Ip ip) {
        long id = ip.low() >>> 32;
        return !ip.v4() && (id == 0x0000_5EFEL || id == 0x0200_5EFEL);
    }
}
