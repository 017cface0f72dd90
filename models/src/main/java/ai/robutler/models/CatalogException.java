package ai.robutler.models;

import java.util.List;

/** A catalog file cannot be used; all that is wrong with it is told at once. */
public final class CatalogException extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * What is wrong, and how to mend it.
     *
     * @param line counted from 1, 0 where it is not known
     */
    public record Problem(int line, String message) {}

    private final transient List<Problem> problems;

    CatalogException(List<Problem> problems) {
        super(
                String.join(
                        "; ",
                        problems.stream()
                                .map(
                                        problem ->
                                                problem.line() == 0
                                                        ? problem.message()
                                                        : "line "
                                                                + problem.line()
                                                                + ": "
                                                                + problem.message())
                                .toList()));
        this.problems = List.copyOf(problems);
    }

    public List<Problem> problems() {
        return problems;
    }
}
