package ai.robutler.testkit;

import java.time.Duration;

/** Arguments that make no sense are refused where they are given. */
final class Checks {

    private Checks() {}

    static void notNegative(long value, String name) {
        if (value < 0) {
            throw new IllegalArgumentException(name + " must not be negative: " + value);
        }
    }

    static int positive(int value, String name) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1: " + value);
        }
        return value;
    }

    static Duration notNegative(Duration value, String name) {
        if (value.isNegative()) {
            throw new IllegalArgumentException(name + " must not be negative: " + value);
        }
        return value;
    }

    static int status(int status) {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException(
                    "status must be a final HTTP status, 200 to 599: " + status);
        }
        return status;
    }

    static void header(String name, String value) {
        if (!name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
            throw new IllegalArgumentException("not a header name: '" + name + "'");
        }
        if (value.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 127 || c > 255)) {
            throw new IllegalArgumentException("not a header value: '" + value + "'");
        }
    }
}
