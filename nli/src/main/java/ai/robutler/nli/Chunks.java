package ai.robutler.nli;

import ai.robutler.core.ChatChunk;
import ai.robutler.core.ChatStream;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;

/** An answer in pieces that are read one by one. For one thread. */
abstract class Chunks implements ChatStream {
    private Optional<ChatChunk> next = Optional.empty();
    private boolean ended;

    /** The next piece; empty at the end, and not asked again then. */
    abstract Optional<ChatChunk> read();

    /** Waits for the first piece, or the failure that comes in its place. */
    final Chunks begun() {
        fetch();
        return this;
    }

    private boolean fetch() {
        if (next.isEmpty() && !ended) {
            next = read();
            ended = next.isEmpty();
        }
        return next.isPresent();
    }

    private ChatChunk take() {
        if (!fetch()) {
            throw new NoSuchElementException("the answer has ended");
        }
        ChatChunk chunk = next.orElseThrow();
        next = Optional.empty();
        return chunk;
    }

    @Override
    public final Iterator<ChatChunk> iterator() {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return fetch();
            }

            @Override
            public ChatChunk next() {
                return take();
            }
        };
    }
}
