package ai.robutler.memory;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Json;
import ai.robutler.core.ModelName;
import ai.robutler.core.Settings;
import ai.robutler.core.SkillFactory;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What agents' files may say of memory. */
class SessionSettingsTest {

    private static Settings settings(String json) {
        return Settings.of(Json.parseObject(json), _ -> "");
    }

    private static List<String> problems(String skill, String json) {
        Settings settings = settings(json);
        SkillFactory factory =
                Memory.skills(Optional.empty()).stream()
                        .filter(each -> each.name().equals(skill))
                        .findFirst()
                        .orElseThrow();
        assertThat(factory.create(settings)).isNotNull();
        return settings.problems().stream().map(Settings.Problem::path).toList();
    }

    @Test
    void sessionsAreAsTheyAreByDefault() {
        assertThat(SessionSettings.read(settings("{}")))
                .isEqualTo(
                        new SessionSettings(
                                new SessionWindow(50, 8_000),
                                Duration.ofDays(30),
                                Duration.ofSeconds(10),
                                new SessionSettings.NoSummary()));
        assertThat(SessionSettings.ofMessages(50))
                .isEqualTo(SessionSettings.read(settings("{\"messages\":50}")));
    }

    @Test
    void sessionsAreAsTheFileSays() {
        assertThat(
                        SessionSettings.read(
                                settings(
                                        """
                                        {"messages": 7, "tokens": 900, "expires": "2h", "wait": "1s",
                                         "summary": "openai/gpt-4o-mini"}
                                        """)))
                .isEqualTo(
                        new SessionSettings(
                                new SessionWindow(7, 900),
                                Duration.ofHours(2),
                                Duration.ofSeconds(1),
                                new SessionSettings.SummaryBy(
                                        ModelName.parse("openai/gpt-4o-mini"))));
        assertThat(SessionSettings.read(settings("{\"summary\":true}")).summary())
                .isEqualTo(new SessionSettings.OwnSummary());
    }

    @Test
    void factsAreAsTheFileSays() {
        assertThat(FactSettings.read(settings("{}")))
                .isEqualTo(
                        new FactSettings(
                                1_000, Optional.empty(), OptionalInt.empty(), OptionalInt.empty()));
        assertThat(
                        FactSettings.read(
                                settings(
                                        """
                                        {"facts": 9, "expires": "1d", "prompt": {"tokens": 70},
                                         "window": 8}
                                        """)))
                .isEqualTo(
                        new FactSettings(
                                9,
                                Optional.of(Duration.ofDays(1)),
                                OptionalInt.of(70),
                                OptionalInt.of(8)));
        assertThat(FactSettings.read(settings("{\"prompt\":{}}")).prompt()).hasValue(500);
        assertThat(FactSettings.read(settings("{\"prompt\":false}")).prompt()).isEmpty();
    }

    @Test
    void whatIsWrongIsToldWithoutADatabase() {
        assertThat(
                        problems(
                                "session",
                                """
                                {"messages": 0, "tokens": "many", "expires": "0s", "wait": "1h",
                                 "summary": 3, "window": 4}
                                """))
                .containsExactlyInAnyOrder(
                        "/messages", "/tokens", "/expires", "/wait", "/summary", "/window");
        assertThat(
                        problems(
                                "memory",
                                "{\"facts\":0,\"prompt\":{\"tokens\":0,\"x\":1},\"window\":0}"))
                .containsExactlyInAnyOrder("/facts", "/prompt/tokens", "/prompt/x", "/window");
        assertThat(problems("memory", "{}")).isEmpty();
    }
}
