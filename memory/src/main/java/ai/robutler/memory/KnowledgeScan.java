package ai.robutler.memory;

import ai.robutler.store.Database;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * One look at a folder: what is new or changed is read, what is gone is removed, all else is left
 * alone. It may be ended at any moment, the process with it: what was done stays, and the next look
 * goes on with the rest. For one thread.
 */
final class KnowledgeScan {
    private static final Logger LOG = LoggerFactory.getLogger(KnowledgeScan.class);
    private static final int MOST_FILES = 200_000;
    private static final int DEEPEST = 32;
    private static final int DOCUMENTS_AT_ONCE = 32;
    private static final int CHUNKS_AT_ONCE = 500;
    private static final String CLOSED = "it cannot be opened";

    /** Is told of each step; says whether to go on. */
    @FunctionalInterface
    interface Progress {
        boolean at(int done, int of) throws InterruptedException;
    }

    /**
     * What came of it.
     *
     * @param complete whether all was looked at
     */
    record Outcome(int files, int read, int broken, int removed, boolean complete) {}

    private record Found(Path file, long size, long modified) {}

    private final Database database;
    private final DocumentWorker worker;
    private final KnowledgeFolder folder;
    private final String id;
    private final InstantSource clock = InstantSource.system();
    private final List<KnowledgeDocument> ready = new ArrayList<>();
    private int readyChunks;
    private int read;
    private int broken;

    KnowledgeScan(Database database, DocumentWorker worker, KnowledgeFolder folder) {
        this.database = database;
        this.worker = worker;
        this.folder = folder;
        this.id = folder.id();
    }

    /**
     * Looks at all files.
     *
     * @throws DocumentException if the folder itself cannot be looked at; nothing is removed then
     * @throws ai.robutler.core.UnavailableException if the database is away
     */
    Outcome run(Progress progress) throws InterruptedException {
        Map<String, Found> files = files();
        Map<String, KnowledgeDocument.Row> rows =
                database.read(handle -> KnowledgeRows.documents(handle, id));
        int done = 0;
        boolean goesOn = progress.at(0, files.size());
        for (var each : files.entrySet()) {
            if (!goesOn) {
                break;
            }
            file(each.getKey(), each.getValue(), rows.remove(each.getKey()));
            goesOn = progress.at(++done, files.size());
        }
        flush();
        if (!goesOn) {
            return new Outcome(files.size(), read, broken, 0, false);
        }
        List<KnowledgeDocument.Row> gone = List.copyOf(rows.values());
        for (int from = 0; from < gone.size(); from += DOCUMENTS_AT_ONCE) {
            var some = gone.subList(from, Math.min(gone.size(), from + DOCUMENTS_AT_ONCE));
            database.write(
                    handle -> {
                        KnowledgeRows.remove(
                                handle, some.stream().map(KnowledgeDocument.Row::id).toList());
                        return true;
                    });
        }
        return new Outcome(files.size(), read, broken, gone.size(), true);
    }

    private Map<String, Found> files() {
        if (!Files.isDirectory(folder.path())) {
            throw new DocumentException("there is no folder " + folder.path(), null);
        }
        var files = new TreeMap<String, Found>();
        try {
            Files.walkFileTree(folder.path(), Set.of(), DEEPEST, new Walk(files));
        } catch (IOException e) {
            throw new DocumentException(
                    "the folder " + folder.path() + " cannot be read: " + e.getMessage(), e);
        }
        return files;
    }

    /** Links are not followed: they may lead out of the folder. */
    private final class Walk extends SimpleFileVisitor<Path> {
        private final Map<String, Found> files;

