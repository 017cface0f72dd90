package ai.robutler.payments;

import java.sql.SQLException;

/**
 * Ends a transaction that does the usual case alone, and has done nothing: somebody must look
 * closer. On PostgreSQL its functions tell it by an SQL state. Never leaves here.
 */
final class Unusual extends RuntimeException {
    private static final String STATE = "RB001";

    Unusual(String what) {
        super(what, null, false, false);
    }

    static boolean is(Throwable thrown) {
        for (Throwable each = thrown; each != null; each = each.getCause()) {
            if (each instanceof Unusual
                    || (each instanceof SQLException sql && STATE.equals(sql.getSQLState()))) {
                return true;
            }
        }
        return false;
    }

    static void unless(boolean usual, String what) {
        if (!usual) {
            throw new Unusual(what);
        }
    }
}
