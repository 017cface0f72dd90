package ai.robutler.outbound;

import java.util.Set;
import java.util.regex.Pattern;

/** Host names in ASCII and lower case. */
final class HostNames {
    private static final int LONGEST = 253;
    private static final Pattern NAME =
            Pattern.compile("(?!-)[a-z0-9_-]{1,63}(?<!-)(\\.(?!-)[a-z0-9_-]{1,63}(?<!-))*");

    /** What some program reads as a part of an IPv4 address; a public domain never ends so. */
    private static final Pattern NUMBER =
            Pattern.compile("(?:[a-z0-9_.-]*\\.)?(?:[0-9]+|0x[0-9a-f]*)");

    /**
     * Top-level domains for names within a machine or a net (RFC 6761, 6762, 8375, 9476, usage).
     */
    private static final Set<String> INTERNAL =
            Set.of(
                    "localhost",
                    "localdomain",
                    "local",
                    "internal",
                    "intranet",
                    "private",
                    "corp",
                    "home",
                    "lan",
                    "alt",
                    "arpa",
                    "invalid",
                    "onion",
                    "test");

    private HostNames() {}

    /** Whether it can be nothing but a name, with no trailing dot. */
    static boolean isName(String host) {
        return host.length() <= LONGEST && NAME.matcher(host).matches() && !endsInNumber(host);
    }

    static boolean endsInNumber(String host) {
        return NUMBER.matcher(host).matches();
    }

    /**
     * Whether the public DNS does not know the name: one label alone is completed by the machine's
     * search domains.
     */
    static boolean isInternal(String name) {
        int dot = name.lastIndexOf('.');
        return dot < 0 || INTERNAL.contains(name.substring(dot + 1));
    }
}
