package ai.robutler.app;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects everything wrong, so that all of it can be shown at once. For one thread. */
final class Findings {
    private static final Comparator<Problem> ORDER =
            Comparator.comparing(Problem::place).thenComparingInt(Problem::line);

    private final List<Problem> problems = new ArrayList<>();
    private final List<Problem> warnings = new ArrayList<>();

    void problem(Problem problem) {
        problems.add(problem);
    }

    void problem(String place, int line, String message) {
        problem(new Problem(place, line, message));
    }

    /** Something that works less than its author may think. */
    void warning(Problem warning) {
        warnings.add(warning);
    }

    void addAll(Findings others) {
        problems.addAll(others.problems);
        warnings.addAll(others.warnings);
    }

    boolean isClean() {
        return problems.isEmpty();
    }

    /** By file and line. */
    List<Problem> problems() {
        return problems.stream().distinct().sorted(ORDER).toList();
    }

    List<Problem> warnings() {
        return warnings.stream().distinct().sorted(ORDER).toList();
    }
}
