package ai.robutler.discovery;

import org.jdbi.v3.core.Handle;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The servers on this database, and who of them has which agent. */
final class NodeTable {
    private NodeTable() {}

    static void seen(Handle handle, String node, String url, long now) {
        handle.execute(
                "INSERT INTO discovery_node (id, url, seen) VALUES (?, ?, ?) ON CONFLICT (id)"
                        + " DO UPDATE SET url = excluded.url, seen = excluded.seen",
                node,
                url,
                now);
    }

    static List<String> urls(Handle handle) {
        return handle.select("SELECT DISTINCT url FROM discovery_node ORDER BY url LIMIT 1000")
                .mapTo(String.class)
                .list();
    }

    static int count(Handle handle) {
        return handle.select("SELECT count(*) FROM discovery_node").mapTo(Integer.class).one();
    }

    static void present(Handle handle, String node, Collection<String> entries) {
        for (String entry : entries) {
            handle.execute(
                    "INSERT INTO discovery_presence (entry, node) VALUES (?, ?)"
                            + " ON CONFLICT (entry, node) DO NOTHING",
                    entry,
                    node);
        }
    }

    static List<String> present(Handle handle, String node) {
        return handle.select("SELECT entry FROM discovery_presence WHERE node = ?", node)
                .mapTo(String.class)
                .list();
    }

    /** Takes back that a node has these; those of them that no node has any more. */
    static List<String> absent(Handle handle, String node, Collection<String> entries) {
        var orphans = new ArrayList<String>();
        for (String entry : entries) {
            handle.execute(
                    "DELETE FROM discovery_presence WHERE entry = ? AND node = ?", entry, node);
            if (handle.select("SELECT 1 FROM discovery_presence WHERE entry = ? LIMIT 1", entry)
                    .mapTo(Integer.class)
                    .findOne()
                    .isEmpty()) {
                orphans.add(entry);
            }
        }
        return orphans;
    }

    static List<String> silent(Handle handle, long since) {
        return handle.select("SELECT id FROM discovery_node WHERE seen < ? LIMIT 100", since)
                .mapTo(String.class)
                .list();
    }

    /** Forgets a node that was silent since then; whether it still was. */
    static boolean forget(Handle handle, String node, long since) {
        return handle.execute("DELETE FROM discovery_node WHERE id = ? AND seen < ?", node, since)
                > 0;
    }

    static void forget(Handle handle, String node) {
        handle.execute("DELETE FROM discovery_node WHERE id = ?", node);
    }
}
