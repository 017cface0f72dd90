package ai.robutler.mcp;

import ai.robutler.core.Json;

import tools.jackson.databind.node.ObjectNode;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Content parts of a tool's result as MCP's content. */
final class ServedParts {
    /** Source: RFC 2397, as far as images in Base64 need it. */
    private static final Pattern IMAGE = Pattern.compile("data:(image/[\\w.+-]+);base64,(.+)");

    private ServedParts() {}

    /** An image that is there itself; empty for other parts: the result's text speaks of them. */
    static Optional<ObjectNode> image(ObjectNode part) {
        Matcher image = IMAGE.matcher(part.at("/image_url/url").asString(""));
        return image.matches()
                ? Optional.of(
                        Json.object()
                                .put("type", "image")
                                .put("data", image.group(2))
                                .put("mimeType", image.group(1)))
                : Optional.empty();
    }
}
