package ai.robutler.search;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Embedder;
import ai.robutler.core.Json;
import ai.robutler.core.ModelName;
import ai.robutler.core.Providers;
import ai.robutler.core.Settings;
import ai.robutler.store.EachDatabase;
import ai.robutler.store.TestDatabase;
import ai.robutler.testkit.Reply;
import ai.robutler.testkit.ScriptedProvider;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Vectors come from a provider over HTTP, which may fail in every way. */
@EachDatabase(migrated = "search")
class MeaningTest {
    private final TestDatabase test;
    private final Notes notes;
    private final ScriptedProvider provider = ScriptedProvider.start();
    private final List<AutoCloseable> open = new ArrayList<>();

    MeaningTest(TestDatabase test) {
        this.test = test;
        notes = Notes.in(test.database());
        open.add(provider);
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    private Embedder embedder(String model, int dimensions, String more) {
        var values = Json.object();
        values.set(
                "openai",
                Json.parseObject(
                        "{\"base-url\": \"%s\", \"api-key\": \"sk-test\", %s}"
                                .formatted(provider.baseUrl(), more)));
        var settings = Settings.of(values, _ -> "");
        Providers providers = Providers.configure(settings);
        assertThat(settings.problems()).isEmpty();
        open.add(providers);
        return providers.embedder(ModelName.parse("openai/" + model), dimensions);
    }

    private SearchIndex open(Embedder embedder) {
        SearchIndex index = SearchIndex.open(test.database(), Notes.options().meaningBy(embedder));
        open.add(index);
        return index;
    }

    private SearchIndex open() {
        return open(embedder("small", 64, "\"attempts\": 1"));
    }

    private static List<SearchHit> find(SearchIndex index, String owner, String words) {
        return index.search(Notes.query(owner, words));
    }

    private static boolean hasAll(SearchIndex index) {
        return index.refresh() && index.status().withoutMeaning() == 0;
    }

    @Test
    void hitsAreJoinedByPlacesInBothLists() {
        notes.put("1", "alice", "harbour harbour harbour");
        notes.put("2", "alice", "the old harbour of Lisbon");
        notes.put("3", "bob", "the old harbour of Lisbon");
        SearchIndex index = open();
        Eventually.until(() -> hasAll(index));
        List<SearchHit> hits = find(index, "alice", "old harbour of Lisbon");
        assertThat(hits).extracting(SearchHit::id).containsExactly("2", "1");
        assertThat(hits.getFirst().score()).isEqualTo(1);
        assertThat(hits.getFirst().meaning()).isBetween(0.8, 1.0);
        assertThat(hits).allMatch(hit -> hit.words() >= 0 && hit.words() <= 1);
    }

    @Test
    void aProviderThatIsDownLosesNoWriteAndVectorsAreMadeUpFor() {
        provider.alwaysEmbeddings(_ -> Reply.error(503, "down"));
        SearchIndex index = open();
        notes.put("1", "alice", "the harbour of Lisbon");
        Eventually.until(
                () -> index.status().trouble().filter(words -> words.contains("wait")).isPresent());
        assertThat(find(index, "alice", "harbour")).extracting(SearchHit::id).containsExactly("1");
        assertThat(index.status().withoutMeaning()).isEqualTo(1);
        provider.alwaysEmbeddings(ScriptedProvider::vectors);
        Eventually.until(() -> hasAll(index));
        Eventually.until(() -> index.status().trouble().isEmpty());
    }

    @Test
    void aSilentProviderDelaysASearchAndNoMore() {
        SearchIndex index = open();
        notes.put("1", "alice", "the harbour of Lisbon");
        Eventually.until(() -> hasAll(index));
        provider.embeddings(Reply.text("").hangBeforeHeaders());
        List<SearchHit> hits =
                index.search(Notes.query("alice", "harbour").within(Duration.ofSeconds(1)));
        assertThat(hits).extracting(SearchHit::id).containsExactly("1");
        assertThat(hits.getFirst().meaning()).isZero();
    }

    @Test
    void vectorsOfAnotherLengthThanAskedForAreNotTaken() {
        provider.alwaysEmbeddings(
                _ -> Reply.rawJson(200, "{\"data\":[{\"index\":0,\"embedding\":[0.1,0.2,0.3]}]}"));
        SearchIndex index = open();
        notes.put("1", "alice", "the harbour of Lisbon");
        Eventually.until(() -> index.status().trouble().isPresent());
        assertThat(index.status().trouble().orElseThrow()).contains("3 numbers instead of 64");
        assertThat(find(index, "alice", "harbour")).hasSize(1);
    }

    @Test
    void aTextThatTheModelRefusesKeepsNoOtherFromItsVector() {
        provider.alwaysEmbeddings(
                request ->
                        request.text().contains("poison")
                                ? Reply.error(400, "not this text")
                                : ScriptedProvider.vectors(request));
        notes.put("1", "alice", "the harbour of Lisbon");
        notes.put("2", "alice", "poison in the harbour");
        notes.put("3", "alice", "the airport of Porto");
        SearchIndex index = open();
        Eventually.until(() -> hasAll(index));
        assertThat(find(index, "alice", "airport Porto").getFirst().meaning()).isPositive();
        assertThat(find(index, "alice", "poison")).extracting(SearchHit::id).contains("2");
    }

    @Test
    void whatWasEmbeddedOnceIsNotEmbeddedAgain() {
        notes.put("1", "alice", "the harbour of Lisbon");
        SearchIndex first = open();
        Eventually.until(() -> hasAll(first));
        notes.put("2", "bob", "the harbour of Lisbon");
        Eventually.until(() -> hasAll(first));
        SearchIndex second = open();
        Eventually.until(() -> hasAll(second));
        assertThat(provider.requests()).hasSize(1);
    }

    @Test
    void anotherModelsVectorsAreMadeAnew() {
        notes.put("1", "alice", "the harbour of Lisbon");
        SearchIndex first = open();
        Eventually.until(() -> hasAll(first));
        first.close();
        SearchIndex second = open(embedder("large", 0, "\"attempts\": 1"));
        Eventually.until(() -> hasAll(second));
        assertThat(find(second, "alice", "harbour").getFirst().meaning()).isPositive();
        assertThat(provider.requests().get(1).json().has("dimensions")).isFalse();
    }

    @Test
    void aRemovedDocumentLeavesNoVectorBehind() {
        notes.put("1", "alice", "the harbour of Lisbon");
        SearchIndex index = open();
        Eventually.until(() -> hasAll(index));
        notes.remove("1");
        int vectors =
                test.database()
                        .read(
                                handle ->
                                        handle.select("SELECT count(*) FROM search_vectors")
                                                .mapTo(Integer.class)
                                                .one());
        assertThat(vectors).isZero();
    }

    @Test
    void nodesShareTheWork() {
        for (int i = 0; i < 150; i++) {
            notes.put("n" + i, "alice", "note number " + i);
        }
        SearchIndex one = open();
        SearchIndex other = open();
        Eventually.until(() -> hasAll(one) && hasAll(other));
        int texts =
                provider.requests().stream()
                        .mapToInt(request -> request.json().path("input").size())
                        .sum();
        assertThat(texts).isEqualTo(150);
    }
}
