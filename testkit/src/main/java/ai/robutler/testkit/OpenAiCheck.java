package ai.robutler.testkit;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

import java.util.Optional;

/** Judges a call as OpenAI does, in OpenAI's words. */
final class OpenAiCheck {

    private final ReceivedRequest request;

    OpenAiCheck(ReceivedRequest request) {
        this.request = request;
    }

    Optional<Violation> violation() {
        try {
            check();
            return Optional.empty();
        } catch (Refused refused) {
            return Optional.of(refused.violation());
        }
    }

    private void check() {
        String type = request.header("Content-Type").orElse("");
        if (!type.toLowerCase(java.util.Locale.ROOT).startsWith("application/json")) {
            throw new Refused(
                    "",
                    "unsupported_content_type",
                    "Unsupported content type: '%s'. This API method only accepts 'application/json' requests, but you specified the header 'Content-Type: %s'. Please try again with a supported content type."
                            .formatted(type, type));
        }
        JsonNode call = body();
        if (call.path("model").stringValue("").isEmpty()) {
            throw new Refused("", "", "you must provide a model parameter");
        }
        checkStream(call);
        JsonNode n = call.path("n");
        if (!n.isMissingNode()
                && !n.isNull()
                && (!n.isInt() || n.intValue() < 1 || n.intValue() > OpenAiDialect.MOST_CHOICES)) {
            throw new Refused(
                    "n",
                    "invalid_value",
                    "Invalid 'n': expected an integer from 1 to "
                            + OpenAiDialect.MOST_CHOICES
                            + ", but got "
                            + n
                            + " instead.");
        }
        OpenAiConversationCheck.check(call.path("messages"));
        OpenAiToolsCheck.check(call);
    }

    private JsonNode body() {
        JsonNode call;
        try {
            call = Json.parse(request.body());
        } catch (JacksonException e) {
            throw new Refused(
                    "",
                    "",
                    "We could not parse the JSON body of your request: " + e.getOriginalMessage());
        }
        if (!call.isObject()) {
            throw new Refused(
                    "",
                    "",
                    "We could not parse the JSON body of your request: expected an object, but got "
                            + Refused.kind(call)
                            + " instead.");
        }
        return call;
    }

    private static void checkStream(JsonNode call) {
        JsonNode stream = call.path("stream");
        if (!stream.isMissingNode() && !stream.isNull() && !stream.isBoolean()) {
            throw Refused.type("stream", "a boolean", stream);
        }
        if (call.hasNonNull("stream_options") && !stream.booleanValue(false)) {
            throw new Refused(
                    "stream_options",
                    "",
                    "The 'stream_options' parameter is only allowed when 'stream' is enabled.");
        }
    }
}
