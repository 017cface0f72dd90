package ai.robutler.discovery;

import org.jdbi.v3.core.Handle;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;

/** What publishers were asked to show, and what this platform shows to others. */
final class ChallengeTable {
    private static final SecureRandom RANDOM = new SecureRandom();

    /** How long there is time to show it. */
    static final long LIFETIME = 3_600_000;

    /**
     * One that is open.
     *
     * @param token part of the place where it is to be shown
     * @param proof what is to be shown there: nobody can guess it from the place
     */
    record Challenge(
            String owner, String name, String url, String token, String proof, long expires) {
        String location() {
            return url + ProofEndpoints.PATH + token;
        }
    }

    private ChallengeTable() {}

    static Optional<Challenge> open(
            Handle handle, String owner, String name, String url, long now) {
        return handle.select(
                        "SELECT token, proof, expires FROM discovery_challenge WHERE owner = ?"
                                + " AND name = ? AND url = ? AND expires > ?",
                        owner,
                        name,
                        url,
                        now)
                .map(
                        (row, _) ->
                                new Challenge(
                                        owner,
                                        name,
                                        url,
                                        row.getString(1),
                                        row.getString(2),
                                        row.getLong(3)))
                .findOne();
    }

    /** In place of another for the same agent. */
    static Challenge make(Handle handle, String owner, String name, String url, long now) {
        var made = new Challenge(owner, name, url, random(), random(), now + LIFETIME);
        handle.execute(
                "INSERT INTO discovery_challenge (owner, name, url, token, proof, expires)"
                        + " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (owner, name) DO UPDATE SET"
                        + " url = excluded.url, token = excluded.token, proof = excluded.proof,"
                        + " expires = excluded.expires",
                owner,
                name,
                url,
                made.token(),
                made.proof(),
                made.expires());
        return made;
    }

    static int count(Handle handle, String owner, long now) {
        return handle.select(
                        "SELECT count(*) FROM discovery_challenge WHERE owner = ? AND expires > ?",
                        owner,
                        now)
                .mapTo(Integer.class)
                .one();
    }

    /** Uses it up; whether it was still there. */
    static boolean take(Handle handle, Challenge challenge) {
        return handle.execute(
                        "DELETE FROM discovery_challenge WHERE owner = ? AND name = ? AND token = ?",
                        challenge.owner(),
                        challenge.name(),
                        challenge.token())
                > 0;
    }

    /** Keeps what is to be shown below an agent of this platform. */
    static void show(Handle handle, String token, String agent, String proof, long expires) {
        handle.execute(
                "INSERT INTO discovery_proof (token, agent, proof, expires) VALUES (?, ?, ?, ?)"
                        + " ON CONFLICT (token) DO UPDATE SET agent = excluded.agent,"
                        + " proof = excluded.proof, expires = excluded.expires",
                token,
                agent,
                proof,
                expires);
    }

    static Optional<String> shown(Handle handle, String token, String agent, long now) {
        return handle.select(
                        "SELECT proof FROM discovery_proof WHERE token = ? AND agent = ?"
                                + " AND expires > ?",
                        token,
                        agent,
                        now)
                .mapTo(String.class)
                .findOne();
    }

    static void forget(Handle handle, long now) {
        handle.execute("DELETE FROM discovery_challenge WHERE expires <= ?", now);
        handle.execute("DELETE FROM discovery_proof WHERE expires <= ?", now);
    }

    private static String random() {
        var bytes = new byte[24];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
