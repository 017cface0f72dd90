package ai.robutler.outbound;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which ports may be called. Without a list of the operator's these are 80, 443 and those from 1024
 * on, save those on which something other than HTTP listens.
 */
record Ports(List<Range> listed) {
    /** The Fetch standard's bad ports from 1024 on, and those of common stores and control APIs. */
    private static final Set<Integer> OTHERS =
            Set.of(
                    1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666,
                    6667, 6668, 6669, 6679, 6697, 10080, // Fetch
                    1433, 1521, 2181, 2375, 2376, 2379, 2380, 3306, 3389, 5432, 5672, 5900, 5984,
                    6379, 6380, 6443, 8500, 9042, 9092, 9200, 9300, 10250, 10255, 11211, 27017);

    static final Ports DEFAULT = new Ports(List.of());

    record Range(int from, int to) {
        /** {@code 443} or {@code 8000-8999}. */
        static Optional<Range> parse(String text) {
            if (!text.matches("[0-9]{1,5}(-[0-9]{1,5})?")) {
                return Optional.empty();
            }
            int dash = text.indexOf('-');
            int from = Integer.parseInt(dash < 0 ? text : text.substring(0, dash));
            int to = dash < 0 ? from : Integer.parseInt(text.substring(dash + 1));
            return from >= 1 && to <= 65535 && from <= to
                    ? Optional.of(new Range(from, to))
                    : Optional.empty();
        }
    }

    Ports {
        listed = List.copyOf(listed);
    }

    /**
     * @throws IllegalArgumentException with what is wrong and how to mend it
     */
    static Ports of(List<String> texts) {
        var ranges = new ArrayList<Range>();
        for (String text : texts) {
            ranges.add(
                    Range.parse(text)
                            .orElseThrow(
                                    () ->
                                            new IllegalArgumentException(
                                                    "'"
                                                            + text
                                                            + "' is no port: write one from 1 to"
                                                            + " 65535, or a range such as"
                                                            + " 8000-8999")));
        }
        return new Ports(ranges);
    }

    boolean contains(int port) {
        if (listed.isEmpty()) {
            return port == 80 || port == 443 || (port >= 1024 && !OTHERS.contains(port));
        }
        return listed.stream().anyMatch(range -> range.from <= port && port <= range.to);
    }
}
