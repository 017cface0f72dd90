package ai.robutler.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.discovery.QualitySet.Score;
import ai.robutler.store.Database;
import ai.robutler.store.TestDatabase;

import org.junit.jupiter.api.Test;

import java.util.Map;
import java.util.Objects;

/** Words alone find most: what the set gave when it was last measured, less a little. */
class QualityTest {

    @Test
    void wordsAloneFindWhatTheyFound() throws Exception {
        assertThat(QualitySet.agents()).hasSizeGreaterThanOrEqualTo(60);
        assertThat(QualitySet.questions()).hasSizeGreaterThanOrEqualTo(200);
        try (var database = TestDatabase.create(Database.Kind.SQLITE);
                var node = new Node(database.database(), new TestClock())) {
            node.serve(QualitySet.agents());
            Map<String, Score> scores = QualitySet.scores(node::names);
            Score all = score(scores, "all");
            assertThat(all.recall()).isGreaterThanOrEqualTo(0.91);
            assertThat(all.mrr()).isGreaterThanOrEqualTo(0.88);
            for (String kind : new String[] {"chinese", "japanese", "russian", "arabic"}) {
                assertThat(score(scores, kind).recall()).as(kind).isEqualTo(1);
            }
        }
    }

    private static Score score(Map<String, Score> scores, String kind) {
        return Objects.requireNonNull(scores.get(kind), kind);
    }
}
