package ai.robutler.nli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

class GlobsTest {
    @ParameterizedTest
    @CsvSource({
        "*, anything, true",
        "*, https://x.example/y, true",
        "weather, weather, true",
        "weather, Weather, true",
        "weather, weathers, false",
        "@alice.*, @alice.translator, true",
        "@alice.*, @bob.translator, false",
        "https://*.example.com/**, https://a.example.com/x/y, true",
        "https://*.example.com/**, https://evil.com/.example.com/x, false",
        "https://*.example.com/*, https://a.example.com/x/y, false",
        "https://a.example.com/**, http://a.example.com/x, false",
        "a.c, abc, false",
        "a?c, abc, true",
        "a?c, a/c, false"
    })
    void aGlobMeansWhatItSays(String glob, String name, boolean admitted) {
        assertThat(Globs.of(List.of(glob)).admit(List.of(name))).isEqualTo(admitted);
    }

    @Test
    void whatIsExcludedIsExcludedByAnyOfItsNames() {
        Globs globs = Globs.of(List.of("*", "!@bob.*"));
        assertThat(globs.admit(List.of("x"))).isTrue();
        assertThat(globs.admit(List.of("x", "@bob.x"))).isFalse();
        assertThat(globs.isOpen()).isFalse();
        assertThat(Globs.of(List.of("*")).isOpen()).isTrue();
        assertThat(Globs.of(List.of("!x")).admit(List.of("y"))).isTrue();
    }
}
