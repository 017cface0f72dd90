package ai.robutler.search;

import ai.robutler.core.ApiException;
import ai.robutler.core.Deadline;
import ai.robutler.store.Database;

import org.apache.lucene.store.AlreadyClosedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Brings an index to where its feed is, again and again: the one thread that writes to it. To make
 * an index anew is to follow from the start.
 */
final class Follower implements Runnable, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Follower.class);
    private static final Duration PAUSE = Duration.ofMillis(300);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    private static final Duration SHOWN_EVERY = Duration.ofSeconds(1);
    private static final Duration COMMITTED_EVERY = Duration.ofSeconds(5);
    private static final Duration FORGOTTEN_EVERY = Duration.ofHours(1);
    private static final Duration REMEMBERED = Duration.ofHours(24);
    private static final int AT_ONCE = 500;

    private final Database database;
    private final IndexOptions options;
    private final Meanings meanings;
    private final FeedRows rows;
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long asked;
    private long answered;
    private boolean wellAnswered;
    private boolean ready;
    private boolean closed;

    private volatile @Nullable LocalIndex index;
    private volatile @Nullable LocalIndex suspect;
    private volatile String trouble = "";
    private volatile long head;
    private volatile long shown;

    private Deadline nextCommit = Deadline.after(COMMITTED_EVERY);
    private Deadline nextForgetting = Deadline.after(Duration.ofMinutes(1));
    private long committed;
    private boolean wipes;

    Follower(Database database, IndexOptions options, Meanings meanings) {
        this.database = database;
        this.options = options;
        this.meanings = meanings;
        rows = new FeedRows(options.feed().name());
        thread =
                Thread.ofPlatform()
                        .daemon()
                        .name("search-" + options.feed().name())
                        .unstarted(this);
    }

    void start() {
        thread.start();
    }

    @Override
    public void run() {
        Duration pause = PAUSE;
        while (true) {
            long serving = asked();
            boolean well = round();
            pause = well ? PAUSE : longer(pause);
            if (!pause(serving, well, pause)) {
                break;
            }
        }
        LocalIndex last = index;
        if (last != null) {
            try {
                last.commit();
            } catch (IOException | RuntimeException e) {
                LOG.debug("The last changes to a search index are made again at the next start", e);
            }
            last.close();
        }
    }

    private static Duration longer(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
    }

    private long asked() {
        lock.lock();
        try {
            return asked;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the next round; false if there is none. */
    private boolean pause(long served, boolean well, Duration pause) {
        lock.lock();
        try {
            answered = served;
            wellAnswered = well;
            ready |= well;
            changed.signalAll();
            long nanos = pause.toNanos();
            while (!closed && asked == served && nanos > 0) {
                nanos = changed.awaitNanos(nanos);
            }
            return !closed;
        } catch (InterruptedException e) {
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Follows to where the feed is now. */
    private boolean round() {
        try {
            follow(opened());
            trouble = "";
            return true;
        } catch (ApiException e) {
            trouble("does not follow: " + e.getMessage(), e);
        } catch (IOException | AlreadyClosedException e) {
            trouble("failed and is opened again: " + e, e);
            discard();
        } catch (RuntimeException | Error e) {
            trouble("failed: " + e, e);
        }
        return false;
    }

    /** Once for each kind of trouble. */
    private void trouble(String words, Throwable thrown) {
        if (!words.equals(trouble)) {
            LOG.warn("The search index of {} {}", rows.feed(), words, thrown);
        }
        trouble = words;
    }

    private LocalIndex opened() throws IOException {
        LocalIndex open = index;
        if (open != null && open == suspect) {
            LOG.warn("The search index of {} is damaged and is made anew.", rows.feed());
            wipes = true;
            discard();
            open = null;
        }
        if (open == null) {
            if (wipes && options.place().isPresent()) {
                LocalIndex.wipe(options.place().get());
            }
            wipes = false;
            String stamp =
                    "%d/%d/%s".formatted(WordAnalyzer.VERSION, options.format(), meanings.model());
            open = LocalIndex.open(options.place(), stamp);
            committed = open.place().seq();
            shown = committed;
            index = open;
        }
        return open;
    }

    private void discard() {
        LocalIndex open = index;
        index = null;
        if (open != null) {
            open.close();
        }
    }

    private record Batch(
            FeedHead head,
            boolean known,
            List<Change> changes,
            Map<String, SearchDocument> documents,
            Map<String, Meaning> meanings) {}

    private void follow(LocalIndex open) throws IOException {
        boolean replacing = false;
        Deadline nextShow = Deadline.after(SHOWN_EVERY);
        Batch batch = next(open.place());
        while (!batch.known() || !batch.changes().isEmpty()) {
            head = batch.head().seq();
            if (batch.known()) {
                apply(open, batch);
            } else {
                LOG.info("The search index of {} is made anew.", rows.feed());
                replacing = true;
                open.begin(Place.START);
            }
            if (nextShow.hasPassed() && !replacing) {
                show(open);
                nextShow = Deadline.after(SHOWN_EVERY);
            }
            if (isClosed()) {
                return;
            }
            batch = next(open.place());
        }
        head = batch.head().seq();
        show(open);
        upkeep(open);
    }

    private void show(LocalIndex open) throws IOException {
        open.publish();
        shown = open.place().seq();
    }

    private Batch next(Place place) {
        return database.read(
                handle -> {
                    FeedHead now = rows.head(handle);
                    if (!place.isKnownTo(now)) {
                        return new Batch(now, false, List.of(), Map.of(), Map.of());
                    }
                    List<Change> changes =
                            now.seq() == place.seq()
                                    ? List.of()
                                    : rows.after(handle, place.seq(), AT_ONCE);
                    List<String> there =
                            changes.stream().filter(each -> !each.gone()).map(Change::id).toList();
                    var documents = new HashMap<String, SearchDocument>();
                    if (!there.isEmpty()) {
                        options.table()
                                .load(handle, there)
                                .forEach(each -> documents.put(each.id(), each));
                    }
                    return new Batch(
                            now, true, changes, documents, meanings.of(handle, documents.values()));
                });
    }

    private void apply(LocalIndex open, Batch batch) throws IOException {
        for (Change change : batch.changes()) {
            SearchDocument document = batch.documents().get(change.id());
            if (document == null || !put(open, document, batch)) {
                open.remove(change.id());
            }
        }
        Place before = open.place();
        open.reach(
                new Place(
                        batch.head().epoch(),
                        batch.changes().getLast().seq(),
                        before.seq() == 0 ? batch.head().forgotten() : before.forgotten()));
    }

    /** One that cannot be indexed keeps no other from it. */
    private boolean put(LocalIndex open, SearchDocument document, Batch batch) throws IOException {
        try {
            options.checkOwners(document.fields().keySet());
            open.put(document, batch.meanings().getOrDefault(document.id(), new Meaning.Unasked()));
            return true;
        } catch (IllegalArgumentException e) {
            LOG.error("{} of {} cannot be searched", document.id(), rows.feed(), e);
            return false;
        }
    }

    private void upkeep(LocalIndex open) throws IOException {
        if (nextCommit.hasPassed() && open.place().seq() != committed) {
            open.commit();
            committed = open.place().seq();
            nextCommit = Deadline.after(COMMITTED_EVERY);
        }
        if (nextForgetting.hasPassed()) {
            nextForgetting = Deadline.after(FORGOTTEN_EVERY);
            long before = System.currentTimeMillis() - REMEMBERED.toMillis();
            database.write(
                    handle -> {
                        rows.forget(handle, before, 10_000);
                        return true;
                    });
        }
    }

    /** Waits until all that is committed now is shown; false if it is not within the time. */
    boolean refresh(Duration patience) throws InterruptedException {
        lock.lock();
        try {
            long mine = ++asked;
            changed.signalAll();
            return await(() -> answered >= mine, patience) && wellAnswered;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until everything could be found once. */
    boolean isReady(Duration patience) throws InterruptedException {
        lock.lock();
        try {
            return await(() -> ready, patience);
        } finally {
            lock.unlock();
        }
    }

    private boolean await(java.util.function.BooleanSupplier condition, Duration patience)
            throws InterruptedException {
        long nanos = patience.toNanos();
        while (!condition.getAsBoolean() && !closed && nanos > 0) {
            nanos = changed.awaitNanos(nanos);
        }
        return condition.getAsBoolean();
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** What can be searched now; empty while it is being opened. */
    Optional<LocalIndex> index() {
        return Optional.ofNullable(index);
    }

    /** How many documents wait for their vectors. */
    long awaiting() {
        LocalIndex open = index;
        try {
            return open == null ? 0 : open.awaiting();
        } catch (IOException | AlreadyClosedException e) {
            return 0;
        }
    }

    /** Some documents that wait for their vectors. */
    List<String> awaiting(int most) {
        LocalIndex open = index;
        try {
            return open == null ? List.of() : open.awaiting(most);
        } catch (IOException | AlreadyClosedException e) {
            return List.of();
        }
    }

    /** A search found that its files are damaged. */
    void suspect(LocalIndex damaged) {
        suspect = damaged;
        lock.lock();
        try {
            asked++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    Optional<String> trouble() {
        return Optional.of(trouble).filter(words -> !words.isEmpty());
    }

    long head() {
        return head;
    }

    long shown() {
        return shown;
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (thread.isAlive() && System.nanoTime() < end) {
            try {
                thread.join(Duration.ofSeconds(1));
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (thread.isAlive()) {
            LOG.warn("{} does not end.", thread.getName());
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
