package ai.robutler.core;

import java.util.OptionalLong;

/**
 * What a call of a tool costs, see {@link Price}.
 *
 * @param nanoUsd in whole nano-dollars, 0 or more
 * @param onFailure whether a failed call costs it too
 * @param byResult whether the result says what it costs, {@code nanoUsd} at most
 */
public record ToolPrice(long nanoUsd, boolean onFailure, boolean byResult) {
    public static final ToolPrice FREE = new ToolPrice(0, false, false);

    public ToolPrice {
        if (nanoUsd < 0) {
            throw new IllegalArgumentException("a price must be 0 or more, not " + nanoUsd);
        }
    }

    static ToolPrice of(Price price) {
        try {
            return new ToolPrice(Cost.nanoUsd(price.usd()), price.onFailure(), price.byResult());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("its price " + e.getMessage(), e);
        }
    }

    /** What a call with this result costs. */
    public long of(ToolResult result) {
        if (result.isError()) {
            return onFailure ? nanoUsd : 0;
        }
        OptionalLong own = result.nanoUsd();
        return byResult && own.isPresent() ? Math.min(own.getAsLong(), nanoUsd) : nanoUsd;
    }
}
