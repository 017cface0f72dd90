package ai.robutler.mcp;

import ai.robutler.core.Json;
import ai.robutler.core.ToolResult;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/** What a server answers, made into what a model reads: text within a limit, and images. */
final class ClientResult {
    private static final Set<String> IMAGES =
            Set.of("image/png", "image/jpeg", "image/gif", "image/webp");
    private static final int MOST_IMAGES = 8;
    private static final int MOST_IMAGE_BYTES = 8 << 20;

    private final int limit;
    private final StringBuilder text = new StringBuilder();
    private final List<ObjectNode> images = new ArrayList<>();
    private long left;
    private int imageBytes;

    /**
     * @param limit how many characters of text
     */
    ClientResult(int limit) {
        this.limit = limit;
    }

    /** The result of a tool. */
    static ToolResult ofTool(ObjectNode result, int limit) {
        var made = new ClientResult(limit);
        result.path("content").forEach(made::block);
        JsonNode structured = result.path("structuredContent");
        // Servers that give both say the same in both.
        if (made.text.isEmpty() && made.left == 0 && !structured.isMissingNode()) {
            made.line(Json.write(structured));
        }
        return made.result(result.path("isError").asBoolean(false));
    }

    /** The contents of a resource. */
    static ToolResult ofResource(ObjectNode result, int limit) {
        var made = new ClientResult(limit);
        result.path("contents").forEach(made::resource);
        return made.result(false);
    }

    /** A prompt: who says what. */
    static ToolResult ofPrompt(ObjectNode result, int limit) {
        var made = new ClientResult(limit);
        for (JsonNode message : result.path("messages")) {
            made.line(message.path("role").asString("") + ":");
            JsonNode content = message.path("content");
            (content.isArray() ? content : Json.array(content)).forEach(made::block);
        }
        return made.result(false);
    }

    /** A list, as it is. */
    static ToolResult ofList(JsonNode list, int limit) {
        var made = new ClientResult(limit);
        made.line(Json.write(list));
        return made.result(false);
    }

    private ToolResult result(boolean isError) {
        if (left > 0) {
            text.append("\n[cut here: ").append(left).append(" more characters; ask for less]");
        }
        String whole = text.isEmpty() && images.isEmpty() ? "done" : text.toString();
        return (isError ? ToolResult.error(whole) : ToolResult.of(whole)).with(images);
    }

    private void block(JsonNode block) {
        switch (block.path("type").asString("")) {
            case "text" -> line(block.path("text").asString(""));
            case "image" ->
                    image(block.path("mimeType").asString(""), block.path("data").asString(""));
            case "audio" -> line("[audio was left out]");
            case "resource" -> resource(block.path("resource"));
            case "resource_link" ->
                    line(
                            "[resource "
                                    + block.path("uri").asString("")
                                    + " "
                                    + block.path("name").asString("")
                                    + "]");
            default -> line(Json.write(block));
        }
    }

    private void resource(JsonNode resource) {
        String type = resource.path("mimeType").asString("");
        String blob = resource.path("blob").asString("");
        String uri = resource.path("uri").asString("");
        if (resource.path("text").isString()) {
            line(resource.path("text").asString(""));
        } else if (IMAGES.contains(type)) {
            image(type, blob);
        } else {
            line("[" + uri + ": " + type + ", " + blob.length() * 3L / 4 + " bytes, left out]");
        }
    }

    private void image(String type, String data) {
        if (!IMAGES.contains(type)
                || images.size() == MOST_IMAGES
                || imageBytes + data.length() > MOST_IMAGE_BYTES
                || !isBase64(data)) {
            line("[an image was left out]");
            return;
        }
        imageBytes += data.length();
        var part = Json.object().put("type", "image_url");
        part.set("image_url", Json.object().put("url", "data:" + type + ";base64," + data));
        images.add(part);
    }

    private static boolean isBase64(String data) {
        try {
            return Base64.getDecoder().decode(data).length > 0;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private void line(String more) {
        String line = text.isEmpty() ? more : "\n" + more;
        int room = limit - text.length();
        if (line.length() <= room) {
            text.append(line);
        } else {
            int end = Math.max(0, room);
            if (end > 0 && Character.isHighSurrogate(line.charAt(end - 1))) {
                end--;
            }
            text.append(line, 0, end);
            left += line.length() - end;
        }
    }
}