        private Walk(Map<String, Found> files) {
            this.files = files;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
            boolean hidden = String.valueOf(path.getFileName()).startsWith(".");
            return hidden && !path.equals(folder.path())
                    ? FileVisitResult.SKIP_SUBTREE
                    : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
            Path below = folder.path().relativize(path);
            if (attributes.isRegularFile() && folder.has(below)) {
                if (files.size() == MOST_FILES) {
                    throw new DocumentException(
                            "the folder " + folder.path() + " has too many files", null);
                }
                files.put(
                        below.toString().replace(java.io.File.separatorChar, '/'),
                        new Found(
                                path, attributes.size(), attributes.lastModifiedTime().toMillis()));
            }
            return FileVisitResult.CONTINUE;
        }

        /** A part that cannot be read keeps what was known of it: the scan is not complete. */
        @Override
        public FileVisitResult visitFileFailed(Path path, IOException e) throws IOException {
            throw e;
        }
    }

    private void file(
            String path, Found file, KnowledgeDocument.@org.jspecify.annotations.Nullable Row row)
            throws InterruptedException {
        if (row != null && row.isUnchanged(file.size(), file.modified())) {
            broken += row.problem().isEmpty() ? 0 : 1;
            return;
        }
        if (file.size() > folder.bounds().bytes()) {
            add(failed(path, file, "", "it is larger than " + size(folder.bounds().bytes())));
            return;
        }
        byte[] bytes;
        try (InputStream stream = Files.newInputStream(file.file())) {
            bytes = stream.readNBytes(folder.bounds().bytes());
        } catch (IOException e) {
            LOG.debug("{} cannot be opened", path, e);
            if (row != null && row.problem().equals(CLOSED)) {
                broken++;
            } else {
                // Of no time, so that it is tried again.
                add(failed(path, new Found(file.file(), file.size(), -1), "", CLOSED));
            }
            return;
        }
        String hash =
                KnowledgeFolder.hash(
                        new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1));
        if (row != null && row.hash().equals(hash) && row.reader() == DocumentReader.VERSION) {
            long now = clock.millis();
            database.write(
                    handle -> {
                        KnowledgeRows.touch(handle, row.id(), file.size(), file.modified(), now);
                        return true;
                    });
            broken += row.problem().isEmpty() ? 0 : 1;
            return;
        }
        add(document(path, file, hash, bytes));
    }

    private KnowledgeDocument document(String path, Found file, String hash, byte[] bytes)
            throws InterruptedException {
        DocumentReader.Format format =
                DocumentReader.format(path).orElseThrow(() -> new IllegalStateException(path));
        try {
            DocumentText text = worker.read(format, bytes, folder.bounds());
            List<DocumentChunks.Chunk> chunks = folder.chunks().of(text);
            String problem = text.cut() ? "it is too long: the end is left out" : "";
            if (chunks.isEmpty()) {
                problem = "it has no text";
            }
            return new KnowledgeDocument(
                    path, text.title(), hash, file.size(), file.modified(), chunks, problem);
        } catch (DocumentException e) {
            LOG.debug("{} cannot be read", path, e);
            return failed(path, file, hash, String.valueOf(e.getMessage()));
        }
    }

    private static String size(int bytes) {
        return (bytes >> 20) + " MB";
    }

    private static KnowledgeDocument failed(String path, Found file, String hash, String problem) {
        return new KnowledgeDocument(
                path, "", hash, file.size(), file.modified(), List.of(), problem);
    }

    private void add(KnowledgeDocument document) {
        if (!document.problem().isEmpty()) {
            broken++;
            LOG.warn(
                    "Knowledge: {}/{} cannot be searched: {}",
                    folder.name(),
                    document.path(),
                    document.problem());
        }
        read++;
        ready.add(document);
        readyChunks += document.chunks().size();
        if (ready.size() >= DOCUMENTS_AT_ONCE || readyChunks >= CHUNKS_AT_ONCE) {
            flush();
        }
    }

    private void flush() {
        if (ready.isEmpty()) {
            return;
        }
        List<KnowledgeDocument> documents = List.copyOf(ready);
        long now = clock.millis();
        database.write(
                handle -> {
                    KnowledgeRows.replace(handle, id, documents, now);
                    return true;
                });
        ready.clear();
        readyChunks = 0;
    }
}
