package ai.robutler.payments;

import ai.robutler.core.InvalidRequestException;
import ai.robutler.payments.Journal.Transfer;
import ai.robutler.payments.Ledger.Hold;

import org.jdbi.v3.core.Handle;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The accounts of the embedded ledger, for operators. Those of users are called {@code user:NAME};
 * those of the platform are here. Thread-safe; calls block and fail like those of the {@link
 * Ledger}.
 */
public final class Accounts {
    /** Where money comes in: what it has less than nothing is what all others have. */
    public static final String DEPOSITS = "platform:deposits";

    /** What the platform keeps of what others earn. */
    public static final String FEES = "platform:fees";

    /** What is paid for models that the platform's own keys are used for. */
    public static final String MODELS = "platform:models";

    private static final String PLATFORM = "platform:";

    private final Books books;

    Accounts(Books books) {
        this.books = books;
    }

    /** The account of a user. */
    public static String ofUser(String user) {
        return "user:" + user;
    }

    /**
     * An account and its money.
     *
     * @param balanceNanoUsd what it has, held amounts included; below 0 only where money comes in
     */
    public record Account(String id, long balanceNanoUsd, long heldNanoUsd) {}

    /** Opens an account that can pay; one that is open stays as it is. */
    public Account open(String account) {
        requirePayer(account);
        return books.write(
                handle -> {
                    AccountTable.open(handle, account, books.now());
                    return show(handle, account).orElseThrow();
                });
    }

    /**
     * Money came in: adds it to an account, which is opened if need be.
     *
     * @param nanoUsd more than 0
     * @param id names the movement, see {@link Ledger}
     * @param memo a few words for the statement
     * @return the account as it is afterwards
     */
    public Account credit(String account, long nanoUsd, String id, String memo) {
        requirePayer(account);
        Terms.id("id", id);
        if (Terms.amount("amount", nanoUsd) == 0) {
            throw InvalidRequestException.of("amount", "amount must be more than 0.");
        }
        String hash = Fingerprint.of(Movement.Op.CREDIT, account, nanoUsd, memo);
        return books.write(
                handle -> {
                    credit(handle, account, nanoUsd, id, memo, hash);
                    return show(handle, account).orElseThrow();
                });
    }

    private void credit(
            Handle handle, String account, long nanoUsd, String id, String memo, String hash) {
        long now = books.now();
        OptionalLong seq =
                Journal.insert(
                        handle,
                        new Movement(
                                0,
                                id,
                                Movement.Op.CREDIT,
                                hash,
                                now,
                                "",
                                account,
                                "",
                                "",
                                Terms.words(memo),
                                false,
                                nanoUsd,
                                0,
                                0,
                                Hold.State.SETTLED,
                                0,
                                0));
        if (seq.isEmpty()) {
            var _ = Journal.repeated(handle, id, hash).orElseThrow(Journal::reused);
            return;
        }
        Journal.enter(
                handle,
                seq.getAsLong(),
                List.of(new Transfer(DEPOSITS, account, nanoUsd, "credit")));
        AccountTable.deposit(handle, account, nanoUsd, now);
        AccountTable.add(handle, DEPOSITS, -nanoUsd, AccountTable.shard(id.hashCode()));
    }

    /** Empty if nobody opened it or paid to it. */
    public Optional<Account> show(String account) {
        Terms.account("account", account);
        return books.read(handle -> show(handle, account));
    }

    private static Optional<Account> show(Handle handle, String account) {
        return AccountTable.balance(handle, account)
                .map(balance -> new Account(account, balance.nano(), balance.held()));
    }

    /**
     * Accounts in the order of their names.
     *
     * @param after the last of the page before, "" for the first
     * @param limit 1 to 1,000
     */
    public List<Account> list(String after, int limit) {
        return books.read(
                handle ->
                        handle
                                .select(
                                        "SELECT id FROM ledger_account WHERE id > ? UNION SELECT account"
                                                + " FROM ledger_credit WHERE account > ? ORDER BY 1 LIMIT ?",
                                        after,
                                        after,
                                        Math.clamp(limit, 1, 1_000))
                                .mapTo(String.class)
                                .stream()
                                .map(id -> show(handle, id).orElseThrow())
                                .toList());
    }

    static void requirePayer(String account) {
        Terms.account("account", account);
        if (account.startsWith(PLATFORM)) {
            throw InvalidRequestException.of(
                    "account", "Accounts of the platform only receive; name one of a user.");
        }
    }
}
