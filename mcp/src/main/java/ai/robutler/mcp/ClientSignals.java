package ai.robutler.mcp;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** What happens on one connection, for the thread that minds it: any number of words are one. */
final class ClientSignals {
    /** What happened since the last look. */
    record Seen(Optional<String> lost, boolean changed) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition happened = lock.newCondition();
    private @Nullable ClientConnection connection;
    private @Nullable String lost;
    private boolean changed;
    private boolean doubted;

    /** They are about this connection from now on; those before it may have been lost. */
    void over(ClientConnection connection) {
        lock.lock();
        try {
            this.connection = connection;
            lost = null;
        } finally {
            lock.unlock();
        }
    }

    /** The server's lists are others now. */
    void changed() {
        lock.lock();
        try {
            changed = true;
            happened.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** It may be dead. */
    void doubt() {
        lock.lock();
        try {
            doubted = true;
            happened.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** It is over. */
    void lost(String why) {
        lock.lock();
        try {
            lost = lost == null ? why : lost;
            happened.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** It is over, if it is still this one. */
    void lost(String why, ClientConnection over) {
        lock.lock();
        try {
            if (over.equals(connection)) {
                lost(why);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits until something happens, or for so long. */
    Seen await(Duration longest) throws InterruptedException {
        lock.lock();
        try {
            long left = TimeUnit.NANOSECONDS.convert(longest);
            while (lost == null && !changed && !doubted && left > 0) {
                left = happened.awaitNanos(left);
            }
            var seen = new Seen(Optional.ofNullable(lost), changed);
            changed = false;
            doubted = false;
            return seen;
        } finally {
            lock.unlock();
        }
    }
}
