package ai.robutler.memory;

import ai.robutler.core.Deadline;
import ai.robutler.core.Json;
import ai.robutler.core.Settings;
import ai.robutler.store.Database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A folder of documents, and what searches it. */
final class KnowledgeSite implements AutoCloseable {
    final Path folder;
    final KnowledgeFolder settings;
    final KnowledgeBase base;

    KnowledgeSite(Database database, Path folder) {
        this(database, folder, "\"rescan\": \"100ms\"");
    }

    KnowledgeSite(Database database, Path folder, String more) {
        this.folder = folder;
        this.settings = read(folder, more).folders().getFirst();
        this.base = KnowledgeBase.of(database, Optional.empty(), Optional.empty());
    }

    static KnowledgeSettings read(Path folder, String more) {
        var values = Json.parseObject("{" + more + "}");
        values.putArray("folders").add(folder.toString());
        var read = Settings.of(values, _ -> "");
        KnowledgeSettings settings = KnowledgeSettings.read(read);
        if (!read.problems().isEmpty()) {
            throw new IllegalArgumentException(read.problems().toString());
        }
        return settings;
    }

    KnowledgeSite follow() {
        base.follow(settings);
        return this;
    }

    void write(String path, String text) {
        write(folder, path, text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    void write(String path, byte[] bytes) {
        write(folder, path, bytes);
    }

    static void write(Path folder, String path, byte[] bytes) {
        try {
            Path file = folder.resolve(path);
            Files.createDirectories(file.getParent());
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<String> find(String words) {
        base.refresh();
        return base.search(Set.of(settings.id()), words, 10).stream()
                .map(KnowledgeHit::path)
                .distinct()
                .toList();
    }

    FolderStatus status() {
        base.name(List.of(settings));
        return base.folders().getFirst();
    }

    static void until(BooleanSupplier condition) {
        Deadline deadline = Deadline.after(Duration.ofSeconds(60));
        while (!condition.getAsBoolean()) {
            if (deadline.hasPassed()) {
                throw new AssertionError("not within a minute");
            }
            LockSupport.parkNanos(20_000_000);
        }
    }

    @Override
    public void close() {
        base.close();
    }
}
