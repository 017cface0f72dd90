package ai.robutler.models;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

class QuotaTest {
    private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");

    private static Function<String, Optional<String>> headers(String... pairs) {
        return name -> {
            for (int i = 0; i < pairs.length; i += 2) {
                if (pairs[i].equalsIgnoreCase(name)) {
                    return Optional.of(pairs[i + 1]);
                }
            }
            return Optional.empty();
        };
    }

    @ParameterizedTest
    @CsvSource({
        "1s, 1000",
        "20ms, 20",
        "6m0s, 360000",
        "1h2m3.5s, 3723500",
        "2m59.56s, 179560",
        "7.66s, 7660",
        "1d, 86400000",
        "12, 12000",
        "2026-11-01T12:00:05Z, 5000",
        "1793534403, 3000",
        "1793534404000, 4000"
    })
    void aLimitThatIsUsedUpCountsUntilItsReset(String reset, long millis) {
        assertThat(
                        RateLimitHeaders.usedUpFor(
                                headers(
                                        "x-ratelimit-remaining-requests",
                                        "0",
                                        "x-ratelimit-reset-requests",
                                        reset),
                                NOW))
                .isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "-5s", "2026-10-31T12:00:00Z", "1e9", "s", "1793534300"})
    void whatCannotBeUnderstoodIsNoAdvice(String reset) {
        assertThat(
                        RateLimitHeaders.usedUpFor(
                                headers(
                                        "x-ratelimit-remaining-tokens",
                                        "0",
                                        "x-ratelimit-reset-tokens",
                                        reset),
                                NOW))
                .isZero();
    }

    @Test
    void theLongestOfSeveralHolds() {
        assertThat(
                        RateLimitHeaders.usedUpFor(
                                headers(
                                        "anthropic-ratelimit-requests-remaining",
                                        "0",
                                        "anthropic-ratelimit-requests-reset",
                                        "2026-11-01T12:00:05Z",
                                        "anthropic-ratelimit-output-tokens-remaining",
                                        "0",
                                        "anthropic-ratelimit-output-tokens-reset",
                                        "2026-11-01T12:00:09Z",
                                        "anthropic-ratelimit-tokens-remaining",
                                        "17",
                                        "anthropic-ratelimit-tokens-reset",
                                        "2026-11-01T12:00:30Z"),
                                NOW))
                .hasSeconds(9);
    }

    @Test
    void somethingLeftIsNoReasonToWait() {
        assertThat(
                        RateLimitHeaders.usedUpFor(
                                headers(
                                        "x-ratelimit-remaining-requests",
                                        "1",
                                        "x-ratelimit-reset-requests",
                                        "9s"),
                                NOW))
                .isZero();
    }

    @Test
    void anEmptyQuotaIsAHintAndALimitIsARefusal() {
        var clock = new AtomicLong(-3);
        var quota = new Quota(clock::get);
        assertThat(quota.pause()).isZero();
        quota.seen(headers("x-ratelimit-remaining-tokens", "0", "x-ratelimit-reset-tokens", "20s"));
        assertThat(quota.pause()).isEqualTo(Duration.ofSeconds(20));
        assertThat(quota.refused()).isZero();
        quota.limited(Duration.ofSeconds(2));
        assertThat(quota.refused()).isEqualTo(Duration.ofSeconds(2));
        clock.addAndGet(Duration.ofSeconds(2).toNanos());
        assertThat(quota.refused()).isZero();
        assertThat(quota.pause()).isEqualTo(Duration.ofSeconds(18));
        quota.limited(Duration.ofDays(1));
        assertThat(quota.refused()).isEqualTo(Duration.ofMinutes(1));
        assertThat(quota.pause()).isEqualTo(Duration.ofMinutes(1));
    }
}
