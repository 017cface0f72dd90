package ai.robutler.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Instant;
import java.time.ZoneId;

class ClockSkillTest {
    private final ClockSkill clock = new ClockSkill(() -> Instant.parse("2026-01-31T22:30:00.5Z"));

    @Test
    void tellsTimeZoneOffsetAndWeekday() {
        assertThat(clock.currentTime("Asia/Tokyo"))
                .isEqualTo(
                        new ClockSkill.Now(
                                "2026-02-01T07:30:00", "Asia/Tokyo", "+09:00", "Sunday"));
        assertThat(clock.currentTime("UTC"))
                .isEqualTo(new ClockSkill.Now("2026-01-31T22:30:00", "UTC", "+00:00", "Saturday"));
    }

    @ParameterizedTest
    @CsvSource({
        "Tokyo, Asia/Tokyo",
        "tokyo, Asia/Tokyo",
        "new york, America/New_York",
        "NEW_YORK, America/New_York",
        "europe/oslo, Europe/Oslo",
        "' Paris ', Europe/Paris",
        "CET, CET",
        "PST, America/Los_Angeles",
        "JST, Asia/Tokyo",
        "gmt, GMT",
        "Z, UTC",
        "+02:00, +02:00",
        "UTC+2, +02:00",
        "Buenos Aires, America/Argentina/Buenos_Aires",
    })
    void knowsZonesByManyNames(String name, String id) {
        assertThat(ZoneId.of(clock.currentTime(name).zone()).normalized())
                .isEqualTo(ZoneId.of(id).normalized());
    }

    @ParameterizedTest
    @CsvSource({
        "Tokio, Asia/Tokyo",
        "Nwe York, America/New_York",
        "Europe/Osloo, Europe/Oslo",
        "Asia/Pariss, Europe/Paris",
    })
    void suggestsNearNames(String wrong, String near) {
        assertThatThrownBy(() -> clock.currentTime(wrong))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no time zone is called '" + wrong + "'")
                .hasMessageContaining(near);
    }

    @ParameterizedTest
    @CsvSource({"''", "+99:00", "UTC+25", "../../etc/passwd"})
    void refusesWhatIsNoZone(String wrong) {
        assertThatThrownBy(() -> clock.currentTime(wrong))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("similar ones");
    }

    @Test
    void doesNotRepeatLongNonsense() {
        assertThatThrownBy(() -> clock.currentTime("x".repeat(100_000)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no time zone has so long a name");
    }
}
