package ai.robutler.testkit;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.Optional;
import java.util.Set;

/** Anthropic's Messages API. */
final class AnthropicDialect extends BaseDialect {

    private static final String REQUEST_ID = "request-id";

    @Override
    public String path() {
        return "/v1/messages";
    }

    @Override
    public Optional<Violation> check(ReceivedRequest request) {
        return new AnthropicCheck(request).violation();
    }

    @Override
    public Rendering render(Reply reply, JsonNode call) {
        Rendering rendering = super.render(reply, call);
        return rendering.headers().containsKey(REQUEST_ID)
                ? rendering
                : rendering.header(REQUEST_ID, Ids.request());
    }

    @Override
    public Rendering error(ErrorReply error) {
        String id = Ids.request();
        return Rendering.json(error.status(), errorBody(error).put("request_id", id))
                .header(REQUEST_ID, id);
    }

    private static ObjectNode errorBody(ErrorReply error) {
        ObjectNode body = Json.object().put("type", "error");
        body.putObject("error").put("type", type(error)).put("message", error.message());
        return body;
    }

    private static String type(ErrorReply error) {
        if (!error.hasUsualType()) {
            return error.type();
        }
        return switch (error.status()) {
            case 401 -> "authentication_error";
            case 402 -> "billing_error";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 413 -> "request_too_large";
            case 429 -> "rate_limit_error";
            case 504 -> "timeout_error";
            case 529 -> "overloaded_error";
            default -> error.status() < 500 ? "invalid_request_error" : "api_error";
        };
    }

    @Override
    Wording words(MessageReply reply, JsonNode call) {
        return new AnthropicAnswer(reply, call);
    }

    @Override
    String mark() {
        return "\"text\":\"";
    }

    @Override
    byte[] frame(ErrorReply error) {
        return new SseFrames(Set.of()).add("error", errorBody(error)).frames().getFirst();
    }
}
