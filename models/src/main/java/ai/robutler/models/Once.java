package ai.robutler.models;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * A value that is made when it is first asked for, once, whoever asks. If making it fails, whoever
 * asks next tries again. Thread-safe.
 */
final class Once<T> implements Supplier<T> {
    private final ReentrantLock making = new ReentrantLock();
    private final Supplier<T> make;
    private volatile @Nullable T value;

    Once(Supplier<T> make) {
        this.make = make;
    }

    @Override
    public T get() {
        T made = value;
        return made == null ? make() : made;
    }

    private T make() {
        making.lock();
        try {
            T made = value;
            if (made == null) {
                made = make.get();
                value = made;
            }
            return made;
        } finally {
            making.unlock();
        }
    }
}
