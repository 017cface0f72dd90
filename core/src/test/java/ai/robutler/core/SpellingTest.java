package ai.robutler.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;

class SpellingTest {
    private static final List<String> KNOWN = List.of("description", "model", "skills", "owner");

    @Test
    void aSlipOfTheFingerFindsItsWord() {
        assertThat(Spelling.nearest("modell", KNOWN)).contains("model");
        assertThat(Spelling.nearest("Skill", KNOWN)).contains("skills");
        assertThat(Spelling.nearest("modle", KNOWN)).contains("model");
        assertThat(Spelling.nearest("desciption", KNOWN)).contains("description");
    }

    @Test
    void somethingElseFindsNothing() {
        assertThat(Spelling.nearest("temperature", KNOWN)).isEmpty();
        assertThat(Spelling.nearest("", KNOWN)).isEmpty();
        assertThat(Spelling.nearest("model", List.of())).isEmpty();
    }

    @Test
    void anUnknownSettingIsTold() {
        var settings = Settings.of(Json.object().put("modell", "x").put("zzz", 1), _ -> "");
        settings.text("model", "");
        assertThat(settings.problems())
                .extracting(Settings.Problem::message)
                .containsExactly(
                        "unknown setting 'modell'; did you mean 'model'? (known here: model)",
                        "unknown setting 'zzz' (known here: model)");
    }
}
