package ai.robutler.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.function.LongFunction;
import java.util.stream.Collectors;

/** However an address is written, what is not public is refused. */
class AddressFormsTest {
    private static final AddressPolicy POLICY = AddressPolicy.publicOnly();

    private static final List<LongFunction<String>> FORMS =
            List.of(
                    AddressFormsTest::dotted,
                    bits -> parts(bits, "0%o", "."),
                    bits -> parts(bits, "0x%x", "."),
                    bits -> parts(bits, "0X%X", "."),
                    bits -> parts(bits, "%03d", "."),
                    bits -> parts(bits, "000%o", "."),
                    bits -> Long.toString(bits),
                    bits -> "0x" + Long.toHexString(bits),
                    bits -> "0" + Long.toOctalString(bits),
                    bits -> (bits >> 24) + "." + (bits & 0xFFFFFF),
                    bits -> (bits >> 24) + "." + ((bits >> 16) & 255) + "." + (bits & 0xFFFF),
                    bits -> "0x" + Long.toHexString(bits >> 24) + "." + (bits & 0xFFFFFF),
                    bits -> dotted(bits) + ".",
                    bits -> dotted(bits).replace('.', '\u3002'),
                    bits -> dotted(bits).replace('.', '\uff0e'),
                    bits -> wide(dotted(bits)),
                    bits -> encoded(dotted(bits)),
                    bits -> dotted(bits).replace(".", "%2e"),
                    bits -> "example.com@" + dotted(bits),
                    bits -> "[" + dotted(bits) + "]",
                    bits -> "[::ffff:" + dotted(bits) + "]",
                    bits -> "[::ffff:" + groups(bits) + "]",
                    bits -> "[0:0:0:0:0:FFFF:" + groups(bits) + "]",
                    bits -> "[::" + dotted(bits) + "]",
                    bits -> "[::" + groups(bits) + "]",
                    bits -> "[::ffff:0:" + groups(bits) + "]",
                    bits -> "[64:ff9b::" + dotted(bits) + "]",
                    bits -> "[64:ff9b:1::" + groups(bits) + "]",
                    bits -> "[2002:" + groups(bits) + "::1]",
                    bits -> "[2001:0:" + groups(bits) + "::1]",
                    bits -> "[2001:0:808:808::" + groups(~bits & 0xFFFFFFFFL) + "]",
                    bits -> "[2606:2800::5efe:" + groups(bits) + "]",
                    bits -> "[2606:2800::200:5efe:" + dotted(bits) + "]");

    private static String dotted(long bits) {
        return parts(bits, "%d", ".");
    }

    private static String parts(long bits, String form, String between) {
        return List.of(24, 16, 8, 0).stream()
                .map(shift -> String.format(Locale.ROOT, form, (bits >> shift) & 255))
                .collect(Collectors.joining(between));
    }

    private static String groups(long bits) {
        return Long.toHexString(bits >> 16) + ":" + Long.toHexString(bits & 0xFFFF);
    }

    private static String wide(String text) {
        return text.chars()
                .mapToObj(c -> String.valueOf((char) (c - '!' + '\uff01')))
                .collect(Collectors.joining());
    }

    private static String encoded(String text) {
        return text.chars()
                .mapToObj(c -> "%" + Integer.toHexString(c))
                .collect(Collectors.joining());
    }

    @Provide
    Arbitrary<Long> privates() {
        return Arbitraries.oneOf(
                within("0.0.0.0", 8),
                within("10.0.0.0", 8),
                within("100.64.0.0", 10),
                within("127.0.0.0", 8),
                within("169.254.0.0", 16),
                within("172.16.0.0", 12),
                within("192.168.0.0", 16),
                within("198.18.0.0", 15),
                within("224.0.0.0", 3));
    }

    private static Arbitrary<Long> within(String base, int length) {
        long from = Ip.parseV4(base).orElseThrow().low();
        return Arbitraries.longs().between(from, from + (1L << (32 - length)) - 1);
    }

    @Property(tries = 5000)
    void noFormOfAPrivateAddressPasses(
            @ForAll("privates") long bits, @ForAll("forms") LongFunction<String> form) {
        String url = "http://" + form.apply(bits) + "/";
        assertThat(POLICY.check(url)).as(url).isInstanceOf(Verdict.Refused.class);
    }

    @Provide
    Arbitrary<LongFunction<String>> forms() {
        return Arbitraries.of(FORMS);
    }

    /** The JDK's own idea of some of the kinds is the oracle. */
    @Property(tries = 5000)
    void whatTheJdkKnowsAsSpecialIsRefused(@ForAll long high, @ForAll long low) {
        for (Ip ip : List.of(Ip.v4(low), new Ip(false, high, low))) {
            InetAddress address = ip.address();
            boolean special =
                    address.isAnyLocalAddress()
                            || address.isLoopbackAddress()
                            || address.isLinkLocalAddress()
                            || address.isSiteLocalAddress()
                            || address.isMulticastAddress();
            if (special) {
                assertThat(SpecialAddresses.reason(ip)).as(ip.toString()).isPresent();
            }
        }
    }

    @Property(tries = 5000)
    void aLiteralIsReadAsTheJdkReadsIt(@ForAll("almostV6") String text) {
        Ip.parseV6(text)
                .ifPresent(
                        ip -> {
                            InetAddress other = Inet6Address.ofLiteral(text);
                            assertThat(ip.address()).as(text).isEqualTo(other);
                        });
    }

    @Property
    void anAddressIsReadAsItIsWritten(@ForAll long high, @ForAll long low) {
        var v6 = new Ip(false, high, low);
        assertThat(Ip.parseV6(v6.toString())).contains(v6);
        assertThat(Ip.parseV4(Ip.v4(low).toString())).contains(Ip.v4(low));
    }

    @Provide
    Arbitrary<String> almostV6() {
        Arbitrary<String> group =
                Arbitraries.of("", "", "0", "1", "ffff", "00ab", "12345", "1.2.3.4", "1.2.3", "g");
        return Combinators.combine(group.list().ofMinSize(2).ofMaxSize(9), group)
                .as((groups, last) -> String.join(":", groups) + ":" + last);
    }
}
