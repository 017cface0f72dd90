package ai.robutler.core;

/**
 * Where the chunks of a streamed run go, one after the other, from the run's thread. A sink that
 * cannot take more blocks; one whose client is gone throws {@link CancelledException}.
 */
@FunctionalInterface
public interface ChunkSink {
    void send(ChatChunk chunk);
}
