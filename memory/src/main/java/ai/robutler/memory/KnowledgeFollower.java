package ai.robutler.memory;

import ai.robutler.core.ApiException;
import ai.robutler.core.CancelledException;
import ai.robutler.core.Deadline;
import ai.robutler.search.Lease;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Looks at a folder again and again: on one node of all, as long as that node is there. Whoever
 * enters and leaves is counted by the {@link KnowledgeBase}, under its lock.
 */
final class KnowledgeFollower implements Runnable, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KnowledgeFollower.class);
    private static final Duration LEASE = Duration.ofSeconds(60);
    private static final Duration RENEWED_EVERY = Duration.ofSeconds(20);
    private static final Duration TOLD_EVERY = Duration.ofSeconds(5);

    private final KnowledgeBase base;
    private final KnowledgeFolder folder;
    private final Lease lease;
    private final Thread thread;
    private volatile String trouble = "";
    private int users;
    private boolean holds;
    private String told = "";
    private Consumer<String> words = progress -> LOG.info("Knowledge: {}", progress);
    private Deadline renewal = Deadline.after(Duration.ZERO);
    private Deadline telling = Deadline.after(TOLD_EVERY);

    private KnowledgeFollower(KnowledgeBase base, KnowledgeFolder folder) {
        this.base = base;
        this.folder = folder;
        this.lease = lease(base, folder);
        this.thread = Thread.ofVirtual().name("knowledge-" + folder.name()).unstarted(this);
    }

    /** One node looks at a folder, whichever command it runs. */
    static Lease lease(KnowledgeBase base, KnowledgeFolder folder) {
        Duration time = LEASE.plus(folder.bounds().time()).plus(folder.rescan());
        return new Lease(base.database(), "knowledge-" + folder.id(), time);
    }

    /** One that looks only when it is told to. */
    static KnowledgeFollower idle(KnowledgeBase base, KnowledgeFolder folder) {
        return new KnowledgeFollower(base, folder);
    }

    /** One look, told of in words; whether all was seen. */
    boolean once(Consumer<String> progress) throws InterruptedException {
        if (!holdsLease()) {
            progress.accept(folder.path() + ": another process is reading it");
            return false;
        }
        words = progress;
        telling = Deadline.after(Duration.ZERO);
        try {
            return scan();
        } catch (DocumentException e) {
            note(0, String.valueOf(e.getMessage()));
            progress.accept(String.valueOf(e.getMessage()));
            return false;
        } finally {
            release();
        }
    }

    static KnowledgeFollower start(KnowledgeBase base, KnowledgeFolder folder) {
        var follower = new KnowledgeFollower(base, folder);
        follower.thread.start();
        return follower;
    }

    void enter() {
        users++;
    }

    /** Whether nobody is left. */
    boolean leave() {
        return --users == 0;
    }

    Optional<String> trouble() {
        return Optional.of(trouble).filter(words -> !words.isEmpty());
    }

    @Override
    public void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                look();
                Thread.sleep(folder.rescan());
            }
        } catch (InterruptedException | CancelledException e) {
            LOG.debug("{} is followed no more", folder.path());
        }
        // What is left to do is done still.
        var _ = Thread.interrupted();
        release();
    }

    private void look() throws InterruptedException {
        try {
            base.warm();
            if (holdsLease()) {
                telling = Deadline.after(TOLD_EVERY);
                var _ = scan();
            }
            trouble = "";
        } catch (DocumentException | ApiException e) {
            trouble(String.valueOf(e.getMessage()), e);
        } catch (CancelledException e) {
            throw e;
        } catch (RuntimeException e) {
            trouble("failed: " + e, e);
        }
    }

    private void trouble(String words, RuntimeException thrown) {
        if (!words.equals(trouble)) {
            LOG.warn("Knowledge: {} is not followed: {}", folder.path(), words);
            LOG.debug("Knowledge: {}", folder.path(), thrown);
        }
        trouble = words;
        if (holds && thrown instanceof DocumentException) {
            note(0, words);
        }
    }

    /** Whether all was seen. */
    private boolean scan() throws InterruptedException {
        var scan = new KnowledgeScan(base.database(), base.worker(), folder);
        KnowledgeScan.Outcome outcome = scan.run(this::at);
        if (!outcome.complete()) {
            return false;
        }
        if (outcome.read() > 0 || outcome.removed() > 0) {
            LOG.info(
                    "Knowledge: {}: {} documents, {} read, {} removed, {} cannot be searched whole",
                    folder.path(),
                    outcome.files(),
                    outcome.read(),
                    outcome.removed(),
                    outcome.broken());
        }
        String now = outcome.toString();
        if (!now.equals(told)) {
            note(System.currentTimeMillis(), "");
            told = now;
        }
        return true;
    }

    private void note(long now, String problem) {
        base.database()
                .write(
                        handle -> {
                            KnowledgeRows.scanned(handle, folder, now, problem);
                            return true;
                        });
    }

    private boolean at(int done, int of) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        if (telling.hasPassed()) {
            words.accept("%s: %d of %d files".formatted(folder.path(), done, of));
            telling = Deadline.after(TOLD_EVERY);
        }
        return !renewal.hasPassed() || holdsLease();
    }

    private boolean holdsLease() {
        holds = lease.take();
        renewal = Deadline.after(RENEWED_EVERY);
        return holds;
    }

    private void release() {
        if (!holds) {
            return;
        }
        try {
            lease.release();
        } catch (ApiException | CancelledException e) {
            LOG.debug("the lease of {} ends by itself", folder.path(), e);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        if (thread.getState() == Thread.State.NEW) {
            return;
        }
        try {
            if (!thread.join(Duration.ofSeconds(10))) {
                LOG.warn("{} does not end.", thread.getName());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
