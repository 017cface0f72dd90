package ai.robutler.payments;

import ai.robutler.core.Interrupts;

import org.jspecify.annotations.Nullable;

import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

/**
 * A hold that is made while the step that it is for is made already. Nothing of the step is used
 * before it is there. Thread-safe.
 */
final class EarlyHold {
    private final CountDownLatch ended = new CountDownLatch(1);
    private @Nullable OpenHold hold;
    private @Nullable RuntimeException refusal;

    private EarlyHold() {}

    static EarlyHold begin(Supplier<OpenHold> making) {
        var early = new EarlyHold();
        Thread.ofVirtual().name("hold").start(() -> early.make(making));
        return early;
    }

    private void make(Supplier<OpenHold> making) {
        try {
            hold = making.get();
        } catch (RuntimeException e) {
            refusal = e;
        } finally {
            ended.countDown();
        }
    }

    /**
     * Waits until it is there, or is not to be, which the ledger bounds. An interrupt waits, too.
     *
     * @throws RuntimeException with which making it ended
     */
    OpenHold get() {
        awaitEnd();
        if (refusal != null) {
            throw refusal;
        }
        return Objects.requireNonNull(hold, "making it ended with an error");
    }

    void awaitEnd() {
        Interrupts.await(ended);
    }
}
