package ai.robutler.server;

import ai.robutler.core.InvalidRequestException;

import java.util.Locale;

/** Which bodies are read: JSON in UTF-8, as it is. */
final class ContentType {
    private ContentType() {}

    /**
     * A request that names no type passes here: whether it is JSON shows when it is read.
     *
     * @throws InvalidRequestException if the body is said to be something else (415)
     */
    static void requireJson(RequestHead head) {
        String type = head.header("Content-Type").orElse("");
        if (!type.isBlank() && !isJson(type)) {
            throw InvalidRequestException.unsupportedMediaType(
                    "Send JSON with Content-Type: application/json, in UTF-8.");
        }
        String coding = head.header("Content-Encoding").orElse("identity");
        if (!coding.equalsIgnoreCase("identity")) {
            throw InvalidRequestException.unsupportedMediaType(
                    "Send the body as it is, without Content-Encoding.");
        }
    }

    private static boolean isJson(String type) {
        String[] parts = type.toLowerCase(Locale.ROOT).split(";");
        if (!parts[0].strip().matches("application/([a-z0-9.-]+\\+)?json")) {
            return false;
        }
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip().replace("\"", "");
            if (parameter.startsWith("charset=") && !parameter.matches("charset=utf-?8")) {
                return false;
            }
        }
        return true;
    }
}
