package ai.robutler.core;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What agents tell one another in headers beside what is asked. Whoever calls may write there what
 * it likes: it can only shorten a run or forbid a call, never allow anything.
 */
public final class CallHeaders {
    /** Which agents called one another to get here, see the module {@code nli}. */
    public static final String CHAIN = "X-Robutler-Chain";

    /** How long the caller waits for the whole answer, in milliseconds. */
    public static final String TIMEOUT = "X-Robutler-Timeout-Ms";

    private static final Pattern MILLISECONDS = Pattern.compile("[0-9]{1,9}");

    private CallHeaders() {}

    /**
     * When the caller gives up, counted from now. Empty where it says nothing, or nothing that can
     * be meant.
     */
    static Optional<Deadline> latest(Headers headers) {
        return headers.first(TIMEOUT)
                .filter(text -> MILLISECONDS.matcher(text).matches())
                .map(text -> Deadline.after(Duration.ofMillis(Long.parseLong(text))));
    }
}
