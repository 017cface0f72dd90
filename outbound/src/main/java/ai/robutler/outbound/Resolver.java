package ai.robutler.outbound;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Finds the addresses of a host. Called from several threads at once; may block. */
@FunctionalInterface
public interface Resolver {

    /**
     * @param host a name in ASCII, never an address
     * @return at least one address
     */
    List<InetAddress> addresses(String host) throws UnknownHostException;

    /** The JVM's own, which knows the machine's ways to names. */
    static Resolver system() {
        return host -> List.of(InetAddress.getAllByName(host));
    }
}
