package ai.robutler.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.robutler.core.UnavailableException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The log that is brought to the disk, is gone, or cannot be. */
class SqliteLogTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir Path folder;
    private SqliteLog log = new SqliteLog(Path.of("unused"));

    @AfterEach
    void close() {
        log.close();
    }

    private void start() {
        log = new SqliteLog(folder.resolve("a.db"));
        Thread.ofPlatform().daemon().name("store-log").start(log);
    }

    private static Task<Integer> task(Task.Kind kind) {
        var task = new Task<Integer>(_ -> 1, kind);
        assertThat(task.take()).isTrue();
        return task;
    }

    private static void await(Task<Integer> task) {
        // Nothing ran, so there is no value; what counts is that it ended, and how.
        try (var patience = Patience.start()) {
            Object _ = patience.await(task, LONG, LONG);
        }
    }

    @Test
    void aDurableTaskEndsWithAPass() throws IOException {
        Files.createFile(folder.resolve("a.db-wal"));
        start();
        var task = task(Task.Kind.DURABLE);
        log.committed(List.of(task));
        await(task);
        assertThat(log.passes()).isEqualTo(1);
    }

    @Test
    void whatNobodyWaitsForIsFlushedToo() throws IOException {
        Files.createFile(folder.resolve("a.db-wal"));
        start();
        var task = task(Task.Kind.SOON);
        log.committed(List.of(task));
        await(task);
        Eventually.until(() -> log.passes() == 1);
    }

    /** The last connection deletes it, once all its pages are in the database file. */
    @Test
    void aLogThatIsGoneIsNoFailureOfTheDisk() {
        start();
        var task = task(Task.Kind.DURABLE);
        log.committed(List.of(task));
        await(task);
        assertThat(log.isBroken()).isFalse();
    }

    @Test
    void aDiskThatFailsLeavesTheOutcomeUnknownAndIsNotTrustedAgain() throws IOException {
        Files.createDirectory(folder.resolve("a.db-wal"));
        start();
        var first = task(Task.Kind.DURABLE);
        log.committed(List.of(first));
        assertThatThrownBy(() -> await(first))
                .isInstanceOf(UnavailableException.class)
                .matches(Database::isOutcomeUnknown);
        assertThat(log.isBroken()).isTrue();
        Files.delete(folder.resolve("a.db-wal"));
        var second = task(Task.Kind.DURABLE);
        log.committed(List.of(second));
        assertThatThrownBy(() -> await(second)).matches(Database::isOutcomeUnknown);
    }
}
