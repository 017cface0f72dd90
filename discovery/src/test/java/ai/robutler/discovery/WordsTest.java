package ai.robutler.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.robutler.core.InvalidRequestException;
import ai.robutler.core.Json;
import ai.robutler.core.Settings;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;

class WordsTest {

    @Test
    void plainWordsStayAsTheyAre() {
        assertThat(Words.clean("Übersetzt 日本語 и عربى — 3.5 %")).isEqualTo("Übersetzt 日本語 и عربى — 3.5 %");
    }

    @Test
    void markupAndUnseenCharactersGo() {
        assertThat(Words.clean("a<script>x()</script>b<br/>c<!-- d -->e")).isEqualTo("a b c e");
        assertThat(Words.clean("a\u0000b\u202Ec\u200Bd\r\n\te")).isEqualTo("a b c d e");
        assertThat(Words.clean("1 < 2 > 0")).isEqualTo("1 2 0");
        assertThat(Words.clean("half \uD83D")).isEqualTo("half");
    }

    @Test
    void aCutNeverHalvesASign() {
        assertThat(Words.cut("ab😀", 3)).isEqualTo("ab");
        assertThat(Words.cut("ab", 3)).isEqualTo("ab");
    }

    @Test
    void sayingItAgainWinsNothing() {
        assertThat(Words.unrepeated("go Go GO go stop")).isEqualTo("go Go stop");
    }

    @Test
    void theNearestIntentIsTold() {
        List<String> intents = List.of("book a flight", "find a hotel", "Hotelzimmer buchen");
        assertThat(Likeness.nearest("cheap hotell in Rome", intents)).isEqualTo("find a hotel");
        assertThat(Likeness.nearest("Zimmer im Hotel buchen", intents))
                .isEqualTo("Hotelzimmer buchen");
        assertThat(Likeness.nearest("anything", List.of())).isEmpty();
    }

    @Test
    void oneUrlHasOneForm() {
        assertThat(AgentUrl.of("HTTPS://Example.com:443/a/").text())
                .isEqualTo("https://example.com/a");
        assertThat(AgentUrl.of("http://example.com.:8080/a").text())
                .isEqualTo("http://example.com:8080/a");
        for (String wrong :
                List.of("http://example.com/a?b", "http://example.com/./a", "http:///a", "x")) {
            assertThatThrownBy(() -> AgentUrl.of(wrong))
                    .as(wrong)
                    .isInstanceOf(InvalidRequestException.class);
        }
    }

    @Test
    void settingsHaveDefaultsAndBounds() {
        assertThat(DiscoverySettings.read(Settings.empty())).isEqualTo(DiscoverySettings.DEFAULT);
        Settings some =
                Settings.of(
                        Json.parseObject(
                                "{\"publish\":false,\"entries-per-owner\":7,\"publishes-per-minute\":3,"
                                        + "\"embedding\":\"openai/m\",\"probe\":{\"every\":\"30s\","
                                        + "\"concurrency\":2,\"timeout\":\"3s\"}}"),
                        _ -> "");
        assertThat(DiscoverySettings.read(some))
                .isEqualTo(
                        new DiscoverySettings(
                                false,
                                7,
                                3,
                                Duration.ofSeconds(30),
                                2,
                                Duration.ofSeconds(3),
                                "openai/m"));
        assertThat(some.problems()).isEmpty();
        Settings wrong =
                Settings.of(
                        Json.parseObject("{\"probe\":{\"every\":\"1ms\"},\"entries-per-owner\":0}"),
                        _ -> "");
        DiscoverySettings.read(wrong);
        assertThat(wrong.problems()).hasSize(2);
    }
}
