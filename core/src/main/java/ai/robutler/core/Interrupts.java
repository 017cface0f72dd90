package ai.robutler.core;

import java.util.concurrent.CountDownLatch;

/** What must be done even by a thread that has been told to stop. */
public final class Interrupts {
    private Interrupts() {}

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
