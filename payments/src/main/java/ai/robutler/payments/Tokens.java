package ai.robutler.payments;

import ai.robutler.core.InvalidRequestException;
import ai.robutler.core.PaymentRequiredException;
import ai.robutler.payments.Ledger.Delegate;
import ai.robutler.payments.Ledger.PaymentToken;
import ai.robutler.payments.Ledger.TokenState;

import org.jdbi.v3.core.Handle;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The payment tokens of the embedded ledger. Thread-safe; calls block and fail like those of the
 * {@link Ledger}.
 */
public final class Tokens {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Books books;

    Tokens(Books books) {
        this.books = books;
    }

    /**
     * A new token that spends of an account, which is opened if need be. The account may have less
     * than the token's limit: then it is the account that limits.
     *
     * @param limitNanoUsd more than 0
     * @param lifetime at most 366 days; whole seconds, rounded down
     * @param agent the only agent that it is good for, "" for any
     */
    public PaymentToken issue(String account, long limitNanoUsd, Duration lifetime, String agent) {
        return issue(newId("issue"), account, limitNanoUsd, lifetime, agent);
    }

    /** As above, with an id of the issue: the same id gives the same token again. */
    public PaymentToken issue(
            String id, String account, long limitNanoUsd, Duration lifetime, String agent) {
        Accounts.requirePayer(account);
        check(id, limitNanoUsd, lifetime, agent);
        String hash = Fingerprint.of("ISSUE", account, limitNanoUsd, lifetime, agent);
        String name = newId("pt");
        // Signed outside of the transaction: the signer may have to write, too.
        return text(
                books.write(
                        handle -> {
                            long now = books.now();
                            var row =
                                    row(
                                            id,
                                            hash,
                                            account,
                                            List.of(name),
                                            agent,
                                            limitNanoUsd,
                                            now,
                                            expiry(now, lifetime));
                            AccountTable.open(handle, account, now);
                            return insert(handle, row);
                        }));
    }

    /** Without a look at the database: what the text alone tells. */
    Ledger.Spender spender(String token, String agent) {
        TokenText.Claims claims = books.tokens().verify(token);
        if (!claims.agent().isEmpty() && !claims.agent().equals(agent)) {
            throw TokenTable.otherAgent();
        }
        return new Ledger.Spender(claims.account(), claims.isPart());
    }

    /**
     * @param run the agent in whose run it is delegated, "" for whoever has the token
     */
    PaymentToken delegate(Delegate delegate, String run) {
        check(delegate.id(), delegate.nanoUsd(), delegate.lifetime(), delegate.agent());
        TokenText.Claims claims = books.tokens().verify(delegate.token());
        String hash =
                Fingerprint.of(
                        "DELEGATE",
                        claims.id(),
                        delegate.nanoUsd(),
                        delegate.agent(),
                        delegate.lifetime());
        String name = newId("pt");
        try {
            return text(books.spend(handle -> delegate(handle, delegate, claims, run, hash, name)));
        } catch (NotEnough e) {
            throw e.refusal();
        }
    }

    private TokenRow delegate(
            Handle handle,
            Delegate delegate,
            TokenText.Claims claims,
            String run,
            String hash,
            String name) {
        var before = TokenTable.findIssue(handle, delegate.id());
        if (before.isPresent()) {
            return same(before.get(), hash);
        }
        long now = books.now();
        TokenRow parent = find(handle, claims);
        boolean isOwnRun = !run.isEmpty() && parent.admits(run);
        if (!delegate.agent().isEmpty() && !parent.admits(delegate.agent()) && !isOwnRun) {
            throw InvalidRequestException.of(
                    "agent",
                    "The token is bound to another agent, and so is all that comes of it.");
        }
        if (parent.depth() == Terms.DEEPEST) {
            throw InvalidRequestException.of(
                    "token",
                    "The token is " + Terms.DEEPEST + " levels deep: no more can come of it.");
        }
        long spendable = spendable(handle, parent, now);
        if (delegate.nanoUsd() > spendable) {
            throw NotEnough.limit(
                    "The payment token has not enough left for this.",
                    delegate.nanoUsd(),
                    spendable);
        }
        var lineage = new ArrayList<String>();
        lineage.add(name);
        lineage.addAll(parent.lineage());
        return insert(
                handle,
                row(
                        delegate.id(),
                        hash,
                        parent.account(),
                        lineage,
                        delegate.agent().isEmpty() ? parent.agent() : delegate.agent(),
                        delegate.nanoUsd(),
                        now,
                        Math.min(parent.expires(), expiry(now, delegate.lifetime()))));
    }

