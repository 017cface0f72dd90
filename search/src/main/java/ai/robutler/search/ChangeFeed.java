package ai.robutler.search;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Tells all nodes which documents have changed. A module that is searched has one, and notes each
 * change in the transaction that makes it:
 *
 * <pre>{@code
 * static final ChangeFeed FEED = new ChangeFeed("memory");
 *
 * database.write(handle -> {
 *     handle.execute("INSERT INTO memories (id, …) VALUES (?, …)", id, …);
 *     return FEED.changed(handle, List.of(id));
 * });
 * index.refresh(); // where the next search must see it; elsewhere it does within a second
 * }</pre>
 *
 * <p>Nothing is ever overlooked: changes are numbered under a lock that ends with the transaction,
 * so that whoever sees a number sees all that are smaller. Transactions that note changes of the
 * same feed therefore wait for each other from that call on: make it the last one.
 *
 * @param name small letters, digits and hyphens; the same on all nodes
 */
public record ChangeFeed(String name) {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,31}");
    private static final int AT_ONCE = 500;

    public ChangeFeed {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("a feed has a name like memory, not " + name);
        }
    }

    /**
     * Documents are new, or other than before.
     *
     * @return the number of the last change
     */
    public long changed(Handle handle, Collection<String> ids) {
        return note(handle, ids, List.of());
    }

    /**
     * Documents are gone, and what was known of their meaning with them.
     *
     * @return the number of the last change
     */
    public long removed(Handle handle, Collection<String> ids) {
        return note(handle, List.of(), ids);
    }

    /**
     * Both at once.
     *
     * @param changed documents that are new or other; what is in both is gone
     * @param removed documents that are gone
     * @return the number of the last change
     */
    public long note(Handle handle, Collection<String> changed, Collection<String> removed) {
        Set<String> gone = new LinkedHashSet<>(removed);
        Set<String> there = new LinkedHashSet<>(changed);
        there.removeAll(gone);
        there.forEach(SearchDocument::checkId);
        int many = gone.size() + there.size();
        long last = number(handle, many);
        if (many > 0) {
            long next = last - many + 1;
            next = rows(handle, gone, 1, next);
            rows(handle, there, 0, next);
            forgetMeaning(handle, List.copyOf(gone));
        }
        return last;
    }

    private long number(Handle handle, int many) {
        return handle.select(
                        "INSERT INTO search_feeds (feed, epoch, seq, forgotten) VALUES (?, ?, ?, 0)"
                                + " ON CONFLICT (feed) DO UPDATE SET seq = search_feeds.seq + ?"
                                + " RETURNING seq",
                        name,
                        UUID.randomUUID().toString(),
                        many,
                        many)
                .mapTo(Long.class)
                .one();
    }

    private long rows(Handle handle, Set<String> ids, int gone, long first) {
        if (ids.isEmpty()) {
            return first;
        }
        long now = InstantSource.system().millis();
        long seq = first;
        try (PreparedBatch batch =
                handle.prepareBatch(
                        "INSERT INTO search_changes (feed, id, seq, gone, changed) VALUES (?, ?, ?, ?, ?)"
                                + " ON CONFLICT (feed, id) DO UPDATE SET seq = excluded.seq,"
                                + " gone = excluded.gone, changed = excluded.changed")) {
            for (String id : ids) {
                batch.add(name, id, seq++, gone, now);
            }
            batch.execute();
        }
        return seq;
    }

    private void forgetMeaning(Handle handle, List<String> ids) {
        for (int from = 0; from < ids.size(); from += AT_ONCE) {
            handle.createUpdate("DELETE FROM search_vectors WHERE feed = :feed AND id IN (<ids>)")
                    .bind("feed", name)
                    .bindList("ids", ids.subList(from, Math.min(ids.size(), from + AT_ONCE)))
                    .execute();
        }
    }
}
