package ai.robutler.server;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;

/** The {@code Date} header, written anew once a second. Source: RFC 9110, 5.6.7. */
final class HttpDate {
    private record Written(long second, String text) {}

    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
                    .withZone(ZoneOffset.UTC);
    private static final AtomicReference<Written> LAST = new AtomicReference<>(new Written(0, ""));

    private HttpDate() {}

    static String now() {
        long second = System.currentTimeMillis() / 1_000;
        Written last = LAST.get();
        if (last.second != second) {
            last = new Written(second, FORMAT.format(Instant.ofEpochSecond(second)));
            LAST.set(last);
        }
        return last.text;
    }
}
