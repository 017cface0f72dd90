package ai.robutler.models;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * A provider's advice on when to come back: {@code retry-after-ms}, or {@code Retry-After} with
 * seconds or a date (RFC 9110, 10.2.3).
 */
final class RetryAfter {
    private static final Pattern NUMBER = Pattern.compile("\\d{1,9}(\\.\\d{1,9})?");
    private static final Duration LONGEST = Duration.ofDays(1);

    private RetryAfter() {}

    /** Zero where there is no advice, or none that can be understood. */
    static Duration from(Function<String, Optional<String>> header, Instant now) {
        Duration exact =
                header.apply("retry-after-ms").map(RetryAfter::millis).orElse(Duration.ZERO);
        if (exact.isPositive()) {
            return exact;
        }
        return header.apply("Retry-After")
                .map(value -> seconds(value.strip(), now))
                .orElse(Duration.ZERO);
    }

    private static Duration millis(String value) {
        return number(value.strip(), 1);
    }

    private static Duration seconds(String value, Instant now) {
        if (NUMBER.matcher(value).matches()) {
            return number(value, 1000);
        }
        try {
            var date = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME);
            return bounded(Duration.between(now, date.toInstant()));
        } catch (DateTimeParseException e) {
            return Duration.ZERO;
        }
    }

    private static Duration number(String value, int millis) {
        return NUMBER.matcher(value).matches()
                ? bounded(Duration.ofMillis(Math.round(Double.parseDouble(value) * millis)))
                : Duration.ZERO;
    }

    private static Duration bounded(Duration advice) {
        if (advice.isNegative()) {
            return Duration.ZERO;
        }
        return advice.compareTo(LONGEST) > 0 ? LONGEST : advice;
    }
}
