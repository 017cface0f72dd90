package ai.robutler.server;

import org.jspecify.annotations.Nullable;

/**
 * Whether the client of one request is still there, and whom to tell when it goes: the thread that
 * works for it is interrupted once, never again while it cleans up, and never after its work is
 * done. Thread-safe.
 */
final class Presence {
    private final Object guard = new Object();
    private @Nullable Thread worker;
    private boolean settled;
    private volatile boolean gone;

    /** From now on this thread is interrupted if the client goes away, or has gone. */
    void attach(Thread thread) {
        synchronized (guard) {
            if (gone) {
                thread.interrupt();
            } else if (!settled) {
                worker = thread;
            }
        }
    }

    /** The answer is complete: nobody cares any more whether the client stays. */
    void settle() {
        synchronized (guard) {
            settled = true;
            worker = null;
        }
    }

    /** The client has gone. */
    void leave() {
        synchronized (guard) {
            if (gone || settled) {
                return;
            }
            gone = true;
            if (worker != null) {
                worker.interrupt();
                worker = null;
            }
        }
    }

    /** The worker itself gives the client up, and needs no interrupt to know. */
    void giveUp() {
        synchronized (guard) {
            gone = true;
            worker = null;
        }
    }

    boolean isGone() {
        return gone;
    }
}
