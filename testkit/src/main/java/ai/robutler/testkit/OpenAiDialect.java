package ai.robutler.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** OpenAI's Chat Completions. */
final class OpenAiDialect implements Dialect {

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
    public Rendering render(Reply reply, JsonNode call) {
        return switch (reply) {
            case MessageReply message -> message(message, call);
            case ErrorReply error -> error(error);
            case RawReply raw -> raw(raw);
            case EndlessReply endless -> endless(endless, call);
        };
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

    private Rendering message(MessageReply reply, JsonNode call) {
        OpenAiAnswer answer = new OpenAiAnswer(reply, call);
        if (OpenAiAnswer.streamed(call)) {
            return Rendering.stream(failing(answer.frames(), reply.delivery().fault()));
        }
        return reply.delivery().fault() instanceof Fault.ErrorFrame failure
                ? error(failure.error())
                : Rendering.json(200, answer.completion());
    }

    private Rendering raw(RawReply raw) {
        if (raw.streamed()) {
            return Rendering.stream(failing(SseFrames.cut(raw.body()), raw.delivery().fault()));
        }
        return raw.delivery().fault() instanceof Fault.ErrorFrame failure
                ? error(failure.error())
                : Rendering.body(raw.status(), raw.body());
    }

    /** The frames up to the fault and the error, if the fault is one that a dialect words. */
    private static List<byte[]> failing(List<byte[]> frames, Fault fault) {
        if (!(fault instanceof Fault.ErrorFrame failure)) {
            return frames;
        }
        int kept = Math.min(failure.chunks(), frames.size());
        List<byte[]> cut = new ArrayList<>(frames.subList(0, kept));
        cut.addAll(new SseFrames(Set.of()).add(errorBody(failure.error())).frames());
        return cut;
    }

    private Rendering endless(EndlessReply reply, JsonNode call) {
        OpenAiAnswer answer = new OpenAiAnswer(Reply.text(reply.piece()), call);
        boolean streamed = OpenAiAnswer.streamed(call);
        Fault fault = reply.delivery().fault();
        if (fault instanceof Fault.ErrorFrame failure) {
            byte[] piece = answer.piece(reply.piece());
            return streamed
                    ? Rendering.stream(failing(Collections.nCopies(failure.chunks(), piece), fault))
                    : error(failure.error());
        }
        byte[] piece = answer.piece(reply.piece());
        return streamed
                ? Rendering.stream(repeat(piece, piece))
                : Rendering.unsized(repeat(start(answer), reply.piece().getBytes(UTF_8)));
    }

    /** A complete answer up to where its content starts. */
    private static byte[] start(OpenAiAnswer answer) {
        String mark = "\"content\":\"";
        String whole = Json.line(answer.completion());
        return whole.substring(0, whole.indexOf(mark) + mark.length()).getBytes(UTF_8);
    }

    private static Iterable<byte[]> repeat(byte[] first, byte[] then) {
        return () ->
                new Iterator<>() {
                    private boolean started;

                    @Override
                    public boolean hasNext() {
                        return true;
                    }

                    @Override
                    public byte[] next() {
                        byte[] frame = started ? then : first;
                        started = true;
                        return frame;
                    }
                };
    }
}
