package ai.robutler.app;

/**
 * A setting, and where it comes from.
 *
 * @param place a file, an option or a variable; "default" where nobody gave it
 * @param line in that file, else 0
 */
record Value<T>(T value, String place, int line) {
    Problem problem(String message) {
        return new Problem(place, line, message);
    }
}
