package ai.robutler.payments;

import ai.robutler.core.UnavailableException;
import ai.robutler.payments.SimulationPlan.Fault;
import ai.robutler.store.Database;
import ai.robutler.store.Health;
import ai.robutler.store.Work;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/** A database whose writes fail when it is said, before or after they are made. */
record FaultyDatabase(Database real) implements Database {
    static final ScopedValue<Fault> FAULT = ScopedValue.newInstance();

    @Override
    public <T extends @Nullable Object> T write(Work<T> work) {
        return failing(work, real::write);
    }

    @Override
    public <T extends @Nullable Object> T writeSoon(Work<T> work) {
        return failing(work, real::writeSoon);
    }

    /** How a work is written. */
    @FunctionalInterface
    private interface Way<T extends @Nullable Object> {
        T write(Work<T> work);
    }

    private static <T extends @Nullable Object> T failing(Work<T> work, Way<T> way) {
        return switch (FAULT.orElse(Fault.NONE)) {
            case NONE -> way.write(work);
            case UNDONE ->
                    way.write(
                            handle -> {
                                work.in(handle);
                                throw away();
                            });
            case UNHEARD -> {
                way.write(work);
                throw away();
            }
        };
    }

    private static UnavailableException away() {
        return new UnavailableException("The database is away.", Duration.ofSeconds(1), null);
    }

    @Override
    public Kind kind() {
        return real.kind();
    }

    @Override
    public void migrate(String module) {
        real.migrate(module);
    }

    @Override
    public <T extends @Nullable Object> T read(Work<T> work) {
        return real.read(work);
    }

    @Override
    public Health health() {
        return real.health();
    }

    @Override
    public void close() {
        real.close();
    }
}
