package ai.robutler.core;

/**
 * Where the chunks of a streamed run go, one after the other, from the run's thread. A sink that
 * cannot take more blocks; one whose client is gone throws {@link CancelledException}.
 */
@FunctionalInterface
public interface ChunkSink {
    void send(ChatChunk chunk);

    /**
     * Tells the client, beside the answer, how the work goes on; left out where it cannot be told
     * now. Called from any thread of the run.
     *
     * @param text one line
     * @param first whether it may go out before the first chunk: from then on the status is 200
     */
    default void progress(String text, boolean first) {}
}
