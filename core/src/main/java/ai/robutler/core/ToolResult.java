package ai.robutler.core;

import tools.jackson.databind.node.ObjectNode;

import java.util.List;
import java.util.OptionalLong;

/**
 * What a tool gives back to the model.
 *
 * @param content the text that the model reads
 * @param isError whether the call failed; the model is told in words, and may try again
 * @param nanoUsd what it costs, where the tool is priced by its result
 * @param parts what the model sees beside the text if it can: content parts in the dialect of Chat
 *     Completions, such as images; must not be changed
 */
public record ToolResult(
        String content, boolean isError, OptionalLong nanoUsd, List<ObjectNode> parts) {
    public ToolResult {
        parts = List.copyOf(parts);
    }

    public ToolResult(String content, boolean isError, OptionalLong nanoUsd) {
        this(content, isError, nanoUsd, List.of());
    }

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
        return new ToolResult(content, isError, OptionalLong.of(nanoUsd), parts);
    }

    /** The same result with these parts beside its text. */
    public ToolResult with(List<ObjectNode> parts) {
        return new ToolResult(content, isError, nanoUsd, parts);
    }
}
