package ai.robutler.bench;

import ai.robutler.store.Database;
import ai.robutler.store.Health;
import ai.robutler.store.Work;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** Tells which transactions and statements a work makes, and how long they take. Thread-safe. */
final class CountingDatabase implements Database {
    private final Database database;
    private final Map<String, Times> times = new TreeMap<>();

    CountingDatabase(Database database) {
        this.database = database;
    }

    /** What was done since the last time, by its name; durations are those of the caller's wait. */
    Map<String, Times> take() {
        synchronized (times) {
            var taken = new TreeMap<>(times);
            times.clear();
            return taken;
        }
    }

    private void note(String name, long nanos) {
        synchronized (times) {
            times.computeIfAbsent(name, _ -> new Times()).add(nanos);
        }
    }

    private final class Log implements SqlLogger {
        @Override
        public void logAfterExecution(StatementContext context) {
            note(
                    "statement: " + brief(context.getRawSql()),
                    context.getElapsedTime(ChronoUnit.NANOS));
        }
    }

    private static String brief(String sql) {
        String line = sql.replaceAll("\\s+", " ");
        String tail = line.replaceFirst(".* (FROM|INTO) ", "$1 ");
        return line.startsWith("SELECT")
                ? "SELECT " + shortened(tail)
                : shortened(line.replaceFirst(" ?\\(.*", ""));
    }

    private static String shortened(String text) {
        return text.length() > 48 ? text.substring(0, 48) : text;
    }

    private <T extends @Nullable Object> T timed(
            String name, Work<T> work, Function<Work<T>, T> way) {
        long start = System.nanoTime();
        Work<T> logged =
                (Handle handle) -> {
                    handle.setSqlLogger(new Log());
                    return work.in(handle);
                };
        T result = way.apply(work.isOneStatement() ? Work.ofOneStatement(logged) : logged);
        note(name, System.nanoTime() - start);
        return result;
    }

    @Override
    public Kind kind() {
        return database.kind();
    }

    @Override
    public void migrate(String module) {
        database.migrate(module);
    }

    @Override
    public <T extends @Nullable Object> T read(Work<T> work) {
        return timed("transaction: read", work, database::read);
    }

    @Override
    public <T extends @Nullable Object> T write(Work<T> work) {
        return timed("transaction: write", work, database::write);
    }

    @Override
    public <T extends @Nullable Object> T writeSoon(Work<T> work) {
        return timed("transaction: write soon", work, database::writeSoon);
    }

    @Override
    public Health health() {
        return database.health();
    }

    @Override
    public void close() {
        database.close();
    }
}
