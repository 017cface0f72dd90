package ai.robutler.core;

import java.util.concurrent.CountDownLatch;

/** What must be done even by a thread that has been told to stop. */
public final class Interrupts {
    private static final ScopedValue<Boolean> IMPOSSIBLE = ScopedValue.newInstance();

    private Interrupts() {}

    /**
     * A virtual thread for what must not be interrupted, and can tell so by {@link
     * #areImpossible()}: who makes it interrupts it never, and lends it to nobody who might.
     */
    public static Thread impossibleIn(String name, Runnable body) {
        return Thread.ofVirtual()
                .name(name)
                .unstarted(() -> ScopedValue.where(IMPOSSIBLE, true).run(body));
    }

    /** Whether nobody interrupts this thread. */
    public static boolean areImpossible() {
        return IMPOSSIBLE.isBound();
    }

    /**
     * Does it without interruption: it can wait, for a database or a ledger. The thread is
     * interrupted again after it.
     */
    public static void heldBack(Runnable body) {
        boolean interrupted = Thread.interrupted();
        try {
            body.run();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Waits until it has passed, however often it is interrupted, as {@link #await} does. */
    public static void awaitPast(Deadline end) {
        boolean interrupted = false;
        while (!end.hasPassed()) {
            try {
                Thread.sleep(end.remaining());
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for it, however often it is interrupted; the thread is interrupted again after it. */
    public static void await(CountDownLatch latch) {
        boolean interrupted = false;
        while (true) {
            try {
                latch.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
