package ai.robutler.app;

import java.util.ArrayList;
import java.util.List;

/** Collects everything wrong, so that all of it can be shown at once. For one thread. */
final class Findings {
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

    List<Problem> problems() {
        return List.copyOf(problems);
    }

    List<Problem> warnings() {
        return List.copyOf(warnings);
    }
}
