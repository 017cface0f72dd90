package ai.robutler.testkit;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** How the bytes of a reply reach the client: when, in which pieces, and how far. */
record Delivery(
        Duration delay,
        Duration firstByte,
        Duration every,
        int splitEvery,
        boolean oneWrite,
        Map<String, String> headers,
        Fault fault) {

    static final Delivery PLAIN =
            new Delivery(
                    Duration.ZERO,
                    Duration.ZERO,
                    Duration.ZERO,
                    0,
                    false,
                    new TreeMap<>(),
                    Fault.NONE);

    Delivery {
        Checks.notNegative(delay, "delay");
        Checks.notNegative(firstByte, "delay of the first byte");
        Checks.notNegative(every, "delay between pieces");
        var copy = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        copy.putAll(headers);
        headers = Collections.unmodifiableMap(copy);
    }

    Delivery delay(Duration time) {
        return new Delivery(time, firstByte, every, splitEvery, oneWrite, headers, fault);
    }

    Delivery firstByte(Duration time) {
        return new Delivery(delay, time, every, splitEvery, oneWrite, headers, fault);
    }

    Delivery every(Duration time) {
        return new Delivery(delay, firstByte, time, splitEvery, oneWrite, headers, fault);
    }

    Delivery splitEvery(int bytes) {
        Checks.positive(bytes, "bytes of a write");
        return new Delivery(delay, firstByte, every, bytes, false, headers, fault);
    }

    Delivery inOneWrite() {
        return new Delivery(delay, firstByte, every, 0, true, headers, fault);
    }

    Delivery header(String name, String value) {
        Checks.header(name, value);
        var more = new TreeMap<>(headers);
        more.put(name, value);
        return new Delivery(delay, firstByte, every, splitEvery, oneWrite, more, fault);
    }

    Delivery fault(Fault what) {
        return new Delivery(delay, firstByte, every, splitEvery, oneWrite, headers, what);
    }
}
