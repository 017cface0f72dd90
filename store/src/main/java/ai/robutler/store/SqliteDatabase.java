package ai.robutler.store;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * SQLite in a file: one thread writes, a few read. These are platform threads, because a call into
 * SQLite blocks the thread it is on: a slow disk must not take the carriers of all virtual threads.
 */
final class SqliteDatabase implements Database {
    private static final Logger LOG = LoggerFactory.getLogger(SqliteDatabase.class);
    private static final int READERS = 4;
    private static final String DISK_FAILED =
            "The disk of the database has failed; this server must be restarted.";

    private final DatabaseOptions options;
    private final SqliteFile file;
    private final TaskQueue writes;
    private final TaskQueue reads;
    private final SqliteLog log;
    private final SqliteWriter writer;
    private final List<Thread> flushers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final ScriptFolders scripts = new ScriptFolders();
    private final Patience patience = Patience.start();
    private final HealthProbe probe;
    private final Duration bound;

    private SqliteDatabase(DatabaseOptions options, SqliteFile file) {
        this.options = options;
        this.file = file;
        writes = new TaskQueue(options.queue());
        reads = new TaskQueue(options.queue());
        log = new SqliteLog(options.file());
        writer = new SqliteWriter(file, options.statementTimeout(), writes, log);
        // A wait for the lock, tasks of others, its own, and the disk.
        bound = options.statementTimeout().multipliedBy(4).plusSeconds(10);
        probe = new HealthProbe(this);
    }

    static SqliteDatabase open(DatabaseOptions options) {
        var file = new SqliteFile(options.file(), options.statementTimeout());
        file.create();
        try (var _ = file.plain()) {
            // Fails here rather than at the first request, and sets the journal's mode for good.
        } catch (SQLException e) {
            throw file.unusable("cannot be opened: " + e.getMessage(), e);
        }
        var database = new SqliteDatabase(options, file);
        database.start();
        return database;
    }

    private void start() {
        flushers.add(Thread.ofPlatform().name("store-log").daemon().start(log));
        threads.add(Thread.ofPlatform().name("store-writer").daemon().start(writer));
        for (int i = 1; i <= Math.min(READERS, options.connections()); i++) {
            var reader = new SqliteReader(file, options.statementTimeout(), reads);
            threads.add(Thread.ofPlatform().name("store-reader-" + i).daemon().start(reader));
        }
    }

    @Override
    public Kind kind() {
        return Kind.SQLITE;
    }

    @Override
    public void migrate(String module) {
        new Migrations(module, scripts).run(file);
    }

    @Override
    public <T extends @Nullable Object> T read(Work<T> work) {
        return run(reads, new Task<>(work, Task.Kind.READING));
    }

    @Override
    public <T extends @Nullable Object> T write(Work<T> work) {
        return change(new Task<>(work, Task.Kind.DURABLE));
    }

    @Override
    public <T extends @Nullable Object> T writeSoon(Work<T> work) {
        return change(new Task<>(work, Task.Kind.SOON));
    }

    private <T extends @Nullable Object> T change(Task<T> task) {
        if (log.isBroken()) {
            throw SqlFailures.unavailable(DISK_FAILED, null);
        }
        return run(writes, task);
    }

    private <T extends @Nullable Object> T run(TaskQueue queue, Task<T> task) {
        queue.add(task);
        try {
            return patience.await(task, options.waitTimeout(), bound);
        } finally {
            queue.remove(task);
        }
    }

    @Override
    public Health health() {
        return log.isBroken() ? new Health(false, DISK_FAILED) : probe.health();
    }

    /** How many transactions the writer has committed. */
    long commits() {
        return writer.commits();
    }

    /** How often writers waited for the disk, together or alone. */
    long flushes() {
        return log.passes();
    }

    /** How many wait for the writer. */
    int waiting() {
        return writes.size();
    }

    @Override
    public void close() {
        writes.close();
        reads.close();
        boolean interrupted = join(threads);
        // What is committed by then is still brought to the disk.
        log.close();
        patience.close();
        if (join(flushers) || interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether there was an interrupt meanwhile. */
    private boolean join(List<Thread> ending) {
        boolean interrupted = false;
        for (Thread thread : ending) {
            try {
                if (!thread.join(bound)) {
                    LOG.warn("{} does not end; the database file stays open.", thread.getName());
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        return interrupted;
    }
}
