package ai.robutler.memory;

import ai.robutler.search.SearchHit;
import ai.robutler.search.SearchIndex;
import ai.robutler.search.SearchQuery;
import ai.robutler.store.Database;

import org.jdbi.v3.core.Handle;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Facts in the database, the same for all nodes, and found by an index that each node makes of
 * them. Thread-safe; callers block.
 */
final class FactStore {
    private static final int AT_ONCE = 500;
    private static final SecureRandom RANDOM = new SecureRandom();

    /** What goes first: the least important, of these the one that was not said for longest. */
    private static final Comparator<Fact> LEAST =
            Comparator.comparingInt(Fact::importance)
                    .thenComparing(Fact::updated)
                    .thenComparing(Fact::id);

    private final Database database;
    private final Supplier<SearchIndex> index;
    private final InstantSource clock;

    /**
     * @param index opened when it is first asked for
     */
    FactStore(Database database, Supplier<SearchIndex> index, InstantSource clock) {
        this.database = database;
        this.index = index;
        this.clock = clock;
    }

    /**
     * What became of a note.
     *
     * @param merged whether it was known already, or nearly
     * @param dropped what had to go for it
     */
    record Saved(Fact fact, boolean merged, List<Fact> dropped) {}

    /** A fact that was found, with how well it fits. */
    record Found(Fact fact, double score) {}

    /**
     * Remembers something. What is the same, or nearly, becomes one with it: the longer words, the
     * greater importance, the tags of both, and the later end.
     *
     * @param most how many facts are kept of the owner: of more, the least important go
     */
    Saved save(MemoryOwner owner, FactNote note, int most) {
        Saved saved = database.write(handle -> save(handle, owner, note, most));
        // The next question may be for it.
        index.get().refresh();
        return saved;
    }

    private Saved save(Handle handle, MemoryOwner owner, FactNote note, int most) {
        Instant now = Instant.ofEpochMilli(clock.millis());
        List<Fact> known = FactRows.all(handle, owner, now.toEpochMilli());
        FactWords words = FactWords.of(note.content());
        List<Fact> same =
                known.stream().filter(fact -> isSame(words, FactWords.of(fact.content()))).toList();
        Fact made = merged(owner, note, same, now);
        same.forEach(fact -> FactRows.remove(handle, fact.id()));
        FactRows.put(handle, made);
        String id = FactRows.idOf(handle, made);
        Fact fact =
                new Fact(
                        id,
                        owner,
                        made.content(),
                        made.importance(),
                        made.tags(),
                        made.created(),
                        now,
                        made.expires());

        var dropped = new ArrayList<>(known);
        dropped.removeAll(same);
        dropped.sort(LEAST);
        List<Fact> tooMany = dropped.subList(0, Math.max(0, dropped.size() + 1 - most));
        tooMany.forEach(each -> FactRows.remove(handle, each.id()));

        var gone = new ArrayList<String>();
        same.stream().map(Fact::id).filter(each -> !each.equals(id)).forEach(gone::add);
        tooMany.stream().map(Fact::id).forEach(gone::add);
        FactRows.FEED.note(handle, List.of(id), gone);
        return new Saved(fact, !same.isEmpty(), List.copyOf(tooMany));
    }

    private static boolean isSame(FactWords one, FactWords other) {
        return one.words().equals(other.words()) || one.isNear(other);
    }

    private static Fact merged(MemoryOwner owner, FactNote note, List<Fact> same, Instant now) {
        String content = note.content();
        int importance = note.importance();
        Set<String> tags = new LinkedHashSet<>(note.tags());
        Instant created = now;
        Optional<Instant> expires = note.expires();
        String id = same.isEmpty() ? newId() : same.getFirst().id();
        for (Fact fact : same) {
            content = fact.content().length() > content.length() ? fact.content() : content;
            importance = Math.max(importance, fact.importance());
            tags.addAll(fact.tags());
            created = fact.created().isBefore(created) ? fact.created() : created;
            expires =
                    expires.isEmpty() || fact.expires().isEmpty()
                            ? Optional.empty()
                            : Optional.of(later(expires.get(), fact.expires().get()));
        }
        return new Fact(
                id,
                owner,
                content,
                importance,
                FactNote.tags(List.copyOf(tags)),
                created,
                now,
                expires);
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private static String newId() {
        byte[] bytes = new byte[10];
        RANDOM.nextBytes(bytes);
        return "mem_" + HexFormat.of().formatHex(bytes);
    }

    /**
     * The facts that fit words best. Importance and age count too, but less.
     *
     * @param tags of which a fact has one; empty for all facts
     */
    List<Found> search(
            MemoryOwner owner, String words, Set<String> tags, int limit, Duration patience) {
        SearchQuery query =
                SearchQuery.of(words)
                        .only("owner", owner.key())
                        .withTypos()
                        .within(patience)
                        .limit(Math.min(SearchQuery.MOST, limit * 4));
        List<SearchHit> hits = index.get().search(tags.isEmpty() ? query : query.only("tag", tags));
        List<String> ids = hits.stream().map(SearchHit::id).toList();
        long now = clock.millis();
        List<Fact> facts = database.read(handle -> FactRows.some(handle, owner, ids, now));
        var found = new ArrayList<Found>();
        for (Fact fact : facts) {
            SearchHit hit = hits.get(ids.indexOf(fact.id()));
            found.add(new Found(fact, FactRank.of(hit.score(), fact, now)));
        }
        found.sort(Comparator.comparingDouble(Found::score).reversed());
        return found.subList(0, Math.min(limit, found.size()));
    }

    Instant now() {
        return Instant.ofEpochMilli(clock.millis());
    }

    /** All facts of an owner, the last said first. */
    List<Fact> all(MemoryOwner owner) {
        return database.read(handle -> FactRows.all(handle, owner, clock.millis()));
    }

    /** Whether there was such a fact. */
    boolean delete(MemoryOwner owner, String id) {
        boolean deleted =
                database.write(
                        handle -> {
                            boolean was =
                                    !FactRows.some(handle, owner, List.of(id), clock.millis())
                                                    .isEmpty()
                                            && FactRows.remove(handle, id);
                            if (was) {
                                FactRows.FEED.removed(handle, List.of(id));
                            }
                            return was;
                        });
        if (deleted) {
            index.get().refresh();
        }
        return deleted;
    }

    /** A page of all facts about a user, of every agent. */
    List<Fact> ofUser(String user, String after, int limit) {
        return database.read(handle -> FactRows.ofUser(handle, user, after, limit));
    }

    void remove(List<String> ids) {
        if (!ids.isEmpty()) {
            database.write(
                    handle -> {
                        ids.forEach(id -> FactRows.remove(handle, id));
                        return FactRows.FEED.removed(handle, ids);
                    });
        }
    }

    /**
     * Removes what has expired, and the oldest of too many facts of callers whom nobody knows.
     *
     * @param strangers how many of those there may be
     */
    void sweep(int strangers) {
        List<String> gone;
        do {
            gone =
                    database.read(
                            handle -> {
                                var ids =
                                        new LinkedHashSet<>(
                                                FactRows.expired(handle, clock.millis(), AT_ONCE));
                                ids.addAll(FactRows.strangers(handle, strangers, AT_ONCE));
                                return List.copyOf(ids);
                            });
            remove(gone);
        } while (gone.size() >= AT_ONCE && !Thread.currentThread().isInterrupted());
    }
}
