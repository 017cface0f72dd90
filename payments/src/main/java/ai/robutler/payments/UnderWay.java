package ai.robutler.payments;

import ai.robutler.core.Deadline;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Settlements that the database server has got, and has not answered yet, while their payers have
 * had their answers. Whoever wants to see what they do waits for them here. Thread-safe.
 */
final class UnderWay {
    /** Longer than any settlement takes that goes well. */
    private static final Duration LONGEST = Duration.ofSeconds(1);

    private final Set<One> all = ConcurrentHashMap.newKeySet();

    /** One of them, or several that are made together. */
    final class One implements AutoCloseable {
        private final CountDownLatch ended = new CountDownLatch(1);

        /** From now on others may wait for it. */
        void handedOver() {
            all.add(this);
            if (ended.getCount() == 0) {
                all.remove(this);
            }
        }

        @Override
        public void close() {
            ended.countDown();
            all.remove(this);
        }
    }

    One begin() {
        return new One();
    }

    /** Waits for the end of those that are under way now; false if there were none. */
    boolean await() {
        if (all.isEmpty()) {
            return false;
        }
        Deadline deadline = Deadline.after(LONGEST);
        try {
            for (One one : all) {
                boolean _ = one.ended.await(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException e) {
            // The database asks again whether it is to go on.
            Thread.currentThread().interrupt();
        }
        return true;
    }
}
