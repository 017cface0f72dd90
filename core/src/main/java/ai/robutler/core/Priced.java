package ai.robutler.core;

/**
 * A tool's result and what it costs, for tools with {@link Price#byResult}.
 *
 * @param value what goes to the model, as if it had been returned alone
 * @param nanoUsd in whole nano-dollars, 0 or more; never more than {@link Price#usd} is charged
 */
public record Priced<T>(T value, long nanoUsd) {
    public Priced {
        if (nanoUsd < 0) {
            throw new IllegalArgumentException("a price must be 0 or more, not " + nanoUsd);
        }
    }
}