    /**
     * Ends a token, and all that came of it: nothing more is held of them. What is held already may
     * still be settled. It takes a second: when this returns, no node begins anything more that
     * they pay for.
     *
     * @param token its id
     * @return whether it was good until now
     */
    public boolean revoke(String token) {
        boolean revoked =
                books.write(
                        handle ->
                                handle.execute(
                                                "UPDATE ledger_token SET revoked = ?"
                                                        + " WHERE id = ? AND revoked = 0",
                                                Math.max(1, books.now()),
                                                token)
                                        == 1);
        SharedHolds.awaitEnd();
        return revoked;
    }

    /**
     * Ends all tokens of an account, as {@link #revoke} does.
     *
     * @return how many of them were good until now
     */
    public long revokeAll(String account) {
        int revoked =
                books.write(
                        handle ->
                                handle.execute(
                                        "UPDATE ledger_token SET revoked = ? WHERE account = ?"
                                                + " AND revoked = 0 AND expires > ?",
                                        Math.max(1, books.now()),
                                        account,
                                        books.now()));
        SharedHolds.awaitEnd();
        return revoked;
    }

    /**
     * The tokens of an account, good or not, by id.
     *
     * @param after the last of the page before, "" for the first page
     */
    public List<TokenState> list(String account, String after, int limit) {
        return books.read(
                handle ->
                        TokenTable.ofAccount(handle, account, after, limit).stream()
                                .map(row -> state(row, 0))
                                .toList());
    }

    TokenState verify(String token, String agent) {
        TokenText.Claims claims = books.tokens().verify(token);
        return books.read(
                handle -> {
                    TokenRow row = find(handle, claims);
                    if (!row.admits(agent)) {
                        throw TokenTable.otherAgent();
                    }
                    return state(row, spendable(handle, row, books.now()));
                });
    }

    /** A token's state, whether it is good or not; for operators. */
    public TokenState show(String token) {
        return books.read(
                handle -> {
                    TokenRow row =
                            TokenTable.find(handle, token)
                                    .orElseThrow(
                                            () ->
                                                    InvalidRequestException.notFound(
                                                            "token_not_found",
                                                            "token",
                                                            "There is no such token."));
                    long spendable;
                    try {
                        spendable = spendable(handle, row, books.now());
                    } catch (PaymentRequiredException e) {
                        spendable = 0;
                    }
                    return state(row, spendable);
                });
    }

    private static TokenState state(TokenRow row, long spendable) {
        return new TokenState(
                row.id(),
                row.account(),
                row.limit(),
                row.posted(),
                row.held(),
                spendable,
                row.expiry(),
                row.agent());
    }

    private static TokenRow find(Handle handle, TokenText.Claims claims) {
        return TokenTable.find(handle, claims.id())
                .filter(row -> row.account().equals(claims.account()))
                .orElseThrow(TokenTable::unknown);
    }

    /** The least of what is left of a token, of those that it came of, and of the account. */
    private static long spendable(Handle handle, TokenRow token, long now) {
        long least =
                AccountTable.balance(handle, token.account())
                        .map(AccountTable.Balance::spendable)
                        .orElse(0L);
        for (TokenRow row : TokenTable.lineage(handle, token)) {
            TokenTable.requireGood(row, now);
            least = Math.min(least, row.left());
        }
        return least;
    }

    private TokenRow insert(Handle handle, TokenRow row) {
        if (TokenTable.insert(handle, row)) {
            return row;
        }
        return same(TokenTable.findIssue(handle, row.issue()).orElseThrow(), row.hash());
    }

    private static TokenRow same(TokenRow row, String hash) {
        if (!row.hash().equals(hash)) {
            throw Journal.reused();
        }
        return row;
    }

    private PaymentToken text(TokenRow row) {
        return new PaymentToken(books.tokens().sign(row), row.id(), row.limit(), row.expiry());
    }

    private static TokenRow row(
            String issue,
            String hash,
            String account,
            List<String> lineage,
            String agent,
            long limit,
            long issued,
            long expires) {
        return new TokenRow(
                lineage.getFirst(),
                issue,
                hash,
                account,
                lineage,
                agent,
                limit,
                0,
                0,
                issued,
                expires,
                0);
    }

    /** In whole seconds, as in the token's text. */
    private static long expiry(long now, Duration lifetime) {
        return Instant.ofEpochMilli(now).plus(lifetime).getEpochSecond() * 1_000;
    }

    private static void check(String id, long nanoUsd, Duration lifetime, String agent) {
        Terms.id("id", id);
        Terms.name("agent", agent);
        Terms.lifetime("lifetime", lifetime, Terms.LONGEST_TOKEN);
        if (Terms.amount("amount", nanoUsd) == 0) {
            throw InvalidRequestException.of("amount", "amount must be more than 0.");
        }
    }

    private static String newId(String kind) {
        byte[] bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        return kind + "_" + HexFormat.of().formatHex(bytes);
    }
}
