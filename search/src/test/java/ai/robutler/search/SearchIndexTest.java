package ai.robutler.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.robutler.store.Database;
import ai.robutler.store.EachDatabase;
import ai.robutler.store.TestDatabase;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.List;

@EachDatabase(migrated = "search")
class SearchIndexTest {
    private final TestDatabase test;
    private final Notes notes;
    private SearchIndex index;

    SearchIndexTest(TestDatabase test) {
        this.test = test;
        notes = Notes.in(test.database());
    }

    @BeforeEach
    void open() {
        index = SearchIndex.open(test.database(), Notes.options());
    }

    @AfterEach
    void close() {
        index.close();
    }

    private List<String> find(String owner, String words) {
        return index.search(Notes.query(owner, words)).stream().map(SearchHit::id).toList();
    }

    @Test
    void whatWasWrittenIsFound() {
        notes.put("1", "alice", "The harbour of Lisbon");
        notes.put("2", "alice", "A recipe for bread");
        index.refresh();
        assertThat(find("alice", "where is the harbour?")).containsExactly("1");
    }

    @Test
    void whatWasChangedIsFoundByItsNewWordsOnly() {
        notes.put("1", "alice", "The harbour of Lisbon");
        index.refresh();
        notes.put("1", "alice", "The airport of Porto");
        index.refresh();
        assertThat(find("alice", "harbour")).isEmpty();
        assertThat(find("alice", "airport")).containsExactly("1");
    }

    @Test
    void whatWasRemovedIsNotFound() {
        notes.put("1", "alice", "The harbour of Lisbon");
        index.refresh();
        notes.remove("1");
        index.refresh();
        assertThat(find("alice", "harbour")).isEmpty();
    }

    @Test
    void nobodyFindsWhatIsAnothers() {
        notes.put("1", "alice", "The harbour of Lisbon");
        notes.put("2", "bob", "The harbour of Porto");
        index.refresh();
        assertThat(find("alice", "harbour")).containsExactly("1");
        assertThat(find("bob", "harbour")).containsExactly("2");
        assertThat(find("", "harbour")).isEmpty();
    }

    @Test
    void aSearchThatNamesNoOwnerFails() {
        assertThatThrownBy(() -> index.search(SearchQuery.of("harbour")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("owner");
    }

    @Test
    void anotherNodesChangesAreSeen(Database mine) {
        try (Database other = test.open()) {
            Notes.in(other).put("1", "alice", "The harbour of Lisbon");
            Eventually.within(
                    java.time.Duration.ofSeconds(5),
                    () -> find("alice", "harbour").equals(List.of("1")));
        }
    }
}
