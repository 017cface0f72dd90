package ai.robutler.core;

/**
 * What a tool gives back to the model.
 *
 * @param content the text that the model reads
 * @param isError whether the call failed; the model is told in words, and may try again
 */
public record ToolResult(String content, boolean isError) {
    public static ToolResult of(String content) {
        return new ToolResult(content, false);
    }

    public static ToolResult error(String message) {
        return new ToolResult("Error: " + message, true);
    }
}
