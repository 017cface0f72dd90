package ai.robutler.memory;

import ai.robutler.core.UnavailableException;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Reads documents on threads of their own, so that one that never ends, or needs too deep a stack,
 * harms nobody else. Thread-safe.
 */
final class DocumentWorker {
    private static final int STACK = 2 << 20;
    private static final int MOST = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Held until the thread has ended, however long after its time that is. */
    private final Semaphore places = new Semaphore(MOST);

    /**
     * What the document says.
     *
     * @throws DocumentException if it cannot be read, or not in time
     * @throws UnavailableException if too many documents before it have not ended
     */
    DocumentText read(DocumentReader.Format format, byte[] bytes, DocumentBounds bounds)
            throws InterruptedException {
        if (!places.tryAcquire(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new UnavailableException(
                    "Documents are not read: the last ones have not ended.", PATIENCE, null);
        }
        var task = new FutureTask<>(() -> DocumentReader.read(format, bytes, bounds));
        Thread thread =
                Thread.ofPlatform()
                        .daemon()
                        .name("knowledge-reader")
                        .stackSize(STACK)
                        .start(
                                () -> {
                                    try {
                                        task.run();
                                    } finally {
                                        places.release();
                                    }
                                });
        try {
            return task.get(bounds.time().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            thread.interrupt();
            throw new DocumentException("it takes too long to read", e);
        } catch (InterruptedException e) {
            thread.interrupt();
            throw e;
        } catch (ExecutionException e) {
            throw failure(e);
        }
    }

    private static DocumentException failure(ExecutionException e) {
        return switch (e.getCause()) {
            case DocumentException known -> known;
            case OutOfMemoryError _ -> new DocumentException("it needs too much memory", e);
            case null, default ->
                    new DocumentException("it is damaged, or not what its name says", e);
        };
    }
}
