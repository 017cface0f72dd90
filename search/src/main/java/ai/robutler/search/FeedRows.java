package ai.robutler.search;

import org.jdbi.v3.core.Handle;

import java.util.List;
import java.util.Optional;

/** Reads a feed. */
record FeedRows(String feed) {

    FeedHead head(Handle handle) {
        return handle.select("SELECT epoch, seq, forgotten FROM search_feeds WHERE feed = ?", feed)
                .map((row, _) -> new FeedHead(row.getString(1), row.getLong(2), row.getLong(3)))
                .findOne()
                .orElse(FeedHead.NONE);
    }

    List<Change> after(Handle handle, long seq, int limit) {
        return handle.select(
                        "SELECT id, seq, gone FROM search_changes WHERE feed = ? AND seq > ?"
                                + " ORDER BY seq LIMIT ?",
                        feed,
                        seq,
                        limit)
                .map((row, _) -> new Change(row.getString(1), row.getLong(2), row.getInt(3) == 1))
                .list();
    }

    /** Forgets removals that everybody has seen; an index that was away for longer begins anew. */
    void forget(Handle handle, long before, int limit) {
        Optional<Long> last =
                handle.select(
                                "SELECT max(seq) FROM (SELECT seq FROM search_changes WHERE feed = ?"
                                        + " AND gone = 1 AND changed < ? ORDER BY seq LIMIT ?) AS old",
                                feed,
                                before,
                                limit)
                        .map((row, _) -> Optional.ofNullable((Number) row.getObject(1)))
                        .one()
                        .map(Number::longValue);
        last.ifPresent(
                seq -> {
                    handle.execute(
                            "UPDATE search_feeds SET forgotten = ? WHERE feed = ? AND forgotten < ?",
                            seq,
                            feed,
                            seq);
                    handle.execute(
                            "DELETE FROM search_changes WHERE feed = ? AND gone = 1"
                                    + " AND changed < ? AND seq <= ?",
                            feed,
                            before,
                            seq);
                });
    }
}
