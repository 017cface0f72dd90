package ai.robutler.payments;

import ai.robutler.core.InvalidRequestException;

import org.jdbi.v3.core.Handle;

import java.util.Collection;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Accounts. One that pays has a row, whose balance never is below what is held of it. What comes in
 * is added to one of a few rows beside it, so that an account that many pay to makes none of them
 * wait; it is collected into the row when the account wants to spend it.
 */
final class AccountTable {
    /** How many payers can pay to one account at once. */
    private static final int SHARDS = 16;

    private AccountTable() {}

    /** An account's money: what it has in all, and how much of it is held. */
    record Balance(long nano, long held) {
        long spendable() {
            return nano - held;
        }
    }

    static boolean open(Handle handle, String account, long now) {
        return handle.execute(
                        "INSERT INTO ledger_account (id, balance, held, opened) VALUES (?, 0, 0, ?)"
                                + " ON CONFLICT (id) DO NOTHING",
                        account,
                        now)
                == 1;
    }

    static void hold(Handle handle, String account, long nano) {
        int held =
                handle.execute(
                        "UPDATE ledger_account SET held = held + ? WHERE id = ? AND balance - held >= ?",
                        nano,
                        account,
                        nano);
        if (held != 1) {
            throw NotEnough.balance(account, nano, ready(handle, account));
        }
    }

    /** Frees what was held, and takes what is charged of it. */
    static void release(Handle handle, String account, long held, long charged) {
        Rows.one(
                handle.execute(
                        "UPDATE ledger_account SET held = held - ?, balance = balance - ? WHERE id = ?",
                        held,
                        charged,
                        account));
    }

    /** Takes what is charged although nothing is held for it, if it is there. */
    static void charge(Handle handle, String account, long nano) {
        int charged =
                handle.execute(
                        "UPDATE ledger_account SET balance = balance - ? WHERE id = ? AND balance - held >= ?",
                        nano,
                        account,
                        nano);
        if (charged != 1) {
            throw NotEnough.balance(account, nano, ready(handle, account));
        }
    }

    /** Adds to the account's own row at once. */
    static void deposit(Handle handle, String account, long nano, long now) {
        int added =
                handle.execute(
                        "INSERT INTO ledger_account (id, balance, held, opened) VALUES (?, ?, 0, ?)"
                                + " ON CONFLICT (id) DO UPDATE SET balance = ledger_account.balance + excluded.balance"
                                + " WHERE ledger_account.balance <= ?",
                        account,
                        nano,
                        now,
                        Terms.FULL - nano);
        if (added != 1) {
            throw InvalidRequestException.of("amount", "The account would have too much.");
        }
    }

    /** What comes in, or goes where that is not guarded. */
    static void add(Handle handle, String account, long nano, long shard) {
        var amounts = new TreeMap<String, Long>();
        amounts.put(account, nano);
        credit(handle, amounts, shard);
    }

    /** One of the rows beside an account's own, by any number. */
    static long shard(int spread) {
        return Math.floorMod(spread, SHARDS);
    }

    /** What comes in; the rows are taken in the order of the accounts' names. */
    static void credit(Handle handle, SortedMap<String, Long> amounts, long shard) {
        if (amounts.isEmpty()) {
            return;
        }
        var sql = new StringBuilder("INSERT INTO ledger_credit (account, shard, amount) VALUES ");
        var arguments = new Object[amounts.size() * 3];
        int at = 0;
        for (var each : amounts.entrySet()) {
            sql.append(at == 0 ? "(?, ?, ?)" : ", (?, ?, ?)");
            arguments[at++] = each.getKey();
            arguments[at++] = shard;
            arguments[at++] = each.getValue();
        }
        sql.append(
                " ON CONFLICT (account, shard) DO UPDATE SET amount = ledger_credit.amount + excluded.amount");
        handle.execute(sql.toString(), arguments);
    }

    /** What came in and is not in the account's row yet. */
    static long uncollected(Handle handle, String account) {
        return handle
                .select("SELECT amount FROM ledger_credit WHERE account = ?", account)
                .mapTo(Long.class)
                .list()
                .stream()
                .mapToLong(Long::longValue)
                .reduce(0, Math::addExact);
    }

    /** Moves what came in to the account's row. A transaction does this, and nothing else. */
    static long collect(Handle handle, String account, long now) {
        open(handle, account, now);
        // Takes the row first, as all others do.
        Rows.one(
                handle.execute(
                        "UPDATE ledger_account SET balance = balance WHERE id = ?", account));
        Collection<Long> amounts =
                handle.select(
                                "DELETE FROM ledger_credit WHERE account = ? RETURNING amount",
                                account)
                        .mapTo(Long.class)
                        .list();
        long sum = amounts.stream().mapToLong(Long::longValue).reduce(0, Math::addExact);
        Rows.one(
                handle.execute(
                        "UPDATE ledger_account SET balance = balance + ? WHERE id = ?",
                        sum,
                        account));
        return sum;
    }

    /** Empty for an account that nobody opened or paid to. */
    static Optional<Balance> balance(Handle handle, String account) {
        Optional<Balance> row =
                handle.select("SELECT balance, held FROM ledger_account WHERE id = ?", account)
                        .map((rows, _) -> new Balance(rows.getLong(1), rows.getLong(2)))
                        .findOne();
        boolean known =
                row.isPresent()
                        || handle.select("SELECT 1 FROM ledger_credit WHERE account = ?", account)
                                .mapTo(Integer.class)
                                .findFirst()
                                .isPresent();
        if (!known) {
            return Optional.empty();
        }
        Balance own = row.orElse(new Balance(0, 0));
        return Optional.of(
                new Balance(Math.addExact(own.nano(), uncollected(handle, account)), own.held()));
    }

    private static long ready(Handle handle, String account) {
        return balance(handle, account).map(Balance::spendable).orElse(0L);
    }
}
