package ai.robutler.testkit;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.Optional;
import java.util.Set;

/** OpenAI's Chat Completions. */
final class OpenAiDialect extends BaseDialect {

    static final int MOST_CHOICES = 128;

    @Override
    public String path() {
        return "/v1/chat/completions";
    }

    @Override
    public Optional<Violation> check(ReceivedRequest request) {
        return new OpenAiCheck(request).violation();
    }

    @Override
    public Rendering error(ErrorReply error) {
        return Rendering.json(error.status(), errorBody(error));
    }

    static ObjectNode errorBody(ErrorReply error) {
        ObjectNode body = Json.object();
        body.putObject("error")
                .put("message", error.message())
                .put("type", error.type())
                .put("param", error.param())
                .put("code", error.code());
        return body;
    }

    @Override
    Wording words(MessageReply reply, JsonNode call) {
        return new OpenAiAnswer(reply, call);
    }

    @Override
    String mark() {
        return "\"content\":\"";
    }

    @Override
    byte[] frame(ErrorReply error) {
        return new SseFrames(Set.of()).add(errorBody(error)).frames().getFirst();
    }
}
