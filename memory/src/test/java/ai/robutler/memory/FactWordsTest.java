package ai.robutler.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When two facts are one. */
class FactWordsTest {

    private static boolean near(String one, String other) {
        return FactWords.of(one).isNear(FactWords.of(other));
    }

    @Test
    void caseAccentsAndPunctuationDoNotMatter() {
        assertThat(FactWords.of("Lives in Málaga.").fingerprint())
                .isEqualTo(FactWords.of("lives in  malaga").fingerprint());
        assertThat(FactWords.of("lives in Malaga").fingerprint())
                .isNotEqualTo(FactWords.of("Malaga lives in").fingerprint());
    }

    @ParameterizedTest
    @CsvSource({
        "The user likes green tea, The user likes green tea very",
        "Works at a bank in Oslo, works at a bank in oslo!"
    })
    void whatIsContainedInTheOtherIsNear(String one, String other) {
        assertThat(near(one, other)).isTrue();
        assertThat(near(other, one)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "The user is allergic to nuts, The user is not allergic to nuts",
        "The user's favourite colour is blue, The user's favourite colour is red",
        "The user has a dog called Rex, The user has a dog called Rex aged 7",
        "Likes tea, Likes tea and the sea in winter when nobody is there"
    })
    void whatSaysSomethingElseIsNot(String one, String other) {
        assertThat(near(one, other)).isFalse();
        assertThat(near(other, one)).isFalse();
    }
}
