package ai.robutler.store;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;

/**
 * For a caller who need not wait until a change has been made, only until this process is not
 * needed for it any more: a statement that the database server has got whole is carried out
 * although the program that sent it ends. Only PostgreSQL can tell, on connections without TLS; a
 * caller must get along without being told. It may be told again when the statement is repeated,
 * and the statement may still fail.
 */
public final class Handover {
    /** Of the statement that the thread runs now. */
    static final ScopedValue<Handover> CURRENT = ScopedValue.newInstance();

    private final byte[] mark;
    private final Runnable told;

    private Handover(byte[] mark, Runnable told) {
        this.mark = mark;
        this.told = told;
    }

    /**
     * @param mark an argument of the statement, in letters that are written as they are (ASCII
     *     without quotes and backslashes): by it the statement is recognized on its way
     * @param told is run by a thread of the database: it must be short, and must not throw
     */
    public static Handover of(String mark, Runnable told) {
        return new Handover(mark.getBytes(StandardCharsets.UTF_8), told);
    }

    static @Nullable Handover current() {
        return CURRENT.isBound() ? CURRENT.get() : null;
    }

    void tell() {
        told.run();
    }

    boolean isIn(byte[] bytes, int from, int to) {
        for (int at = from; at <= to - mark.length; at++) {
            if (bytes[at] == mark[0] && isAt(bytes, at)) {
                return true;
            }
        }
        return false;
    }

    private boolean isAt(byte[] bytes, int at) {
        for (int i = 1; i < mark.length; i++) {
            if (bytes[at + i] != mark[i]) {
                return false;
            }
        }
        return true;
    }
}
