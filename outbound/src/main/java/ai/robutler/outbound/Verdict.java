package ai.robutler.outbound;

import java.net.InetAddress;
import java.util.List;

/** What an {@link AddressPolicy} says to a URL. */
public sealed interface Verdict {

    /**
     * The URL may be called.
     *
     * @param addresses where it leads to, each of them checked; connect to one of these and to
     *     nothing else. Empty as long as the host is a name that has not been looked up.
     */
    record Allowed(Target target, List<InetAddress> addresses) implements Verdict {
        public Allowed {
            addresses = List.copyOf(addresses);
        }
    }

    /**
     * The URL must not be called.
     *
     * @param detail for the operator: it may name internal addresses
     */
    record Refused(Reason reason, String detail) implements Verdict {
        /** What may be shown to anybody. */
        public String safeMessage() {
            return reason.words();
        }
    }
}
