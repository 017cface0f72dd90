package ai.robutler.identity;

import ai.robutler.core.Asked;
import ai.robutler.core.AuthenticationException;
import ai.robutler.core.Caller;
import ai.robutler.core.Credential;
import ai.robutler.store.Database;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * API keys. They are looked up in the database, by one indexed read, and kept for a second at most:
 * when {@link #revoke} returns, the key is worthless on every node. Thread-safe.
 */
public final class ApiKeys {
    /** What a secret is compared with when there is no such key; the hash of nothing. */
    private static final String NOBODY = "00".repeat(32);

    private final ApiKeyTable table;
    private final LastUsed lastUsed;
    private final KeptKeys kept = new KeptKeys();
    private final InstantSource clock;

    /** The tables of module {@code identity} must be there. */
    public ApiKeys(Database database, InstantSource clock) {
        this.table = new ApiKeyTable(database);
        this.lastUsed = new LastUsed(table);
        this.clock = clock;
    }

    /**
     * Makes a key. What this returns is the only place where its secret ever is.
     *
     * @throws IllegalArgumentException if it would have expired already
     * @throws ai.robutler.core.UnavailableException if the database is away
     */
    public CreatedApiKey create(NewApiKey wanted) {
        var now = clock.instant();
        if (wanted.expires().map(end -> !end.isAfter(now)).orElse(false)) {
            throw new IllegalArgumentException("the key would have expired already");
        }
        KeyText text = KeyText.random();
        table.insert(text.id(), text.hash(), wanted, now);
        return new CreatedApiKey(require(text.id()), text.text());
    }

    private ApiKey require(String id) {
        return find(id).orElseThrow();
    }

    /** The key with this public part, be it good or not. */
    Optional<ApiKey> find(String id) {
        return table.find(id).map(ApiKeyTable.Row::key);
    }

    /** All keys, the revoked and expired ones too; by user and age. */
    public List<ApiKey> list() {
        return table.list(Optional.empty());
    }

    /** The keys of one user. */
    public List<ApiKey> list(String user) {
        return table.list(Optional.of(user));
    }

    /**
     * Makes a key worthless, for good. It takes a second: when this returns, no node takes the key
     * any more.
     *
     * @param id its public part, with or without {@code rk_}
     * @return whether there was such a key, and it was not revoked before
     * @throws ai.robutler.core.UnavailableException if the database is away
     */
    public boolean revoke(String id) {
        String bare = id.startsWith(KeyText.PREFIX) ? id.substring(KeyText.PREFIX.length()) : id;
        boolean revoked = table.revoke(bare, clock.instant());
        KeptKeys.awaitEnd();
        return revoked;
    }

    /**
     * Makes all keys of a user worthless, as {@link #revoke} does.
     *
     * @return how many were not revoked before
     * @throws ai.robutler.core.UnavailableException if the database is away
     */
    public int revokeAll(String user) {
        int revoked = table.revokeAll(user, clock.instant());
        KeptKeys.awaitEnd();
        return revoked;
    }

    /**
     * The key with this text.
     *
     * @return nothing for a text that is no key, an unknown key, a wrong secret, a revoked or
     *     expired key: they cannot be told apart, by time neither
     * @throws ai.robutler.core.UnavailableException if nobody can tell now
     */
    Optional<ApiKey> check(String text) {
        Optional<KeyText> parsed = KeyText.parse(text);
        if (parsed.isEmpty()) {
            return Optional.empty();
        }
        Optional<ApiKey> found = kept.find(parsed.get()).or(() -> lookUp(parsed.get()));
        if (found.isEmpty()) {
            return found;
        }
        ApiKey key = found.get();
        var now = clock.instant();
        if (!key.isGood(now)) {
            return Optional.empty();
        }
        lastUsed.note(key.id(), now);
        return found;
    }

    private Optional<ApiKey> lookUp(KeyText given) {
        var asked = Asked.now();
        Optional<ApiKeyTable.Row> row = table.find(given.id());
        boolean isRight = given.matches(row.map(ApiKeyTable.Row::hash).orElse(NOBODY));
        if (!isRight || row.isEmpty()) {
            return Optional.empty();
        }
        ApiKey key = row.get().key();
        kept.keep(key, row.get().hash(), asked);
        return Optional.of(key);
    }

    /**
     * @throws AuthenticationException if the key is not good
     * @throws ai.robutler.core.UnavailableException if nobody can tell now
     */
    Caller.User caller(String text) {
        ApiKey key =
                check(text)
                        .orElseThrow(
                                () ->
                                        AuthenticationException.invalidToken(
                                                "The API key is wrong, revoked or expired."));
        return new Caller.User(
                key.user(),
                key.scopes(),
                new Credential("key:" + key.id(), "", key.agents(), key.budgets()));
    }

    /** Writes down when keys were last used; called now and then. */
    void flush() {
        lastUsed.flush();
    }
}
