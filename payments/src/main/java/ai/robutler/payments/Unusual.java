package ai.robutler.payments;

import org.jspecify.annotations.Nullable;

import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Ends a transaction that does the usual case alone, and has done nothing: somebody must look
 * closer. On PostgreSQL its functions tell it by an SQL state. Never leaves here.
 */
final class Unusual extends RuntimeException {
    private static final String STATE = "RB001";

    /** An id that has been used. */
    private static final String UNIQUE = "23505";

    /** As {@code ledger_unusual} words it: what it was, and the holds. */
    private static final Pattern WORDS = Pattern.compile("unusual: \\w+((?: \\S+)*)");

    /** As the server words it in any language: the id. */
    private static final Pattern USED = Pattern.compile("\\(id\\)=\\((\\S+)\\)");

    /** Whose holds, or which movements, stood in the way; empty if nobody knows. */
    private final Set<String> holds;

    Unusual(String what, Collection<String> holds) {
        super(what, null, false, false);
        this.holds = Set.copyOf(holds);
    }

    static boolean is(Throwable thrown) {
        return cause(thrown) != null;
    }

    /** Which holds and movements did not stand in the way, if it is known which did; else none. */
    static Predicate<String> spared(Throwable thrown) {
        Set<String> holds = holds(thrown);
        return hold -> !holds.isEmpty() && !holds.contains(hold);
    }

    private static Set<String> holds(Throwable thrown) {
        return switch (cause(thrown)) {
            case Unusual unusual -> unusual.holds;
            case SQLException sql when UNIQUE.equals(sql.getSQLState()) -> {
                Matcher words = USED.matcher(String.valueOf(sql.getMessage()));
                yield words.find() ? Set.of(words.group(1)) : Set.of();
            }
            case SQLException sql -> {
                Matcher words = WORDS.matcher(String.valueOf(sql.getMessage()));
                yield words.find() && !words.group(1).isEmpty()
                        ? Set.copyOf(Arrays.asList(words.group(1).substring(1).split(" ")))
                        : Set.of();
            }
            case null, default -> Set.of();
        };
    }

    private static @Nullable Throwable cause(Throwable thrown) {
        for (Throwable each = thrown; each != null; each = each.getCause()) {
            if (each instanceof Unusual || (each instanceof SQLException sql && isState(sql))) {
                return each;
            }
        }
        return null;
    }

    private static boolean isState(SQLException sql) {
        return STATE.equals(sql.getSQLState()) || UNIQUE.equals(sql.getSQLState());
    }

    static void unless(boolean usual, String what, Collection<String> holds) {
        if (!usual) {
            throw new Unusual(what, holds);
        }
    }
}
