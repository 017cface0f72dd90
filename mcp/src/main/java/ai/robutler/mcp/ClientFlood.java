package ai.robutler.mcp;

/** Whether a server sends more than anybody asked for. For one thread. */
final class ClientFlood {
    private static final long WINDOW_NANOS = 10_000_000_000L;
    private static final int MOST_MESSAGES = 20_000;
    private static final long MOST_BYTES = 128L << 20;

    private long since = System.nanoTime();
    private int messages;
    private long bytes;

    /**
     * Counts what came and answered nothing.
     *
     * @return whether it is too much
     */
    boolean isFlooded(long size) {
        long now = System.nanoTime();
        if (now - since > WINDOW_NANOS) {
            since = now;
            messages = 0;
            bytes = 0;
        }
        messages++;
        bytes += size;
        return messages > MOST_MESSAGES || bytes > MOST_BYTES;
    }
}
