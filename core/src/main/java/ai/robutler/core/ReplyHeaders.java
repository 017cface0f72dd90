package ai.robutler.core;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a run adds to the head of its answer. A stream's head goes out with its first piece; what is
 * set later does not reach the client. Thread-safe.
 */
public final class ReplyHeaders {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}");
    private static final Pattern VALUE = Pattern.compile("[\\x21-\\x7e]([\\t\\x20-\\x7e]*)");

    /** What tells where an answer ends and what it is: the server's to say. */
    private static final Set<String> FRAMING =
            Set.of(
                    "connection",
                    "content-length",
                    "content-type",
                    "keep-alive",
                    "proxy-connection",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "upgrade");

    private final Map<String, String> headers = new LinkedHashMap<>();

    /**
     * Sets a header.
     *
     * @throws IllegalArgumentException if the name or the value cannot be one: control characters
     *     and line breaks above all; or if it is one of those that frame the answer
     */
    public void set(String name, String value) {
        require(name, value);
        synchronized (this) {
            headers.put(name, value);
        }
    }

    /**
     * Checks a header as {@link #set} does.
     *
     * @throws IllegalArgumentException as there
     */
    public static void require(String name, String value) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("this is no name of a header: " + name.strip());
        }
        if (FRAMING.contains(name.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("the server itself sets the header " + name);
        }
        if (!VALUE.matcher(value).matches()) {
            throw new IllegalArgumentException("this value cannot be in the header " + name);
        }
    }

    /** All of them as they are now. */
    public synchronized Map<String, String> snapshot() {
        return new LinkedHashMap<>(headers);
    }
}
