package ai.robutler.core;

import java.time.Instant;

/**
 * How a model provider stands, as its calls with one key show.
 *
 * @param name the provider, {@code litellm/NAME} where the router has a key of its own for it
 * @param since when it came into this state
 * @param detail a few words for the operator, without secrets; "" where there is nothing to say
 */
public record ProviderHealth(String name, Circuit circuit, Instant since, String detail) {

    /** Whether calls are let through. */
    public enum Circuit {
        /** All calls are. */
        CLOSED,
        /** A few are, to see whether it is well again. */
        HALF_OPEN,
        /** None is: it has failed too often. */
        OPEN
    }
}
