package ai.robutler.search;

import ai.robutler.core.Embedder;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;

/**
 * What an index is made of, and where it is kept.
 *
 * @param feed tells of changes
 * @param table the documents
 * @param format raised when the table's documents are made otherwise than before: indexes of other
 *     formats are made anew
 * @param owners fields that every document has and every query names: whose data it is. A search
 *     that names none of them fails, so that nobody is shown what is another's by an oversight
 * @param folder where indexes are kept, each in a folder of its own; empty: in memory
 * @param embedder makes the vectors of documents and queries; empty: search goes by words alone
 * @param late whether it is opened when it is first asked for anything, and no sooner
 */
public record IndexOptions(
        ChangeFeed feed,
        SearchTable table,
        int format,
        Set<String> owners,
        Optional<Path> folder,
        Optional<Embedder> embedder,
        boolean late) {
    public IndexOptions {
        owners = Set.copyOf(owners);
    }

    /** An index in memory, of format 1, whose documents belong to nobody. */
    public static IndexOptions of(ChangeFeed feed, SearchTable table) {
        return new IndexOptions(
                feed, table, 1, Set.of(), Optional.empty(), Optional.empty(), false);
    }

    /** Kept in a folder of the data directory, so that it need not be made anew at each start. */
    public IndexOptions in(Path indexes) {
        return new IndexOptions(feed, table, format, owners, Optional.of(indexes), embedder, late);
    }

    public IndexOptions ownedBy(String... fields) {
        return new IndexOptions(feed, table, format, Set.of(fields), folder, embedder, late);
    }

    public IndexOptions format(int number) {
        return new IndexOptions(feed, table, number, owners, folder, embedder, late);
    }

    /** With vectors, made in the background by this model. */
    public IndexOptions meaningBy(Embedder model) {
        return meaningBy(Optional.of(model));
    }

    /** With vectors where there is a model. */
    public IndexOptions meaningBy(Optional<Embedder> model) {
        return new IndexOptions(feed, table, format, owners, folder, model, late);
    }

    /** Opened when it is first asked for anything: what nobody searches costs nothing. */
    public IndexOptions openedLate() {
        return new IndexOptions(feed, table, format, owners, folder, embedder, true);
    }

    /** Where this index is kept. */
    Optional<Path> place() {
        return folder.map(indexes -> indexes.resolve(feed.name()));
    }

    /** Refuses documents and queries that do not say whose they are. */
    void checkOwners(Collection<String> fields) {
        for (String owner : owners) {
            if (!fields.contains(owner)) {
                throw new IllegalArgumentException(
                        "the index of " + feed.name() + " needs the field " + owner);
            }
        }
    }
}
