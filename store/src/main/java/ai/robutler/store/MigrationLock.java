package ai.robutler.store;

import ai.robutler.core.CancelledException;
import ai.robutler.core.Deadline;
import ai.robutler.core.UnavailableException;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/**
 * Keeps migrations of one SQLite file apart, in this process and in others: Flyway has no lock of
 * its own there. It is a file beside the database, whose lock ends with the process that holds it.
 */
final class MigrationLock implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(10);

    private final FileChannel channel;

    private MigrationLock(FileChannel channel) {
        this.channel = channel;
    }

    static MigrationLock of(Path database) {
        Path file = database.resolveSibling(database.getFileName() + "-migration");
        Deadline deadline = Deadline.after(Migrations.PATIENCE);
        try {
            FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                while (!isLocked(channel)) {
                    if (deadline.hasPassed()) {
                        throw SqlFailures.unavailable(
                                "Another process has been changing the tables of the database for "
                                        + Migrations.PATIENCE.toSeconds()
                                        + " s.",
                                null);
                    }
                    Thread.sleep(PAUSE);
                }
            } catch (Throwable e) {
                channel.close();
                throw e;
            }
            return new MigrationLock(channel);
        } catch (IOException e) {
            throw new UnavailableException(
                    "The file " + file + " cannot be written.", Duration.ZERO, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException("interrupted while waiting for another migration");
        }
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UnavailableException(
                    "The lock of the migration cannot be released.", Duration.ZERO, e);
        }
    }
}
