package ai.robutler.models;

import org.jspecify.annotations.Nullable;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The headers in which providers tell what is left of their limits.
 *
 * <p>Source of the formats: OpenAI, "Rate limits" ({@code x-ratelimit-reset-requests: 6m0s}, xAI,
 * Groq and others alike); Anthropic, "Rate limits" ({@code anthropic-ratelimit-requests-reset}, a
 * time by RFC 3339); OpenRouter ({@code X-RateLimit-Reset}, milliseconds of the epoch).
 */
final class RateLimitHeaders {
    private record Pair(String remaining, String reset) {}

    private static final List<Pair> PAIRS =
            List.of(
                    new Pair("x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"),
                    new Pair("x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"),
                    new Pair("x-ratelimit-remaining", "x-ratelimit-reset"),
                    anthropic("requests"),
                    anthropic("tokens"),
                    anthropic("input-tokens"),
                    anthropic("output-tokens"));
    private static final Pattern SPAN =
            Pattern.compile(
                    "(?:(\\d{1,6})d)?(?:(\\d{1,6})h)?(?:(\\d{1,6})m(?!s))?"
                            + "(?:(\\d{1,9}(?:\\.\\d{1,9})?)s)?(?:(\\d{1,9}(?:\\.\\d{1,9})?)ms)?");
    private static final Pattern NUMBER = Pattern.compile("\\d{1,14}(\\.\\d{1,9})?");
    private static final double EPOCH_SECONDS = 1e9;
    private static final double EPOCH_MILLIS = 1e12;

    private RateLimitHeaders() {}

    private static Pair anthropic(String what) {
        String prefix = "anthropic-ratelimit-" + what;
        return new Pair(prefix + "-remaining", prefix + "-reset");
    }

    /** How long until something is left of every limit; zero where something is. */
    static Duration usedUpFor(Function<String, Optional<String>> header, Instant now) {
        Duration longest = Duration.ZERO;
        for (Pair pair : PAIRS) {
            if (header.apply(pair.remaining).map(String::strip).filter("0"::equals).isPresent()) {
                Duration wait =
                        header.apply(pair.reset)
                                .map(value -> until(value.strip(), now))
                                .orElse(Duration.ZERO);
                longest = wait.compareTo(longest) > 0 ? wait : longest;
            }
        }
        return longest;
    }

    /** Zero for what cannot be understood, and for the past. */
    private static Duration until(String value, Instant now) {
        Duration wait = Duration.ZERO;
        Matcher span = SPAN.matcher(value);
        if (NUMBER.matcher(value).matches()) {
            wait = number(Double.parseDouble(value), now);
        } else if (!value.isEmpty() && span.matches()) {
            wait =
                    Duration.ofDays(whole(span.group(1)))
                            .plusHours(whole(span.group(2)))
                            .plusMinutes(whole(span.group(3)))
                            .plusNanos(nanos(span.group(4), 1e9))
                            .plusNanos(nanos(span.group(5), 1e6));
        } else {
            try {
                wait = Duration.between(now, Instant.parse(value));
            } catch (DateTimeException e) {
                return Duration.ZERO; // A form of its own: better no advice than a wrong one.
            }
        }
        return wait.isNegative() ? Duration.ZERO : wait;
    }

    private static Duration number(double number, Instant now) {
        if (number >= EPOCH_MILLIS) {
            return Duration.between(now, Instant.ofEpochMilli((long) number));
        }
        return number >= EPOCH_SECONDS
                ? Duration.between(now, Instant.ofEpochSecond((long) number))
                : Duration.ofNanos((long) (number * 1e9));
    }

    private static long whole(@Nullable String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }

    private static long nanos(@Nullable String digits, double unit) {
        return digits == null ? 0 : (long) (Double.parseDouble(digits) * unit);
    }
}
