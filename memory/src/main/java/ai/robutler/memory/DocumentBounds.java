package ai.robutler.memory;

import java.time.Duration;

/**
 * How much of a document is read. Every document is a stranger's.
 *
 * @param bytes of the file; a larger one is left out
 * @param inflated bytes that a packed file may grow to
 * @param characters of text; the rest is left out
 * @param pages of a PDF, slides, sheets; the rest is left out
 * @param time to read it
 */
record DocumentBounds(int bytes, long inflated, int characters, int pages, Duration time) {
    private static final int USUAL_BYTES = 32 << 20;

    static DocumentBounds usual() {
        return of(USUAL_BYTES, Duration.ofSeconds(60));
    }

    static DocumentBounds of(int bytes, Duration time) {
        return new DocumentBounds(bytes, 256L << 20, 4_000_000, 2_000, time);
    }
}
