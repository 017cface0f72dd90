package ai.robutler.testkit;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

import java.util.Optional;

/** OpenAI's embeddings. */
final class EmbeddingsDialect implements Dialect {
    static final int MOST_TEXTS = 2048;

    private final OpenAiDialect errors = new OpenAiDialect();

    @Override
    public String path() {
        return "/v1/embeddings";
    }

    @Override
    public Optional<Violation> check(ReceivedRequest request) {
        try {
            check(Json.parse(request.body()));
            return Optional.empty();
        } catch (JacksonException e) {
            return Optional.of(
                    new Violation(0, "", "", "We could not parse the JSON body of your request."));
        } catch (Refused refused) {
            return Optional.of(refused.violation());
        }
    }

    private static void check(JsonNode call) {
        if (call.path("model").stringValue("").isEmpty()) {
            throw new Refused("", "", "you must provide a model parameter");
        }
        JsonNode input = call.path("input");
        if (input.isMissingNode()) {
            throw Refused.missing("input");
        }
        if (input.isArray() ? input.isEmpty() : input.stringValue("").isEmpty()) {
            throw Refused.empty("input");
        }
        if (input.size() > MOST_TEXTS) {
            throw new Refused("input", "", "'input' has too many texts");
        }
        for (JsonNode text : input) {
            if (!text.isString() || text.stringValue().isEmpty()) {
                throw new Refused("input", "", "'input' cannot have an empty string");
            }
        }
        JsonNode dimensions = call.path("dimensions");
        if (!dimensions.isMissingNode() && (!dimensions.isInt() || dimensions.intValue() < 1)) {
            throw Refused.type("dimensions", "a positive integer", dimensions);
        }
    }

    @Override
    public Rendering error(ErrorReply error) {
        return errors.error(error);
    }

    @Override
    public Rendering render(Reply reply, JsonNode call) {
        return errors.render(reply, call);
    }
}
