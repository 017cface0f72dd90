package ai.robutler.discovery;

import ai.robutler.core.Agent;
import ai.robutler.core.Scope;
import ai.robutler.store.Database;

import org.jdbi.v3.core.Handle;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Lists what this server serves, for as long as it does. Nodes with one URL list the same entries;
 * one that falls silent leaves them to the others, and those that nobody has any more sink, and are
 * gone after a while.
 */
final class OwnAgents {
    /** How long a node may be silent before it counts as gone. */
    static final Duration SILENCE = Duration.ofSeconds(60);

    private static final long BEAT = 15_000;

    /** How long agents of a node that fell silent are listed as down: it may be back soon. */
    static final Duration KEPT = Duration.ofMinutes(10);

    private final Database database;
    private final InstantSource clock;
    private final String node = name();
    private volatile Map<String, Entry> listed = Map.of();
    private volatile String url = "";
    private long beat;

    OwnAgents(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    private static String name() {
        var bytes = new byte[12];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** Whether this server has it. */
    boolean has(Entry entry) {
        return listed.containsKey(entry.id());
    }

    /** What this server lists. */
    Collection<Entry> listed() {
        return listed.values();
    }

    /**
     * Brings the lists to what is served now, and says that this node lives; does nothing while
     * there is nothing to say.
     *
     * @param base the URL above the agents'
     */
    void list(Collection<Agent> agents, String base) {
        Map<String, Entry> now =
                agents.stream()
                        .map(agent -> entry(agent, base))
                        .collect(
                                Collectors.toMap(
                                        Entry::id,
                                        Function.identity(),
                                        (one, _) -> one,
                                        LinkedHashMap::new));
        boolean changed = !base.equals(url) || !sameAs(now);
        if (!changed && clock.millis() - beat < BEAT) {
            return;
        }
        database.write(
                handle -> {
                    write(handle, now, base, changed);
                    return now.size();
                });
        listed = Map.copyOf(now);
        url = base;
        beat = clock.millis();
    }

    private boolean sameAs(Map<String, Entry> now) {
        return now.keySet().equals(listed.keySet())
                && now.values().stream()
                        .allMatch(entry -> entry.saysAs(listed.getOrDefault(entry.id(), entry)));
    }

    private void write(Handle handle, Map<String, Entry> now, String base, boolean changed) {
        NodeTable.seen(handle, node, base, clock.millis());
        Set<String> before = Set.copyOf(NodeTable.present(handle, node));
        if (!changed && before.equals(now.keySet())) {
            return;
        }
        Map<String, Entry> rows =
                EntryTable.byId(handle, now.keySet()).stream()
                        .collect(Collectors.toMap(Entry::id, Function.identity()));
        var other = new ArrayList<String>();
        for (Entry entry : now.values()) {
            Entry row = rows.get(entry.id());
            if (row == null || !row.saysAs(entry) || row.health() != Health.UP) {
                EntryTable.put(handle, entry, EntryTable.NEVER);
                other.add(entry.id());
            }
        }
        NodeTable.present(handle, node, now.keySet());
        List<String> gone =
                NodeTable.absent(
                        handle, node, before.stream().filter(id -> !now.containsKey(id)).toList());
        gone.forEach(id -> EntryTable.delete(handle, id));
        note(handle, other, gone);
    }

    private Entry entry(Agent agent, String base) {
        String at = base + "/" + agent.name();
        return new Entry(
                        Entry.platformId(at),
                        Entry.Kind.PLATFORM,
                        agent.owner(),
                        agent.name(),
                        at,
                        Words.cut(agent.description(), Publication.LONGEST_DESCRIPTION),
                        intents(agent.intents()),
                        List.of(),
                        0,
                        List.of(),
                        agent.scope(),
                        agent.priceNanoUsd(),
                        Health.UP,
                        0,
                        clock.millis(),
                        EntryTable.NEVER);
    }

    /** Of a file: what is too much of it is left out. */
    private static List<String> intents(List<String> intents) {
        return intents.stream()
                .map(intent -> Words.cut(intent, Publication.LONGEST_INTENT))
                .filter(intent -> !intent.isEmpty())
                .distinct()
                .limit(Publication.MOST_INTENTS)
                .toList();
    }

    /** Sinks what silent nodes alone had; every node may do so. */
    void sinkSilent() {
        long since = clock.millis() - SILENCE.toMillis();
        List<String> silent = database.read(handle -> NodeTable.silent(handle, since));
        for (String id : silent) {
            database.write(
                    handle -> {
                        if (NodeTable.forget(handle, id, since)) {
                            sink(handle, id);
                        }
                        return id;
                    });
        }
    }

    private void sink(Handle handle, String silent) {
        List<String> orphans =
                NodeTable.absent(handle, silent, NodeTable.present(handle, silent));
        long until = clock.millis() + KEPT.toMillis();
        orphans.forEach(
                id ->
                        handle.execute(
                                "UPDATE discovery_entry SET health = 'DOWN', expires = ?"
                                        + " WHERE id = ?",
                                until,
                                id));
        note(handle, orphans, List.of());
    }

    /** Adds to what an agent's file says, wherever it is served. */
    void publish(Handle handle, List<Entry> entries, List<String> intents, long until) {
        for (Entry entry : entries) {
            EntryTable.publish(handle, entry.id(), intents, until);
        }
        note(handle, entries.stream().map(Entry::id).toList(), List.of());
    }

    private static void note(Handle handle, List<String> changed, List<String> removed) {
        if (!changed.isEmpty() || !removed.isEmpty()) {
            EntryIndex.FEED.note(handle, changed, removed);
        }
    }

    /** This server serves nothing any more. */
    void leave() {
        if (url.isEmpty()) {
            return;
        }
        database.write(
                handle -> {
                    List<String> gone =
                            NodeTable.absent(handle, node, NodeTable.present(handle, node));
                    NodeTable.forget(handle, node);
                    gone.forEach(id -> EntryTable.delete(handle, id));
                    note(handle, List.of(), gone);
                    return gone.size();
                });
        listed = Map.of();
    }

    /** What a platform that lists these must be told of them, if they are for everybody. */
    List<Publication> forEverybody() {
        List<String> ids = List.copyOf(listed.keySet());
        if (ids.isEmpty()) {
            return List.of();
        }
        long now = clock.millis();
        return database.read(handle -> EntryTable.byId(handle, ids)).stream()
                .filter(entry -> entry.scope().equals(Scope.ALL))
                .filter(entry -> !entry.allIntents(now).isEmpty())
                .map(entry -> publication(entry, now))
                .toList();
    }

    private static Publication publication(Entry entry, long now) {
        return new Publication(
                entry.name(),
                Optional.of(entry.url()),
                entry.description(),
                entry.allIntents(now),
                entry.tags(),
                entry.scope(),
                entry.priceNanoUsd(),
                Publication.STANDARD_LIFETIME);
    }
}
