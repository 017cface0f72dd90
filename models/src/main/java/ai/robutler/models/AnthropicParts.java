package ai.robutler.models;

import ai.robutler.core.InvalidRequestException;
import ai.robutler.core.Json;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The parts of a message's content as blocks. Blank text is left out, for Anthropic refuses it;
 * parts in Anthropic's own words go as they are.
 */
final class AnthropicParts {
    private static final String CACHE = "cache_control";

    private AnthropicParts() {}

    static ObjectNode text(String text) {
        return Json.object().put("type", "text").put("text", text);
    }

    /**
     * @param at where the content stands in the request, for messages
     */
    static List<ObjectNode> of(JsonNode content, String at) {
        var blocks = new ArrayList<ObjectNode>();
        if (content.isString()) {
            addText(content.stringValue(), Json.object(), blocks);
        }
        for (int i = 0; content.isArray() && i < content.size(); i++) {
            part(content.get(i), at + "[" + i + "]", blocks);
        }
        return blocks;
    }

    private static void part(JsonNode part, String at, List<ObjectNode> blocks) {
        if (part.isString()) {
            addText(part.stringValue(), Json.object(), blocks);
            return;
        }
        if (!(part instanceof ObjectNode object)) {
            throw InvalidRequestException.of(at, "'" + at + "' must be an object.");
        }
        switch (AnthropicContent.type(object)) {
            case "text" -> addText(object.path("text").stringValue(""), object, blocks);
            case "refusal" -> addText(object.path("refusal").stringValue(""), object, blocks);
            case "image_url" -> blocks.add(marked(image(object, at + ".image_url"), object));
            case "file" -> blocks.add(marked(file(object.path("file"), at + ".file"), object));
            case "input_audio" ->
                    throw InvalidRequestException.of(
                            at,
                            "Anthropic's models take no audio: '"
                                    + at
                                    + "' must be text, an image"
                                    + " or a document.");
            default -> blocks.add(object);
        }
    }

    private static void addText(String text, ObjectNode part, List<ObjectNode> blocks) {
        if (!text.isBlank()) {
            blocks.add(marked(text(text), part));
        }
    }

    /** The block with the part's mark for prompt caching, if it has one. */
    static ObjectNode marked(ObjectNode block, JsonNode part) {
        if (part.path(CACHE).isObject()) {
            block.set(CACHE, part.path(CACHE));
        }
        return block;
    }

    private static ObjectNode image(ObjectNode part, String at) {
        JsonNode image = part.path("image_url");
        String url = image.isString() ? image.stringValue() : image.path("url").stringValue("");
        return fromUrl(url, "image", at + ".url");
    }

    private static ObjectNode file(JsonNode file, String at) {
        String name = file.path("filename").stringValue("");
        String id = file.path("file_id").stringValue("");
        JsonNode data = file.path("file_data");
        ObjectNode block;
        if (data.isString()) {
            block = fromUrl(dataUrl(data.stringValue(), name), "document", at + ".file_data");
        } else if (isHttp(id)) {
            block = fromUrl(id, "document", at + ".file_id");
        } else if (!id.isEmpty()) {
            block = block("document", Json.object().put("type", "file").put("file_id", id));
        } else {
            throw InvalidRequestException.of(
                    at, "'" + at + "' must have 'file_data' (a data URL) or a 'file_id'.");
        }
        if (!name.isEmpty() && AnthropicContent.type(block).equals("document")) {
            block.put("title", name);
        }
        return block;
    }

    /** Some send the data bare. */
    private static String dataUrl(String data, String name) {
        if (DataUrl.is(data) || isHttp(data)) {
            return data;
        }
        boolean text = name.endsWith(".txt") || name.endsWith(".md");
        return "data:" + (text ? "text/plain" : "application/pdf") + ";base64," + data;
    }

    private static ObjectNode fromUrl(String url, String usual, String at) {
        if (isHttp(url)) {
            return block(usual, Json.object().put("type", "url").put("url", url));
        }
        DataUrl data =
                Optional.of(url)
                        .filter(DataUrl::is)
                        .flatMap(DataUrl::of)
                        .orElseThrow(
                                () ->
                                        InvalidRequestException.of(
                                                at,
                                                "'"
                                                        + at
                                                        + "' must be a data URL in base64, or an"
                                                        + " http or https URL."));
        String type = data.mediaType();
        if (type.startsWith("image/")) {
            return block("image", base64(data));
        }
        if (type.equals("application/pdf")) {
            return block("document", base64(data));
        }
        if (type.startsWith("text/") || type.equals("application/json")) {
            return block("document", plain(data, at));
        }
        throw InvalidRequestException.of(
                at,
                "Anthropic's models take images, PDF and plain text, not "
                        + type
                        + " ('"
                        + at
                        + "').");
    }

    private static ObjectNode base64(DataUrl data) {
        return Json.object()
                .put("type", "base64")
                .put(
                        "media_type",
                        data.mediaType().equals("image/jpg") ? "image/jpeg" : data.mediaType())
                .put("data", data.base64());
    }

    private static ObjectNode plain(DataUrl data, String at) {
        try {
            byte[] bytes = Base64.getMimeDecoder().decode(data.base64());
            return Json.object()
                    .put("type", "text")
                    .put("media_type", "text/plain")
                    .put("data", new String(bytes, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw InvalidRequestException.of(at, "'" + at + "' is not valid base64.");
        }
    }

    private static ObjectNode block(String type, ObjectNode source) {
        ObjectNode block = Json.object().put("type", type);
        return block.set("source", source);
    }

    private static boolean isHttp(String url) {
        return url.regionMatches(true, 0, "http://", 0, 7)
                || url.regionMatches(true, 0, "https://", 0, 8);
    }
}
