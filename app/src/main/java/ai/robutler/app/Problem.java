package ai.robutler.app;

/**
 * What is wrong in a file or with an option, and how to mend it.
 *
 * @param place the file as its author knows it, or the option
 * @param line counted from 1; 0 where no line is meant
 */
record Problem(String place, int line, String message) {
    Problem {
        message = Redaction.mask(message).strip();
    }

    @Override
    public String toString() {
        return place + (line > 0 ? ":" + line : "") + ": " + message;
    }
}
