package ai.robutler.nli;

import ai.robutler.outbound.OutboundStream;

import java.util.Optional;

/** The data of an answer's events, as they come, of a bounded length in all. For one thread. */
final class Events implements AutoCloseable {
    private static final long MOST = 64L << 20;

    private final OutboundStream answer;
    private final EventLines lines = new EventLines(Wire.LONGEST);
    private long read;
    private boolean ended;

    Events(OutboundStream answer) {
        this.answer = answer;
    }

    /**
     * The next one; empty at the end.
     *
     * @throws Refusal if it is longer than anybody needs
     */
    Optional<String> next() {
        while (true) {
            Optional<String> event = lines.next();
            if (event.isPresent() || ended) {
                return event;
            }
            answer.read().ifPresentOrElse(this::take, this::end);
        }
    }

    private void take(byte[] bytes) {
        read += bytes.length;
        if (read > MOST) {
            throw Refusal.senseless("its answer does not end");
        }
        try {
            lines.feed(bytes);
        } catch (EventLines.TooLong e) {
            throw Refusal.senseless("a piece of its answer is too long");
        }
    }

    private void end() {
        ended = true;
        lines.end();
    }

    @Override
    public void close() {
        answer.close();
    }
}
