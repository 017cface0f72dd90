package ai.robutler.models;

import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The hosts that are reached without the environment's proxy: those of {@code NO_PROXY}, and this
 * machine.
 *
 * <p>An entry is {@code *} for all; a name, for itself and the names below it; an address; or a
 * range such as {@code 10.0.0.0/8}, for hosts that are given as addresses. Names and addresses can
 * have a port.
 */
record DirectHosts(List<String> entries) {
    DirectHosts {
        entries = List.copyOf(entries);
    }

    static DirectHosts of(String list) {
        return new DirectHosts(
                Stream.of(list.toLowerCase(Locale.ROOT).split("[,\\s]+"))
                        .filter(entry -> !entry.isEmpty())
                        .toList());
    }

    boolean has(URI target) {
        String host = bare(target.getHost().toLowerCase(Locale.ROOT));
        boolean tls = "https".equalsIgnoreCase(target.getScheme());
        int port = target.getPort() >= 0 ? target.getPort() : tls ? 443 : 80;
        return isHere(host) || entries.stream().anyMatch(entry -> matches(entry, host, port));
    }

    private static boolean isHere(String host) {
        return host.equals("localhost")
                || host.endsWith(".localhost")
                || address(host).map(InetAddress::isLoopbackAddress).orElse(false);
    }

    private static boolean matches(String entry, String host, int port) {
        if (entry.equals("*")) {
            return true;
        }
        int slash = entry.indexOf('/');
        if (slash >= 0) {
            return inRange(entry.substring(0, slash), entry.substring(slash + 1), host);
        }
        String named = entry;
        int colon = entry.lastIndexOf(':');
        boolean ported = colon >= 0 && (entry.indexOf(':') == colon || entry.contains("]:"));
        if (ported) {
            if (!entry.substring(colon + 1).equals(Integer.toString(port))) {
                return false;
            }
            named = entry.substring(0, colon);
        }
        named = bare(named.replaceFirst("^\\*?\\.", ""));
        Optional<InetAddress> address = address(named);
        return address.isPresent()
                ? address.equals(address(host))
                : host.equals(named) || host.endsWith("." + named);
    }

    private static boolean inRange(String network, String bits, String host) {
        Optional<InetAddress> base = address(network);
        Optional<InetAddress> address = address(host);
        if (base.isEmpty() || address.isEmpty() || !bits.matches("\\d{1,3}")) {
            return false;
        }
        byte[] left = base.get().getAddress();
        byte[] right = address.get().getAddress();
        int length = Integer.parseInt(bits);
        if (left.length != right.length || length > 8 * left.length) {
            return false;
        }
        for (int bit = 0; bit < length; bit++) {
            if (((left[bit / 8] ^ right[bit / 8]) & (0x80 >> bit % 8)) != 0) {
                return false;
            }
        }
        return true;
    }

    /** Of a host that is an address itself: no name is looked up. */
    private static Optional<InetAddress> address(String host) {
        try {
            return Optional.of(InetAddress.ofLiteral(host));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String bare(String host) {
        return host.startsWith("[") && host.endsWith("]")
                ? host.substring(1, host.length() - 1)
                : host;
    }
}
