package ai.robutler.core;

import java.util.List;

/** Arguments that do not fit. The message is written for their author, who can mend them by it. */
final class ArgumentsException extends RuntimeException {
    private final transient List<Conformance.Problem> problems;

    ArgumentsException(String message, List<Conformance.Problem> problems) {
        super(message);
        this.problems = List.copyOf(problems);
    }

    /** What is wrong, place by place; empty where it is the whole. */
    List<Conformance.Problem> problems() {
        return problems;
    }
}
