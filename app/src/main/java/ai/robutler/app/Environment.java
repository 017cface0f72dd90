package ai.robutler.app;

import java.util.Map;

/** The environment variables of the program. */
record Environment(Map<String, String> values) {
    Environment {
        values = Map.copyOf(values);
    }

    static Environment system() {
        return new Environment(System.getenv());
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    /** The value, "" where it is not set. */
    String get(String name) {
        return values.getOrDefault(name, "");
    }
}
