package ai.robutler.core;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What a run adds to the head of its answer. A stream's head goes out with its first piece; what is
 * set later does not reach the client. Thread-safe.
 */
public final class ReplyHeaders {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}");
    private static final Pattern VALUE = Pattern.compile("[\\x21-\\x7e]([\\t\\x20-\\x7e]*)");

    private final Map<String, String> headers = new LinkedHashMap<>();

    /**
     * Sets a header.
     *
     * @throws IllegalArgumentException if the name or the value cannot be one: control characters
     *     and line breaks above all
     */
    public synchronized void set(String name, String value) {
        if (!NAME.matcher(name).matches() || !VALUE.matcher(value).matches()) {
            throw new IllegalArgumentException("this cannot be the header '" + name + "'");
        }
        headers.put(name, value);
    }

    /** All of them as they are now. */
    public synchronized Map<String, String> snapshot() {
        return new LinkedHashMap<>(headers);
    }
}
