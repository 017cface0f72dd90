package ai.robutler.models;

import ai.robutler.core.ChatRequest;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How many tokens the prompt of a request can have at most, found in one pass and without a
 * tokenizer. For one thread.
 *
 * <p>Beside the texts count allowances for what providers add: the marks around messages, the words
 * that introduce tools and formats (Anthropic: 804 tokens at most), the default system messages of
 * open models.
 */
final class PromptBound {
    private static final long REQUEST = 512;
    private static final long MESSAGE = 32;
    private static final long TOOLS = 1024;
    private static final long TOOL = 256;
    private static final long FORMAT = 256;

    private final long image;
    private long tokens = REQUEST;
    private boolean wholeWindow;
    private boolean cacheMarked;

    private PromptBound(long image) {
        this.image = image;
    }

    /**
     * @param image the most tokens of an image, 0 where that is not known
     * @throws Unbounded if something in the request has a price of its own
     */
    static PromptBound of(ChatRequest request, long image) throws Unbounded {
        var bound = new PromptBound(image);
        for (JsonNode message : request.field("messages")) {
            bound.message(message);
        }
        bound.parts(request.field("system"), false);
        bound.tools(request.field("tools"));
        bound.count(request.field("functions"), TOOLS);
        bound.count(request.field("response_format"), FORMAT);
        bound.count(request.field("output_config"), FORMAT);
        bound.count(request.field("prediction"), 0);
        bound.mark(request.json());
        return bound;
    }

    /** The bound; what it is worth without the window is told by {@link #takesWholeWindow}. */
    long tokens() {
        return tokens;
    }

    /** Whether there is something in it of which nobody knows how long it is. */
    boolean takesWholeWindow() {
        return wholeWindow;
    }

    /** Whether the request asks for something to be written to the provider's cache. */
    boolean marksCache() {
        return cacheMarked;
    }

    private void message(JsonNode message) throws Unbounded {
        add(MESSAGE);
        boolean quoted = !isPlain(message.path("role").asString(""));
        for (var field : message.properties()) {
            switch (field.getKey()) {
                case "role" -> {}
                case "content" -> parts(field.getValue(), quoted);
                case AnthropicContent.BLOCKS -> parts(field.getValue(), true);
                case "audio" -> {
                    if (!field.getValue().isNull()) {
                        throw new Unbounded("audio");
                    }
                }
                case "cache_control" -> mark(message);
                default -> count(field.getValue(), TextBound.quoted(field.getKey()));
            }
        }
        for (JsonNode call : message.path("tool_calls")) {
            mark(call);
        }
    }

    /** Results of tools are worded as JSON by some templates. */
    private static boolean isPlain(String role) {
        return switch (role) {
            case "system", "developer", "user", "assistant" -> true;
            default -> false;
        };
    }

    private void parts(JsonNode content, boolean quoted) throws Unbounded {
        if (content.isString()) {
            String text = content.stringValue();
            add(quoted ? TextBound.quoted(text) : TextBound.plain(text));
            return;
        }
        for (JsonNode part : content) {
            add(MESSAGE);
            if (part.isString()) {
                add(TextBound.quoted(part.stringValue()));
            } else {
                part(part, quoted);
            }
        }
    }

    private void part(JsonNode part, boolean quoted) throws Unbounded {
        mark(part);
        switch (AnthropicContent.type(part)) {
            case "text" -> {
                String text = part.path("text").asString("");
                add(quoted ? TextBound.quoted(text) : TextBound.plain(text));
                count(part.path("citations"), 0);
            }
            case "refusal", "thinking", "redacted_thinking", "tool_use" -> count(part, 0);
            case "tool_result" -> parts(part.path("content"), true);
            case "image_url" -> image(part.path("image_url"));
            case "image" -> image(part.path("source"));
            case "file", "document" -> wholeWindow = true;
            default -> throw new Unbounded("a part of the type '" + part.path("type") + "'");
        }
    }

    /** A data URL of another kind is a document under the name of an image. */
    private void image(JsonNode image) throws Unbounded {
        String url = image.isString() ? image.stringValue() : image.path("url").asString("");
        boolean other = DataUrl.is(url) && !url.regionMatches(true, 5, "image/", 0, 6);
        if (this.image == 0 || other) {
            wholeWindow = true;
        } else {
            add(this.image);
        }
    }

    private void tools(JsonNode tools) throws Unbounded {
        if (!tools.isEmpty()) {
            add(TOOLS);
        }
        for (JsonNode tool : tools) {
            if (!isOurs(tool)) {
                throw new Unbounded("a tool of the provider's own");
            }
            mark(tool);
            mark(tool.path("function"));
            count(tool, TOOL);
        }
    }

    /** Functions and custom tools, and functions in Anthropic's words: no one else runs them. */
    private static boolean isOurs(JsonNode tool) {
        return switch (AnthropicContent.type(tool)) {
            case "function" -> tool.path("function").isObject();
            case "custom" -> tool.path("custom").isObject() || tool.path("input_schema").isObject();
            case "" -> tool.path("input_schema").isObject() && tool.path("name").isString();
            default -> false;
        };
    }

    /** What is kept for an hour has a price that no catalog knows. */
    private void mark(JsonNode around) throws Unbounded {
        JsonNode mark = around.path("cache_control");
        if (mark instanceof ObjectNode) {
            cacheMarked = true;
            if (!mark.path("ttl").asString("5m").equals("5m")) {
                throw new Unbounded("a cache for longer than five minutes");
            }
        }
    }

    private void count(JsonNode node, long more) throws Unbounded {
        if (node.isMissingNode() || node.isNull()) {
            return;
        }
        try {
            add(Math.addExact(TextBound.json(node, 1), more));
        } catch (ArithmeticException e) {
            throw new Unbounded("a schema without end");
        }
    }

    private void add(long more) throws Unbounded {
        tokens += more;
        if (tokens < 0) {
            throw new Unbounded("a schema without end");
        }
    }

    /** Nobody can tell what this costs at most. */
    static final class Unbounded extends Exception {
        private static final long serialVersionUID = 1;

        Unbounded(String why) {
            super(why, null, false, false);
        }
    }
}
