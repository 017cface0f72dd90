package ai.robutler.bench;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.util.Map;

/** Runs one benchmark, by its name. */
final class Main {
    /** A benchmark; the number is how much of it, in its own terms. */
    @FunctionalInterface
    private interface Benchmark {
        void run(int number, PrintStream out) throws Exception;
    }

    private record Entry(int standard, Benchmark benchmark) {}

    private static final Map<String, Entry> ALL =
            Map.of(
                    "discovery", new Entry(100_000, Catalogue::run),
                    "quality", new Entry(5, Quality::run),
                    "paid-call", new Entry(3_000, PaidCall::run),
                    "lock-settle", new Entry(5, LockSettle::run),
                    "search", new Entry(100_000, Searches::words),
                    "search-meaning", new Entry(100_000, Searches::meaning),
                    "statements", new Entry(500, Statements::run),
                    "steps", new Entry(5_000, Steps::run));

    private Main() {}

    public static void main(String[] arguments) {
        Entry entry = arguments.length == 0 ? null : ALL.get(arguments[0]);
        if (entry == null || arguments.length > 2) {
            System.err.println("name one of these: " + String.join(", ", ALL.keySet()));
            System.exit(2);
            return;
        }
        int number = arguments.length == 2 ? Integer.parseInt(arguments[1]) : entry.standard();
        int status = 1;
        try {
            load("before");
            entry.benchmark().run(number, System.out);
            load("after");
            status = 0;
        } catch (Exception e) {
            System.err.println("The benchmark failed:");
            report(e);
        }
        // Servers that were half opened have threads that would go on for ever.
        System.exit(status);
    }

    /** All of it: whoever runs a benchmark is at home in the code. */
    private static void report(Exception failure) {
        var text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        System.err.println(text);
    }

    private static void load(String when) {
        var system = ManagementFactory.getOperatingSystemMXBean();
        System.out.printf(
                "load %s: %.1f on %d processors%n",
                when, system.getSystemLoadAverage(), system.getAvailableProcessors());
    }
}
