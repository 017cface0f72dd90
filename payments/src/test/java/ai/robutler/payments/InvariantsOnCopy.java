package ai.robutler.payments;

import ai.robutler.store.Database;

import java.util.List;

/** Damages the books, looks what the invariants say, and mends them again. */
record InvariantsOnCopy(Database database, Invariants invariants) {
    private static final List<String> TABLES =
            List.of("ledger_account", "ledger_credit", "ledger_token", "ledger_hold");

    List<String> violationsAfter(String sql) {
        database.write(
                handle -> {
                    for (String table : TABLES) {
                        handle.execute("CREATE TABLE kept_" + table + " AS SELECT * FROM " + table);
                    }
                    return handle.execute(sql);
                });
        List<String> found = invariants.check();
        database.write(
                handle -> {
                    for (String table : TABLES) {
                        handle.execute("DELETE FROM " + table);
                        handle.execute("INSERT INTO " + table + " SELECT * FROM kept_" + table);
                    }
                    return 0;
                });
        return found;
    }
}
