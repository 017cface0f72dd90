package ai.robutler.search;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.store.Database;
import ai.robutler.store.EachDatabase;
import ai.robutler.store.TestDatabase;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/** The index is nothing but what the database says. */
@EachDatabase(migrated = "search")
class FollowerTest {
    private final TestDatabase test;
    private final Notes notes;
    private final List<AutoCloseable> open = new ArrayList<>();

    @TempDir Path folder;

    FollowerTest(TestDatabase test) {
        this.test = test;
        notes = Notes.in(test.database());
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    private SearchIndex open(IndexOptions options) {
        SearchIndex index = SearchIndex.open(test.database(), options);
        open.add(index);
        assertThat(index.refresh()).isTrue();
        return index;
    }

    private SearchIndex stored() {
        return open(Notes.options().in(folder));
    }

    private static List<String> find(SearchIndex index, String words) {
        return index.search(Notes.query("alice", words)).stream().map(SearchHit::id).toList();
    }

    @Test
    void whatIsKeptIsNotReadAgain() {
        notes.put("1", "alice", "the harbour of Lisbon");
        stored().close();
        var loads = new ArrayList<String>();
        SearchTable counted =
                (handle, ids) -> {
                    loads.addAll(ids);
                    return Notes.options().table().load(handle, ids);
                };
        SearchIndex again = open(IndexOptions.of(Notes.FEED, counted).ownedBy("owner").in(folder));
        assertThat(find(again, "harbour")).containsExactly("1");
        assertThat(loads).isEmpty();
        assertThat(again.status().stored()).isTrue();
    }

    @Test
    void anIndexThatIsLostIsMadeAnew() throws IOException {
        notes.put("1", "alice", "the harbour of Lisbon");
        stored().close();
        LocalIndex.wipe(folder.resolve("notes"));
        assertThat(find(stored(), "harbour")).containsExactly("1");
    }

    @Test
    void anIndexThatIsDamagedIsMadeAnew() throws IOException {
        for (int i = 0; i < 50; i++) {
            notes.put("n" + i, "alice", "the harbour of Lisbon, number " + i);
        }
        stored().close();
        try (var files = Files.list(folder.resolve("notes"))) {
            for (Path file : files.toList()) {
                byte[] bytes = Files.readAllBytes(file);
                for (int i = 0; i < bytes.length; i += 7) {
                    bytes[i] ^= 0x55;
                }
                Files.write(file, bytes, StandardOpenOption.TRUNCATE_EXISTING);
            }
        }
        assertThat(find(stored(), "harbour number 17")).startsWith("n17");
    }

    @Test
    void anIndexOfAnotherFormatIsMadeAnew() {
        notes.put("1", "alice", "the harbour of Lisbon");
        stored().close();
        // Told to nobody: a change of the table's words without the feed.
        test.database().write(handle -> handle.execute("UPDATE notes SET words = 'the airport'"));
        SearchIndex same = stored();
        assertThat(find(same, "airport")).isEmpty();
        same.close();
        assertThat(find(open(Notes.options().in(folder).format(2)), "airport")).hasSize(1);
    }

    @Test
    void anIndexOfAnotherDatabaseIsMadeAnew() throws IOException {
        notes.put("1", "alice", "the harbour of Lisbon");
        stored().close();
        try (TestDatabase other = TestDatabase.create(test.kind())) {
            Notes.in(other.database()).put("2", "alice", "the harbour of Porto");
            try (SearchIndex index =
                    SearchIndex.open(other.database(), Notes.options().in(folder))) {
                assertThat(index.refresh()).isTrue();
                assertThat(find(index, "harbour")).containsExactly("2");
            }
        }
    }

    @Test
    void aFolderThatAnotherProcessHasIsLeftToIt() {
        notes.put("1", "alice", "the harbour of Lisbon");
        SearchIndex first = stored();
        SearchIndex second = stored();
        assertThat(first.status().stored()).isTrue();
        assertThat(second.status().stored()).isFalse();
        assertThat(find(second, "harbour")).containsExactly("1");
    }

    @Test
    void nothingOfTransactionsThatOverlapIsMissed() throws InterruptedException {
        SearchIndex index = open(Notes.options());
        int writers = 8;
        int each = 25;
        var done = new CountDownLatch(writers);
        try (Database other = test.open()) {
            for (int writer = 0; writer < writers; writer++) {
                String prefix = "w" + writer + "-";
                Database through = writer % 2 == 0 ? test.database() : other;
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    for (int i = 0; i < each; i++) {
                                        new Notes(through).put(prefix + i, "alice", "harbour");
                                    }
                                    done.countDown();
                                });
            }
            done.await();
        }
        assertThat(index.refresh()).isTrue();
        assertThat(index.status().documents()).isEqualTo(200);
    }

    @Test
    void whatIsRolledBackIsNotFound() {
        SearchIndex index = open(Notes.options());
        try {
            test.database()
                    .write(
                            handle -> {
                                Notes.put(handle, "1", "alice", "the harbour of Lisbon");
                                Notes.FEED.changed(handle, Set.of("1"));
                                throw new IllegalStateException("changed my mind");
                            });
        } catch (IllegalStateException e) {
            assertThat(e).hasMessage("changed my mind");
        }
        notes.put("2", "alice", "the harbour of Porto");
        assertThat(index.refresh()).isTrue();
        assertThat(find(index, "harbour")).containsExactly("2");
    }

    @Test
    void aNodeThatWasAwayWhileRemovalsWereForgottenBeginsAnew() {
        notes.put("1", "alice", "the harbour of Lisbon");
        notes.put("2", "alice", "the harbour of Porto");
        stored().close();
        notes.remove("1");
        test.database()
                .write(
                        handle -> {
                            new FeedRows("notes").forget(handle, Long.MAX_VALUE, 100);
                            return true;
                        });
        int left =
                test.database()
                        .read(
                                handle ->
                                        handle.select("SELECT count(*) FROM search_changes")
                                                .mapTo(Integer.class)
                                                .one());
        assertThat(left).isEqualTo(1);
        assertThat(find(stored(), "harbour")).containsExactly("2");
    }

    @Test
    void oneDocumentThatCannotBeIndexedKeepsNoOtherFromIt() {
        SearchTable bad =
                (handle, ids) ->
                        Notes.options().table().load(handle, ids).stream()
                                .map(
                                        each ->
                                                each.id().equals("bad")
                                                        ? SearchDocument.of("bad", each.text())
                                                        : each)
                                .toList();
        notes.put("bad", "alice", "the harbour of nobody");
        notes.put("good", "alice", "the harbour of Lisbon");
        SearchIndex index = open(IndexOptions.of(Notes.FEED, bad).ownedBy("owner"));
        assertThat(find(index, "harbour")).containsExactly("good");
    }

    @Test
    void aLeaseIsOnesAtATime() {
        var one = new Lease(test.database(), "work", java.time.Duration.ofMinutes(1));
        var other = new Lease(test.database(), "work", java.time.Duration.ofMinutes(1));
        assertThat(one.take()).isTrue();
        assertThat(other.take()).isFalse();
        assertThat(one.take()).isTrue();
        one.release();
        assertThat(other.take()).isTrue();
        var hasty = new Lease(test.database(), "other", java.time.Duration.ZERO);
        assertThat(hasty.take()).isTrue();
        Eventually.until(() -> new Lease(test.database(), "other", java.time.Duration.ZERO).take());
    }
}
