package ai.robutler.examples;

import ai.robutler.core.Param;
import ai.robutler.core.Settings;
import ai.robutler.core.SkillFactory;
import ai.robutler.core.Tool;

import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.TextStyle;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** What time it is, anywhere. */
public final class ClockSkill {

    /** Makes the skill {@code clock}, which has no settings. */
    public static final class Factory implements SkillFactory {
        @Override
        public String name() {
            return "clock";
        }

        @Override
        public Object create(Settings settings) {
            return new ClockSkill(InstantSource.system());
        }
    }

    record Now(String localTime, String zone, String offset, String weekday) {}

    private final InstantSource clock;

    ClockSkill(InstantSource clock) {
        this.clock = clock;
    }

    @Tool(description = "Tells the current date, time and weekday in a time zone.")
    Now currentTime(
            @Param(
                            value =
                                    "an IANA time zone such as Europe/Oslo, a larger city such as"
                                            + " Tokyo, or an abbreviation such as CET",
                            defaultValue = "UTC")
                    String zone) {
        ZonedDateTime now =
                clock.instant().atZone(Zones.find(zone)).truncatedTo(ChronoUnit.SECONDS);
        return new Now(
                DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(now),
                now.getZone().getId(),
                now.getOffset().getTotalSeconds() == 0 ? "+00:00" : now.getOffset().getId(),
                now.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH));
    }
}
