package ai.robutler.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Anthropic's Messages API. */
final class AnthropicDialect implements Dialect {

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
        Rendering rendering =
                switch (reply) {
                    case MessageReply message -> message(message, call);
                    case ErrorReply error -> error(error);
                    case RawReply raw -> raw(raw);
                    case EndlessReply endless -> endless(endless, call);
                };
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

    private Rendering message(MessageReply reply, JsonNode call) {
        AnthropicAnswer answer = new AnthropicAnswer(reply, call);
        if (OpenAiAnswer.streamed(call)) {
            return Rendering.stream(failing(answer.frames(), reply.delivery().fault()));
        }
        return reply.delivery().fault() instanceof Fault.ErrorFrame failure
                ? error(failure.error())
                : Rendering.json(200, answer.message());
    }

    private Rendering raw(RawReply raw) {
        if (raw.streamed()) {
            return Rendering.stream(failing(SseFrames.cut(raw.body()), raw.delivery().fault()));
        }
        return raw.delivery().fault() instanceof Fault.ErrorFrame failure
                ? error(failure.error())
                : Rendering.body(raw.status(), raw.body());
    }

    private static List<byte[]> failing(List<byte[]> frames, Fault fault) {
        if (!(fault instanceof Fault.ErrorFrame failure)) {
            return frames;
        }
        List<byte[]> cut =
                new ArrayList<>(frames.subList(0, Math.min(failure.chunks(), frames.size())));
        cut.add(failure(failure.error()));
        return cut;
    }

    private static byte[] failure(ErrorReply error) {
        return new SseFrames(Set.of()).add("error", errorBody(error)).frames().getFirst();
    }

    private Rendering endless(EndlessReply reply, JsonNode call) {
        AnthropicAnswer answer = new AnthropicAnswer(Reply.text(reply.piece()), call);
        Fault fault = reply.delivery().fault();
        if (!OpenAiAnswer.streamed(call)) {
            return fault instanceof Fault.ErrorFrame failure
                    ? error(failure.error())
                    : Rendering.unsized(
                            endless(List.of(start(answer)), reply.piece().getBytes(UTF_8)));
        }
        Iterable<byte[]> frames = endless(answer.opening(), answer.piece(reply.piece()));
        return fault instanceof Fault.ErrorFrame(int chunks, ErrorReply _)
                ? Rendering.stream(failing(first(chunks, frames), fault))
                : Rendering.stream(frames);
    }

    private static List<byte[]> first(int count, Iterable<byte[]> frames) {
        List<byte[]> first = new ArrayList<>();
        Iterator<byte[]> all = frames.iterator();
        while (first.size() < count) {
            first.add(all.next());
        }
        return first;
    }

    /** A complete answer up to where its text starts. */
    private static byte[] start(AnthropicAnswer answer) {
        String mark = "\"text\":\"";
        String whole = Json.line(answer.message());
        return whole.substring(0, whole.indexOf(mark) + mark.length()).getBytes(UTF_8);
    }

    private static Iterable<byte[]> endless(List<byte[]> first, byte[] then) {
        return () ->
                new Iterator<>() {
                    private final Iterator<byte[]> beginning = first.iterator();

                    @Override
                    public boolean hasNext() {
                        return true;
                    }

                    @Override
                    public byte[] next() {
                        return beginning.hasNext() ? beginning.next() : then;
                    }
                };
    }
}
