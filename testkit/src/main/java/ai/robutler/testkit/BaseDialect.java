package ai.robutler.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import tools.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** What dialects have in common: what becomes of a reply, and of a fault that they have to word. */
abstract class BaseDialect implements Dialect {

    /** The reply in the dialect's words. */
    abstract Wording words(MessageReply reply, JsonNode call);

    /** What stands in a whole answer before its text. */
    abstract String mark();

    /** The event of an error in the middle of a stream. */
    abstract byte[] frame(ErrorReply error);

    @Override
    public Rendering render(Reply reply, JsonNode call) {
        return switch (reply) {
            case MessageReply message -> message(message, call);
            case ErrorReply error -> error(error);
            case RawReply raw -> raw(raw);
            case EndlessReply endless -> endless(endless, call);
        };
    }

    private Rendering message(MessageReply reply, JsonNode call) {
        Wording words = words(reply, call);
        if (Dialect.streamed(call)) {
            return Rendering.stream(failing(words.frames(), reply.delivery().fault()));
        }
        return reply.delivery().fault() instanceof Fault.ErrorFrame failure
                ? error(failure.error())
                : Rendering.json(200, words.whole());
    }

    private Rendering raw(RawReply raw) {
        if (raw.streamed()) {
            return Rendering.stream(failing(SseFrames.cut(raw.body()), raw.delivery().fault()));
        }
        return raw.delivery().fault() instanceof Fault.ErrorFrame failure
                ? error(failure.error())
                : Rendering.body(raw.status(), raw.body());
    }

    private Rendering endless(EndlessReply reply, JsonNode call) {
        Wording words = words(Reply.text(reply.piece()), call);
        Fault fault = reply.delivery().fault();
        if (!Dialect.streamed(call)) {
            return fault instanceof Fault.ErrorFrame failure
                    ? error(failure.error())
                    : Rendering.unsized(
                            endless(List.of(start(words)), reply.piece().getBytes(UTF_8)));
        }
        Iterable<byte[]> frames = endless(words.opening(), words.piece(reply.piece()));
        return fault instanceof Fault.ErrorFrame failure
                ? Rendering.stream(failing(first(failure.chunks(), frames), fault))
                : Rendering.stream(frames);
    }

    /** The frames up to the fault and the error, if the fault is one that a dialect words. */
    private List<byte[]> failing(List<byte[]> frames, Fault fault) {
        if (!(fault instanceof Fault.ErrorFrame failure)) {
            return frames;
        }
        int kept = Math.min(failure.chunks(), frames.size());
        List<byte[]> cut = new ArrayList<>(frames.subList(0, kept));
        cut.add(frame(failure.error()));
        return cut;
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
    private byte[] start(Wording words) {
        String whole = Json.line(words.whole());
        return whole.substring(0, whole.indexOf(mark()) + mark().length()).getBytes(UTF_8);
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
