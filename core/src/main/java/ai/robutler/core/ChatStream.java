package ai.robutler.core;

import java.util.Iterator;
import java.util.List;

/**
 * The pieces of an answer, in order. It can be iterated once, by one thread; {@code hasNext} waits
 * for the next piece. Closing it before the end cancels what produces it; closing twice is
 * harmless.
 */
public interface ChatStream extends Iterable<ChatChunk>, AutoCloseable {

    /** The pieces. The iterator throws what its source throws: mostly {@link ApiException}. */
    @Override
    Iterator<ChatChunk> iterator();

    @Override
    void close();

    /** A whole answer, cut into the chunks in which a model would have streamed it. */
    static ChatStream of(ChatCompletion completion) {
        return of(CompletionChunks.of(completion));
    }

    /** A stream of chunks that are all there already. */
    static ChatStream of(List<ChatChunk> chunks) {
        var copy = List.copyOf(chunks);
        return new ChatStream() {
            @Override
            public Iterator<ChatChunk> iterator() {
                return copy.iterator();
            }

            @Override
            public void close() {}
        };
    }
}
