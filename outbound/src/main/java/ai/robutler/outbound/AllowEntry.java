package ai.robutler.outbound;

import org.jspecify.annotations.Nullable;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One entry of the operator's list of what may be called although it is not public. */
sealed interface AllowEntry {
    int ANY_PORT = 0;

    /** The only port that it is about, or {@link #ANY_PORT}. */
    int port();

    default boolean covers(int port) {
        return port() == ANY_PORT || port() == port;
    }

    /** An address or a net. */
    record Net(Prefix prefix, int port) implements AllowEntry {
        boolean covers(Ip ip, int port) {
            return covers(port) && prefix.contains(ip);
        }
    }

    /** A host, or with {@code below} all hosts below this domain, itself excluded. */
    record Name(String name, boolean below, int port) implements AllowEntry {
        boolean covers(String host, int port) {
            return covers(port) && (below ? host.endsWith("." + name) : host.equals(name));
        }
    }

    Pattern NET = Pattern.compile("([0-9.]+(?:/[0-9]+)?)(?::([0-9]{1,5}))?");
    Pattern NET6 = Pattern.compile("\\[([0-9a-fA-F:.]+(?:/[0-9]+)?)](?::([0-9]{1,5}))?");
    Pattern BARE6 = Pattern.compile("([0-9a-fA-F:.]*:[0-9a-fA-F:.]*(?:/[0-9]+)?)()");
    Pattern NAME = Pattern.compile("(\\*\\.)?([^:*/\\[\\]]+)(?::([0-9]{1,5}))?");

    /**
     * @throws IllegalArgumentException with what is wrong and how to mend it
     */
    static AllowEntry parse(String text) {
        return net(text).or(() -> name(text)).orElseThrow(() -> wrong(text));
    }

    private static Optional<AllowEntry> net(String text) {
        for (Pattern form : new Pattern[] {NET, NET6, BARE6}) {
            Matcher matcher = form.matcher(text);
            if (matcher.matches()) {
                int port = port(matcher.group(2));
                return Prefix.parse(matcher.group(1))
                        .filter(_ -> port >= 0)
                        .map(prefix -> new Net(prefix, port));
            }
        }
        return Optional.empty();
    }

    private static Optional<AllowEntry> name(String text) {
        Matcher matcher = NAME.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String name = matcher.group(2).toLowerCase(Locale.ROOT);
        int port = port(matcher.group(3));
        return HostNames.isName(name) && port >= 0
                ? Optional.of(new Name(name, matcher.group(1) != null, port))
                : Optional.empty();
    }

    /** -1 where it is none. */
    private static int port(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return ANY_PORT;
        }
        int port = Integer.parseInt(text);
        return port >= 1 && port <= 65535 ? port : -1;
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException(
                "'"
                        + text
                        + "' is no address, net or host: write 10.0.0.0/8, 127.0.0.1:8080,"
                        + " [fd00::/8]:443, agents.internal or *.internal.example, without a scheme");
    }
}
