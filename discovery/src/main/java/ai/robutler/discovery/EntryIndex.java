package ai.robutler.discovery;

import ai.robutler.search.ChangeFeed;
import ai.robutler.search.IndexOptions;
import ai.robutler.search.IndexStatus;
import ai.robutler.search.SearchDocument;
import ai.robutler.search.SearchHit;
import ai.robutler.search.SearchIndex;
import ai.robutler.search.SearchQuery;

import org.jdbi.v3.core.Handle;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Finds entries by their words, and by their meaning where an embedding model is configured. What
 * it finds may be other by now: the rows tell.
 */
final class EntryIndex implements AutoCloseable {
    /** Told of each change of what is searched or filtered by. */
    static final ChangeFeed FEED = new ChangeFeed("discovery");

    /** Raised when documents are made otherwise. */
    static final int FORMAT = 1;

    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final String SEEN = "seen";
    private static final String ANYBODY = "any";
    private static final String SILENT = "none";

    private final SearchIndex index;

    EntryIndex(SearchIndex index) {
        this.index = index;
    }

    static IndexOptions options() {
        return IndexOptions.of(FEED, EntryIndex::documents).format(FORMAT).ownedBy(SEEN);
    }

    private static List<SearchDocument> documents(Handle handle, List<String> ids) {
        return EntryTable.byId(handle, ids).stream().map(EntryIndex::document).toList();
    }

    /** Each agent is one document: many intents are not many chances. */
    static SearchDocument document(Entry entry) {
        var said = new LinkedHashSet<>(entry.intents());
        said.addAll(entry.published());
        said.add(entry.description());
        List<String> seen = new ArrayList<>(List.of(ANYBODY, "owner:" + entry.owner()));
        if (!Set.of("owner", "admin").contains(entry.scope().name())) {
            seen.add("scope:" + entry.scope().name());
        }
        return SearchDocument.of(entry.id(), Words.unrepeated(String.join("\n", said)))
                .withTitle(entry.name().replaceAll("[._-]+", " "))
                .with(SEEN, seen)
                .with("owner", entry.owner())
                .with("scope", entry.scope().name())
                .with("health", entry.health().name())
                .with("price", price(entry.priceNanoUsd()))
                .with("tag", entry.tags());
    }

    /** Prices by their magnitude: a filter takes all magnitudes up to its own. */
    private static String price(OptionalLong nanoUsd) {
        return nanoUsd.isEmpty() ? SILENT : "m" + magnitude(nanoUsd.getAsLong());
    }

    private static int magnitude(long nanoUsd) {
        return Long.SIZE - Long.numberOfLeadingZeros(nanoUsd);
    }

    List<SearchHit> search(Query query, Listing.Sight sight, int limit) {
        SearchQuery search =
                SearchQuery.of(query.intent())
                        .withTypos()
                        .limit(limit)
                        .within(PATIENCE)
                        .only(SEEN, seen(sight));
        if (query.owner().isPresent()) {
            search = search.only("owner", query.owner().get());
        }
        if (query.scope().isPresent()) {
            search = search.only("scope", query.scope().get());
        }
        if (!query.tags().isEmpty()) {
            search = search.only("tag", query.tags().getFirst().toLowerCase(Locale.ROOT));
        }
        if (!query.health().isEmpty()) {
            search = search.only("health", query.health().stream().map(Health::name).toList());
        }
        if (query.mostNanoUsd().isPresent()) {
            search = search.only("price", upTo(query.mostNanoUsd().getAsLong()));
        }
        return index.search(search);
    }

    private static List<String> seen(Listing.Sight sight) {
        if (sight.all()) {
            return List.of(ANYBODY);
        }
        var seen = new ArrayList<String>();
        sight.scopes().forEach(scope -> seen.add("scope:" + scope));
        if (!sight.owner().isEmpty()) {
            seen.add("owner:" + sight.owner());
        }
        return seen;
    }

    private static List<String> upTo(long nanoUsd) {
        var magnitudes = new ArrayList<String>();
        for (int magnitude = 0; magnitude <= magnitude(nanoUsd); magnitude++) {
            magnitudes.add("m" + magnitude);
        }
        return magnitudes;
    }

    /** Opens it, if nobody has searched so far. */
    void warm() {
        index.warm();
    }

    /** What is committed now can be found from here on. */
    boolean refresh() {
        return index.refresh();
    }

    IndexStatus status() {
        return index.status();
    }

    @Override
    public void close() {
        index.close();
    }
}
