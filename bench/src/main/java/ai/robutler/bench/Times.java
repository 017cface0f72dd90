package ai.robutler.bench;

import java.util.Arrays;

/** Durations in nanoseconds, of which percentiles are told. For one thread. */
final class Times {
    private long[] nanos = new long[1_024];
    private int count;

    void add(long duration) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, count * 2);
        }
        nanos[count++] = duration;
    }

    int count() {
        return count;
    }

    double medianMillis() {
        return percentileMillis(50);
    }

    /** The least duration that so many percent do not exceed, in milliseconds. */
    double percentileMillis(int percent) {
        if (count == 0) {
            throw new IllegalStateException("nothing was measured");
        }
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        int at = (int) Math.ceil(count * percent / 100.0) - 1;
        return sorted[Math.max(0, at)] / 1e6;
    }

    double totalMillis() {
        return Arrays.stream(nanos, 0, count).sum() / 1e6;
    }
}
