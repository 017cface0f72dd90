package ai.robutler.search;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Who holds a lease, so that a process of this machine that was killed is known to be gone.
 *
 * @param host the machine
 * @param process its number there
 * @param started when it was started, in milliseconds since 1970; 0 where nobody knows
 * @param id distinguishes holders in one process
 */
record LeaseHolder(String host, long process, long started, String id) {
    private static final String BETWEEN = "/";

    static LeaseHolder here() {
        ProcessHandle self = ProcessHandle.current();
        return new LeaseHolder(machine(), self.pid(), startOf(self), UUID.randomUUID().toString());
    }

    private static String machine() {
        try {
            return InetAddress.getLocalHost().getHostName().replace(BETWEEN, "-");
        } catch (UnknownHostException e) {
            // Then it is nobody's machine, and holders are waited for.
            return UUID.randomUUID().toString();
        }
    }

    private static long startOf(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    String text() {
        return String.join(BETWEEN, host, Long.toString(process), Long.toString(started), id);
    }

    static Optional<LeaseHolder> parse(String text) {
        String[] parts = text.split(BETWEEN);
        try {
            return parts.length == 4
                    ? Optional.of(
                            new LeaseHolder(
                                    parts[0],
                                    Long.parseLong(parts[1]),
                                    Long.parseLong(parts[2]),
                                    parts[3]))
                    : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Whether it was a process of that machine and is none any more. */
    boolean isGoneFrom(String machine) {
        return host.equals(machine)
                && ProcessHandle.of(process)
                        .filter(ProcessHandle::isAlive)
                        .map(LeaseHolder::startOf)
                        .filter(since -> since == started)
                        .isEmpty();
    }
}
