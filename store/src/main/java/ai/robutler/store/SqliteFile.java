package ai.robutler.store;

import ai.robutler.core.UnavailableException;

import org.jspecify.annotations.Nullable;
import org.sqlite.JDBC;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.SynchronousMode;
import org.sqlite.SQLiteConfig.TransactionMode;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/**
 * A SQLite file and how to connect to it. A commit reaches the disk through {@link SqliteLog}.
 * Never opened by other means while it is in use: closing it again would take SQLite's locks away.
 *
 * @param lockTimeout how long to wait for the locks of other processes
 */
record SqliteFile(Path path, Duration lockTimeout) {
    private static final int LOG_BYTES = 64 << 20;

    /** After how many pages of the log, 4 KB each, they are moved into the file. */
    private static final int LOG_PAGES = 4_000;

    /** In KB, as SQLite wants it: at most so much memory. */
    private static final String WRITER_CACHE = "-16000";

    /** Creates what is missing: the folder for its owner alone, and so the file. */
    void create() {
        try {
            Path folder = path.getParent();
            if (folder != null && !Files.isDirectory(folder)) {
                Files.createDirectories(folder, permissions("rwx------"));
            }
            if (!Files.exists(path)) {
                Files.createFile(path, permissions("rw-------"));
            }
        } catch (FileAlreadyExistsException e) {
            if (!Files.isRegularFile(path)) {
                throw unusable("cannot be created: " + e.getMessage() + " is in the way", e);
            }
        } catch (IOException e) {
            throw unusable(
                    "cannot be created: the folder must exist and be writable ("
                            + e.getClass().getSimpleName()
                            + ": "
                            + e.getMessage()
                            + ")",
                    e);
        }
        if (!Files.isRegularFile(path)) {
            throw unusable("is no file", null);
        }
        if (!Files.isReadable(path) || !Files.isWritable(path)) {
            throw unusable("must be readable and writable for this user", null);
        }
    }

    UnavailableException unusable(String what, @Nullable Throwable cause) {
        return new UnavailableException(
                "The database file " + path + " " + what + ".", Duration.ZERO, cause);
    }

    /** A connection that writes: its transactions take the lock when they begin. */
    Connection writer() throws SQLException {
        SQLiteConfig config = config(TransactionMode.IMMEDIATE);
        config.setPragma(SQLiteConfig.Pragma.CACHE_SIZE, WRITER_CACHE);
        Connection connection = connect(config);
        try (Statement statement = connection.createStatement()) {
            // Pages that change often are moved from the log into the file less often.
            statement.execute("PRAGMA wal_autocheckpoint = " + LOG_PAGES);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** A connection that is only read from. */
    Connection reader() throws SQLException {
        Connection connection = connect(config(TransactionMode.DEFERRED));
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA query_only = 1");
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** A connection for scripts: with transactions of their own making. */
    Connection plain() throws SQLException {
        return connect(config(TransactionMode.DEFERRED));
    }

    private SQLiteConfig config(TransactionMode mode) {
        var config = new SQLiteConfig();
        config.setJournalMode(JournalMode.WAL);
        config.setSynchronous(SynchronousMode.NORMAL);
        config.setJournalSizeLimit(LOG_BYTES);
        config.enforceForeignKeys(true);
        config.setBusyTimeout(Math.toIntExact(lockTimeout.toMillis()));
        config.setTransactionMode(mode);
        // They would be asked for after each insert; RETURNING tells them who wants to know.
        config.setGetGeneratedKeys(false);
        return config;
    }

    private Connection connect(SQLiteConfig config) throws SQLException {
        return JDBC.createConnection("jdbc:sqlite:" + path, config.toProperties());
    }

    private static FileAttribute<?>[] permissions(String text) {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text))
                }
                : new FileAttribute<?>[0];
    }
}
