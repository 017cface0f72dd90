package ai.robutler.core;

import java.util.OptionalLong;

/**
 * What a tool gives back to the model.
 *
 * @param content the text that the model reads
 * @param isError whether the call failed; the model is told in words, and may try again
 * @param nanoUsd what it costs, where the tool is priced by its result
 */
public record ToolResult(String content, boolean isError, OptionalLong nanoUsd) {
    public ToolResult(String content, boolean isError) {
        this(content, isError, OptionalLong.empty());
    }

    public static ToolResult of(String content) {
        return new ToolResult(content, false);
    }

    public static ToolResult error(String message) {
        return new ToolResult("Error: " + message, true);
    }

    /** The same result at this price. */
    public ToolResult costing(long nanoUsd) {
        return new ToolResult(content, isError, OptionalLong.of(nanoUsd));
    }
}
