package ai.robutler.mcp;

import ai.robutler.core.Json;
import ai.robutler.store.Database;

import tools.jackson.databind.node.ObjectNode;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;

/** What came in here for work that another node does. */
final class ServedMail {
    /** How long it is kept for whoever it is for. */
    private static final long LIFE_MS = 60_000;

    private static final int LARGEST = 1 << 20;
    private static final int MOST = 64;

    /** What it is about. */
    enum Kind {
        CANCEL,
        ANSWER
    }

    /**
     * One piece.
     *
     * @param ref the request's id as JSON text, or the id of ours that is answered
     */
    record Letter(String session, Kind kind, String ref, ObjectNode body) {}

    private final Database database;
    private final InstantSource clock;

    ServedMail(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /** Leaves a letter, unless it is too large, or the session has too many. */
    void post(Letter letter) {
        String body = Json.write(letter.body());
        if (body.length() > LARGEST || letter.ref().length() > ServedMessage.LONGEST_ID + 2) {
            return;
        }
        long now = clock.millis();
        database.writeSoon(
                handle -> {
                    handle.execute("DELETE FROM mcp_mail WHERE created < ?", now - LIFE_MS);
                    return handle.execute(
                            "INSERT INTO mcp_mail (session, kind, ref, body, created)"
                                    + " SELECT ?, ?, ?, ?, ? WHERE"
                                    + " (SELECT COUNT(*) FROM mcp_mail WHERE session = ?) < ?"
                                    + " ON CONFLICT DO NOTHING",
                            letter.session(),
                            letter.kind().name(),
                            letter.ref(),
                            body,
                            now,
                            letter.session(),
                            MOST);
                });
    }

    /** Takes what is there for these sessions. */
    List<Letter> take(Collection<String> sessions) {
        var keys = new ArrayList<Object>(sessions);
        String places = String.join(", ", Collections.nCopies(keys.size(), "?"));
        Object[] arguments = keys.toArray();
        int waiting =
                database.read(
                        handle ->
                                handle.select(
                                                "SELECT COUNT(*) FROM mcp_mail WHERE session IN ("
                                                        + places
                                                        + ")",
                                                arguments)
                                        .mapTo(Integer.class)
                                        .one());
        if (waiting == 0) {
            return List.of();
        }
        return database.writeSoon(
                handle ->
                        handle.select(
                                        "DELETE FROM mcp_mail WHERE session IN ("
                                                + places
                                                + ") RETURNING session, kind, ref, body",
                                        arguments)
                                .map(
                                        (row, _) ->
                                                new Letter(
                                                        row.getString(1),
                                                        Kind.valueOf(row.getString(2)),
                                                        row.getString(3),
                                                        Json.parseObject(row.getString(4))))
                                .list());
    }
}
