package ai.robutler.outbound;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which URLs may be called: those at public addresses, and what the operator allows besides.
 * Immutable, thread-safe.
 *
 * <p>What an entry of the operator's opens:
 *
 * <ul>
 *   <li>An address or a net opens the addresses in it, of every kind; a metadata service of a cloud
 *       only if the entry is this very address. The port may be any that is open to all, or the one
 *       that the entry names.
 *   <li>A name, or {@code *.domain} for the names below a domain, opens these names, and lets them
 *       lead to private, shared, unique local and loopback addresses; to link-local and others not.
 * </ul>
 *
 * An IPv4 address within an IPv6 one (NAT64, 6to4, …) must be allowed itself, too.
 */
public final class AddressPolicy {
    private static final AddressPolicy PUBLIC_ONLY =
            new AddressPolicy(List.of(), Ports.DEFAULT, false);

    private final List<AllowEntry> allowed;
    private final Ports ports;
    private final boolean httpsOnly;

    private AddressPolicy(List<AllowEntry> allowed, Ports ports, boolean httpsOnly) {
        this.allowed = List.copyOf(allowed);
        this.ports = ports;
        this.httpsOnly = httpsOnly;
    }

    /** Public addresses alone, http and https, ports 80, 443 and from 1024 on (save well-known). */
    public static AddressPolicy publicOnly() {
        return PUBLIC_ONLY;
    }

    /**
     * Allows more, such as {@code 127.0.0.1:8080}, {@code 10.0.0.0/8}, {@code [fd00::/8]:443},
     * {@code agents.internal}, {@code *.internal.example:8443}.
     *
     * @throws IllegalArgumentException with what is wrong with an entry and how to mend it
     */
    public AddressPolicy allowing(String... entries) {
        var more = new ArrayList<>(allowed);
        for (String entry : entries) {
            more.add(AllowEntry.parse(entry));
        }
        return new AddressPolicy(more, ports, httpsOnly);
    }

    /**
     * Opens just these ports, such as {@code 443} or {@code 8000-8999}; those of {@link #allowing}
     * besides. An empty list: the default.
     *
     * @throws IllegalArgumentException with what is wrong with an entry and how to mend it
     */
    public AddressPolicy onPorts(List<String> entries) {
        return new AddressPolicy(allowed, Ports.of(entries), httpsOnly);
    }

    /** Refuses http, also to what the operator allows. */
    public AddressPolicy httpsOnly() {
        return new AddressPolicy(allowed, ports, true);
    }

    /** As {@link #check(String)}. */
    public Verdict check(URI uri) {
        return check(uri.toString());
    }

    /** What can be said without looking up a name. Does not block. */
    public Verdict check(String url) {
        try {
            Target target = UrlReader.read(url);
            if (httpsOnly && !target.tls()) {
                throw new Refusal(Reason.HTTPS_ONLY, "outbound.https-only is on");
            }
            Optional<Ip> literal = literal(target.host());
            if (literal.isPresent()) {
                return judge(target, List.of(literal.get()));
            }
            checkName(target);
            return new Verdict.Allowed(target, List.of());
        } catch (Refusal refusal) {
            return refusal.verdict();
        }
    }

    /**
     * Checks a URL and all addresses that its host has now. Blocks as long as the resolver does.
     *
     * @throws UnknownHostException if the host has no address
     */
    public Verdict resolve(String url, Resolver resolver) throws UnknownHostException {
        return switch (check(url)) {
            case Verdict.Allowed named when named.addresses().isEmpty() ->
                    pin(named.target(), resolver.addresses(named.target().host()));
            case Verdict verdict -> verdict;
        };
    }

    /** Says whether a target whose name has been found may be called at these addresses. */
    Verdict pin(Target target, List<InetAddress> addresses) throws UnknownHostException {
        if (addresses.isEmpty()) {
            throw new UnknownHostException(target.host());
        }
        try {
            var ips = new ArrayList<Ip>();
            for (InetAddress address : addresses) {
                if (address instanceof Inet6Address scoped && scoped.getScopeId() != 0) {
                    throw new Refusal(Reason.ZONE, target.host() + " has an address with a zone");
                }
                ips.add(Ip.of(address));
            }
            return judge(target, ips);
        } catch (Refusal refusal) {
            return refusal.verdict();
        }
    }

    private Verdict judge(Target target, List<Ip> ips) throws Refusal {
        for (Ip ip : ips) {
            checkAddress(target, ip);
            for (Ip within : SpecialAddresses.embedded(ip)) {
                checkAddress(target, within);
            }
            checkPort(target, ip);
        }
        // Bare addresses: with a name in it, one might be looked up again by it.
        return new Verdict.Allowed(target, ips.stream().map(Ip::address).toList());
    }

    private static Optional<Ip> literal(String host) {
        return host.indexOf(':') >= 0 ? Ip.parseV6(host) : Ip.parseV4(host);
    }

    private void checkName(Target target) throws Refusal {
        if (HostNames.isInternal(target.host()) && !nameAllowed(target)) {
            throw new Refusal(
                    Reason.INTERNAL_NAME,
                    target.host() + " is not a public name; it can be allowed by outbound.allow");
        }
        if (!ports.contains(target.port())
                && allowed.stream().noneMatch(entry -> entry.port() == target.port())) {
            throw closedPort(target);
        }
    }

    private void checkAddress(Target target, Ip ip) throws Refusal {
        Optional<Reason> special = SpecialAddresses.reason(ip);
        if (special.isEmpty()
                || netAllowed(ip, target.port(), special.get())
                || (opensByName(special.get()) && nameAllowed(target))) {
            return;
        }
        throw new Refusal(
                special.get(),
                target.host()
                        + " leads to "
                        + ip
                        + ", which is not public ("
                        + special.get()
                        + "); it can be allowed by outbound.allow");
    }

    private void checkPort(Target target, Ip ip) throws Refusal {
        if (ports.contains(target.port())) {
            return;
        }
        for (AllowEntry entry : allowed) {
            boolean here =
                    switch (entry) {
                        case AllowEntry.Net net -> net.covers(ip, target.port());
                        case AllowEntry.Name name -> name.covers(target.host(), target.port());
                    };
            if (here && entry.port() == target.port()) {
                return;
            }
        }
        throw closedPort(target);
    }

    private static Refusal closedPort(Target target) {
        return new Refusal(
                Reason.PORT,
                "port " + target.port() + " is not open; it can be opened by outbound.ports");
    }

    private boolean nameAllowed(Target target) {
        return allowed.stream()
                .anyMatch(
                        entry ->
                                entry instanceof AllowEntry.Name name
                                        && name.covers(target.host(), target.port()));
    }

    private boolean netAllowed(Ip ip, int port, Reason special) {
        return allowed.stream()
                .anyMatch(
                        entry ->
                                entry instanceof AllowEntry.Net net
                                        && net.covers(ip, port)
                                        && (special != Reason.METADATA || net.prefix().single()));
    }

    private static boolean opensByName(Reason special) {
        return switch (special) {
            case LOOPBACK, PRIVATE, SHARED, UNIQUE_LOCAL -> true;
            default -> false;
        };
    }
}
