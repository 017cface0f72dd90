package ai.robutler.identity;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * The private keys of this node, one file each, for its owner's eyes only. Several processes may
 * share the folder. Thread-safe.
 */
final class KeyFolder {
    private static final Logger LOG = LoggerFactory.getLogger(KeyFolder.class);
    private static final String SUFFIX = ".jwk";
    private static final Set<PosixFilePermission> FOLDER_MODE =
            PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> FILE_MODE =
            PosixFilePermissions.fromString("rw-------");

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(10);

    private final Path folder;

    private KeyFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * Opens the folder, and creates it where it is missing.
     *
     * @throws IllegalStateException if others may read it; the message says how to mend that
     */
    static KeyFolder open(Path folder) {
        try {
            if (!Files.isDirectory(folder)) {
                create(folder);
            }
            requirePrivate(folder, "700");
            return new KeyFolder(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open " + folder, e);
        }
    }

    private static void create(Path folder) throws IOException {
        try {
            Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(FOLDER_MODE));
        } catch (UnsupportedOperationException _) {
            LOG.warn("{} has no modes here: see to it that nobody else can read it", folder);
            Files.createDirectories(folder);
        }
    }

    /**
     * The keys that are there, the oldest first.
     *
     * @throws IllegalStateException if others may read one of them, or one cannot be read
     */
    List<SigningKey> read() {
        var keys = new ArrayList<SigningKey>();
        try (var files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
            for (Path file : files) {
                read(file).ifPresent(keys::add);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + folder, e);
        }
        keys.sort(Comparator.comparing(SigningKey::created).thenComparing(SigningKey::kid));
        return keys;
    }

    private static Optional<SigningKey> read(Path file) throws IOException {
        try {
            requirePrivate(file, "600");
            return Optional.of(SigningKey.parse(Files.readString(file)));
        } catch (NoSuchFileException _) {
            // Another process has retired it just now.
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(
                    file + " is " + e.getMessage() + "; move it away to go on without it", e);
        }
    }

    /**
     * Changes what is in the folder while no other process does: the change sees the keys, and
     * gives the one to be added, if any.
     */
    List<SigningKey> change(Function<List<SigningKey>, Optional<SigningKey>> change) {
        try (FileChannel file = openLock();
                var _ = lock(file)) {
            Optional<SigningKey> added = change.apply(read());
            if (added.isPresent()) {
                write(added.get());
            }
            return read();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot change " + folder, e);
        }
    }

    private FileChannel openLock() throws IOException {
        return FileChannel.open(
                folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    /** Waits for other processes, and other threads of this one, for a bounded time. */
    private FileLock lock(FileChannel file) throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            try {
                FileLock lock = file.tryLock();
                if (lock != null) {
                    return lock;
                }
            } catch (OverlappingFileLockException _) {
                // Held by this process: as good as held by another.
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        throw new IllegalStateException(
                folder + " is locked by another process for " + PATIENCE.toSeconds() + " s");
    }

    void delete(SigningKey key) {
        try {
            Files.deleteIfExists(file(key));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete a key of " + folder, e);
        }
    }

    /** Whole or not at all, though the power fail; and never readable for others in between. */
    private void write(SigningKey key) throws IOException {
        Path temporary =
                isPosix(folder)
                        ? Files.createTempFile(
                                folder,
                                "new",
                                ".tmp",
                                PosixFilePermissions.asFileAttribute(FILE_MODE))
                        : Files.createTempFile(folder, "new", ".tmp");
        try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(key.jwk().toJSONString().getBytes(UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(temporary, file(key), StandardCopyOption.ATOMIC_MOVE);
    }

    private Path file(SigningKey key) {
        return folder.resolve(key.kid() + SUFFIX);
    }

    private static boolean isPosix(Path path) {
        return Files.getFileAttributeView(path, PosixFileAttributeView.class) != null;
    }

    private static void requirePrivate(Path path, String mode) throws IOException {
        if (!isPosix(path)) {
            return;
        }
        for (var permission : Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS)) {
            if (!FOLDER_MODE.contains(permission)) {
                throw new IllegalStateException(
                        path + " can be read by others. Run: chmod " + mode + " " + path);
            }
        }
    }
}
