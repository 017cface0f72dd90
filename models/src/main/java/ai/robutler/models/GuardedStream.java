package ai.robutler.models;

import ai.robutler.core.ChatChunk;
import ai.robutler.core.ChatStream;
import ai.robutler.core.ProviderException;

import java.util.Iterator;

/**
 * A stream whose end is told to the breaker: well at its last chunk, failed where it throws,
 * neither where its reader leaves early.
 */
final class GuardedStream implements ChatStream {
    private final String provider;
    private final ChatStream stream;
    private final Guard.Watch watch;
    private final Iterator<ChatChunk> chunks;

    GuardedStream(String provider, ChatStream stream, Guard.Watch watch) {
        this.provider = provider;
        this.stream = stream;
        this.watch = watch;
        this.chunks = watch.over(stream::iterator);
    }

    /** Waits until the first chunk is at hand; closed if it does not come. */
    GuardedStream begun() {
        try {
            return watch.over(this::requireFirst);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private GuardedStream requireFirst() {
        if (!chunks.hasNext()) {
            throw ProviderException.failed(provider, "answered without any chunk", null);
        }
        return this;
    }

    @Override
    public Iterator<ChatChunk> iterator() {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                boolean more = watch.over(chunks::hasNext);
                if (!more) {
                    watch.end(Circuit.Outcome.SUCCEEDED);
                }
                return more;
            }

            @Override
            public ChatChunk next() {
                return watch.over(chunks::next);
            }
        };
    }

    @Override
    public void close() {
        watch.end(Circuit.Outcome.NEITHER);
        stream.close();
    }
}
