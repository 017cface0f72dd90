package ai.robutler.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.robutler.store.Database;
import ai.robutler.store.TestDatabase;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

/** Words of many languages, and what users write instead. */
class WordsTest {
    private static TestDatabase test;
    private static SearchIndex index;

    @BeforeAll
    static void open() {
        test = TestDatabase.create(Database.Kind.SQLITE);
        Notes notes = Notes.in(test.database());
        index = SearchIndex.open(test.database(), Notes.options());
        notes.put("english", "a", "The engines of these ferries were repaired");
        notes.put("german", "a", "Die Straße führt über die Brücke");
        notes.put("french", "a", "Une crème brûlée à l'école");
        notes.put("greek", "a", "Το λιμάνι του Πειραιά");
        notes.put("russian", "a", "Ещё один самолёт");
        notes.put("japanese", "a", "東京都の港は大きい");
        notes.put("chinese", "a", "我们在北京大学学习");
        notes.put("korean", "a", "서울의 항구는 아름답다");
        notes.put("arabic", "a", "مَكْتَبَة كَبِيرَة");
        notes.put("code", "a", "Set maxOutputTokens and idle_timeout in robutler.yaml");
        notes.put("wide", "a", "ＡＢＣ１２３ cable");
        for (int i = 0; i < 40; i++) {
            notes.put("painter" + i, "c", "A colour of the rainbow");
        }
        notes.put("printer", "c", "A color of the rainbow");
        notes.put("american", "d", "Any color you like");
        index.refresh();
    }

    @AfterAll
    static void close() throws Exception {
        index.close();
        test.close();
    }

    private static List<String> find(SearchQuery query) {
        return index.search(query).stream().map(SearchHit::id).toList();
    }

    @ParameterizedTest
    @CsvSource({
        "engine, english",
        "FERRY, english",
        "strasse, german",
        "bruecke OR Brucke, german",
        "creme brulee, french",
        "λιμανι, greek",
        "самолет, russian",
        "港, japanese",
        "東京, japanese",
        "北京大学, chinese",
        "항구, korean",
        "مكتبة, arabic",
        "output tokens, code",
        "timeout, code",
        "robutler.yaml, code",
        "yaml, code",
        "abc123, wide"
    })
    void isFound(String words, String id) {
        assertThat(find(Notes.query("a", words))).startsWith(id);
    }

    @Test
    void typosAreForgivenWhereThatIsWanted() {
        assertThat(find(Notes.query("a", "enginse"))).isEmpty();
        assertThat(find(Notes.query("a", "enginse").withTypos())).containsExactly("english");
        assertThat(find(Notes.query("b", "enginse").withTypos())).isEmpty();
    }

    /** A word that many have is taken as it is, unless too few of them are the caller's. */
    @Test
    void wordsNearCommonOnesAreLookedForOnlyWhereTooLittleIsFound() {
        SearchQuery query = Notes.query("c", "colour").withTypos();
        assertThat(find(query.limit(40))).hasSize(40).doesNotContain("printer");
        assertThat(find(query.limit(60))).hasSize(41).endsWith("printer");
        assertThat(find(Notes.query("d", "colour").withTypos())).containsExactly("american");
        assertThat(find(Notes.query("d", "colour"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "'*:*'",
        "'owner:b OR text:engines'",
        "'\"engines of'",
        "'(((('",
        "'engines\\'",
        "'[a TO z]'"
    })
    void nothingInAQueryIsALanguage(String words) {
        assertThat(find(Notes.query("b", words))).isEmpty();
        find(Notes.query("a", words));
    }

    @Test
    void aQueryOfAnyLengthIsBounded() {
        String many = "engine and many more words ".repeat(100_000);
        assertThat(find(Notes.query("a", many).withTypos())).contains("english");
        assertThat(WordQuery.of(many + "x y z ".repeat(1_000)).groups().size())
                .isLessThanOrEqualTo(64);
    }

    @Test
    void aQueryOfNoWordsFindsNothing() {
        assertThat(find(Notes.query("a", ""))).isEmpty();
        assertThat(find(Notes.query("a", " ?! … "))).isEmpty();
    }

    @Test
    void similarityTellsHowMuchOfTheQueryIsThere() {
        double all = index.search(Notes.query("a", "engines ferries")).getFirst().similarity();
        double half = index.search(Notes.query("a", "engines zebras")).getFirst().similarity();
        assertThat(all).isGreaterThan(half).isBetween(0.4, 1.0);
        assertThat(half).isPositive();
    }

    @Test
    void limitsAreChecked() {
        assertThatThrownBy(() -> SearchQuery.of("x").limit(0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SearchQuery.of("x").limit(101))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
