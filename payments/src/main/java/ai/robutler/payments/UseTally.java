package ai.robutler.payments;

import ai.robutler.core.PaidUse;

import org.jdbi.v3.core.Handle;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Counts how much agents were paid for, from the movements as they are, each once, whatever node
 * counts. A request counts by its first hold: settled, if something was charged for it, freed, if
 * it was given back. What a user pays to himself counts as nothing.
 */
final class UseTally implements PaidUse {
    /**
     * A movement that is older than this has no transaction left before it that could still add one
     * with a smaller number.
     */
    private static final Duration LAG = Duration.ofMinutes(1);

    private static final int BATCH = 500;

    /**
     * A hold of a run, as they are named: the namespace of a remote merchant, the run, the number.
     * A part of a shared hold is named by what settles it.
     */
    private static final Pattern HOLD =
            Pattern.compile(
                    "(~[0-9a-f]{32}~)?(?:(?:settle:)?run:[0-9a-f]{32}:([0-9]+)|.*)",
                    Pattern.DOTALL);

    private final Books books;
    private final int most;

    UseTally(Books books) {
        this(books, BATCH);
    }

    /**
     * @param most how many movements are counted in one transaction
     */
    UseTally(Books books, int most) {
        this.books = books;
        this.most = most;
    }

    /** A movement that ended a hold, or took a part of one. */
    private record End(
            long seq, String hold, String account, String agent, long charged, boolean own) {}

    @Override
    public Map<Agent, Use> of(Collection<Agent> agents) {
        if (agents.isEmpty()) {
            return Map.of();
        }
        Map<String, Agent> byKey = new HashMap<>();
        agents.forEach(agent -> byKey.put(key(space(agent.merchant()), agent.name()), agent));
        var uses = new HashMap<Agent, Use>();
        List<String> names = agents.stream().map(Agent::name).distinct().toList();
        books.read(handle -> read(handle, names))
                .forEach(
                        (key, use) -> {
                            Agent agent = byKey.get(key);
                            if (agent != null) {
                                uses.put(agent, use);
                            }
                        });
        return uses;
    }

    private static Map<String, Use> read(Handle handle, List<String> names) {
        var found = new HashMap<String, Use>();
        handle.createQuery(
                        "SELECT merchant, agent, settled, freed FROM ledger_use WHERE agent IN"
                                + " (<names>) LIMIT 10000")
                .bindList("names", names)
                .map(
                        (row, _) ->
                                Map.entry(
                                        key(row.getString(1), row.getString(2)),
                                        new Use(row.getLong(3), row.getLong(4))))
                .forEach(entry -> found.put(entry.getKey(), entry.getValue()));
        return found;
    }

    private static String space(String merchant) {
        return merchant.isEmpty() ? "" : Wire.namespace(merchant);
    }

    private static String key(String space, String agent) {
        return space + "\n" + agent;
    }

    /** Counts what has happened since; how many movements there were. */
    int count() {
        int counted = 0;
        int batch = most;
        while (batch == most && !Thread.currentThread().isInterrupted()) {
            // Most of the time there is nothing to write.
            batch =
                    books.read(handle -> ends(handle, place(handle, ""))).isEmpty()
                            ? 0
                            : books.write(this::countBatch);
            counted += batch;
        }
        return counted;
    }

    private int countBatch(Handle handle) {
        String lock =
                switch (books.database().kind()) {
                    case SQLITE -> "";
                    case POSTGRESQL -> " FOR UPDATE";
                };
        List<End> ends = ends(handle, place(handle, lock));
        var uses = new TreeMap<String, long[]>();
        for (End end : ends) {
            Matcher hold = HOLD.matcher(end.hold());
            boolean first = hold.matches() && (hold.group(2) == null || hold.group(2).equals("1"));
            String space = hold.group(1) == null ? "" : hold.group(1);
            if (first && !end.own() && !isOwn(space, end.account()) && !end.agent().isEmpty()) {
                long[] use = uses.computeIfAbsent(key(space, end.agent()), _ -> new long[2]);
                use[end.charged() > 0 ? 0 : 1]++;
            }
        }
        uses.forEach((key, use) -> add(handle, key.split("\n", 2), use));
        if (!ends.isEmpty()) {
            handle.execute(
                    "UPDATE ledger_use_place SET seq = ? WHERE id = 1", ends.getLast().seq());
        }
        return ends.size();
    }

    private static void add(Handle handle, String[] key, long[] use) {
        handle.execute(
                "INSERT INTO ledger_use (merchant, agent, settled, freed) VALUES (?, ?, ?, ?)"
                        + " ON CONFLICT (merchant, agent) DO UPDATE SET settled ="
                        + " ledger_use.settled + excluded.settled, freed = ledger_use.freed +"
                        + " excluded.freed",
                key[0],
                key[1],
                use[0],
                use[1]);
    }

    /** Whether a merchant was paid by itself. */
    private static boolean isOwn(String space, String account) {
        return !space.isEmpty()
                && account.startsWith("user:")
                && Wire.namespace(account.substring("user:".length())).equals(space);
    }

    private static long place(Handle handle, String lock) {
        return handle.select("SELECT seq FROM ledger_use_place WHERE id = 1" + lock)
                .mapTo(Long.class)
                .one();
    }

    /** All kinds of movements, in their order, until one that is too young. */
    private List<End> ends(Handle handle, long after) {
        // The bounds are said twice: else PostgreSQL may read all transfers for them.
        return handle.select(
                        "SELECT m.seq, CASE WHEN m.op = 'CAPTURE' THEN m.id ELSE m.hold END,"
                                + " m.account, CASE WHEN m.op = 'VOID' OR m.op IN ('SETTLE', 'CAPTURE')"
                                + " AND m.charged > 0 OR m.op = 'CAPTURE' AND m.pending = 0 AND"
                                + " m.unpaid = 0 THEN m.agent ELSE '' END, m.charged,"
                                + " EXISTS (SELECT 1 FROM ledger_transfer AS t"
                                + " WHERE t.movement = m.seq AND t.movement > ?"
                                + " AND t.payee = m.account AND t.nano > 0)"
                                + " FROM ledger_movement AS m WHERE m.seq > ? AND m.seq < COALESCE("
                                + "(SELECT y.seq FROM ledger_movement AS y"
                                + " WHERE y.seq > ? AND y.time > ? ORDER BY y.seq LIMIT 1), ?)"
                                + " ORDER BY m.seq LIMIT ?",
                        after,
                        after,
                        after,
                        books.now() - LAG.toMillis(),
                        Long.MAX_VALUE,
                        most)
                .map(
                        (row, _) ->
                                new End(
                                        row.getLong(1),
                                        row.getString(2),
                                        row.getString(3),
                                        row.getString(4),
                                        row.getLong(5),
                                        row.getBoolean(6)))
                .list();
    }
}
