package ai.robutler.core;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

/** Answers in this process. Those that are being worked at are never forgotten. */
final class InMemoryAnswers implements AnswerLog {

    /**
     * @param answer what everybody gets
     */
    private record Kept(String fingerprint, Claim answer, long size, Deadline until) {}

    private final int most;
    private final long mostChars;
    private final Duration time;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Work> running = new HashMap<>();

    /** In the order in which they were answered, which is that of expiry. */
    private final LinkedHashMap<String, Kept> kept = new LinkedHashMap<>();

    private long size;

    InMemoryAnswers(int most, long mostChars, Duration time) {
        this.most = most;
        this.mostChars = mostChars;
        this.time = time;
    }

    @Override
    public Claim claim(String key, String fingerprint, Deadline until) {
        var mine = new Work(key, fingerprint);
        while (true) {
            Claim found = claim(mine);
            if (found == mine || !(found instanceof Work others)) {
                return found;
            }
            Optional<Claim> end = others.await(until);
            if (end.isPresent()) {
                return end.get();
            }
        }
    }

    /** An answer, the work of somebody else, or the caller's own. */
    private Claim claim(Work mine) {
        lock.lock();
        try {
            prune();
            Kept before = kept.get(mine.key);
            if (before != null) {
                return before.fingerprint.equals(mine.fingerprint) ? before.answer : new Conflict();
            }
            Work others = running.putIfAbsent(mine.key, mine);
            if (others == null) {
                return mine;
            }
            return others.fingerprint.equals(mine.fingerprint) ? others : new Conflict();
        } finally {
            lock.unlock();
        }
    }

    private void end(Work work, Optional<Claim> end, boolean isKept, long chars) {
        lock.lock();
        try {
            if (!running.remove(work.key, work)) {
                return;
            }
            if (isKept && end.isPresent()) {
                var answer = new Kept(work.fingerprint, end.get(), chars, Deadline.after(time));
                kept.put(work.key, answer);
                size += chars;
                prune();
            }
        } finally {
            lock.unlock();
        }
        work.end.complete(end);
    }

    private void prune() {
        var oldestFirst = kept.values().iterator();
        while (oldestFirst.hasNext()) {
            Kept oldest = oldestFirst.next();
            if (kept.size() <= most && size <= mostChars && !oldest.until.hasPassed()) {
                return;
            }
            oldestFirst.remove();
            size -= oldest.size;
        }
    }

    private final class Work implements Mine {
        private final String key;
        private final String fingerprint;
        private final CompletableFuture<Optional<Claim>> end = new CompletableFuture<>();

        Work(String key, String fingerprint) {
            this.key = key;
            this.fingerprint = fingerprint;
        }

        Optional<Claim> await(Deadline until) {
            try {
                return end.get(until.remaining().toNanos(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                return Optional.of(new Running());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CancelledException("interrupted while another request is answered");
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void keep(RecordedAnswer answer) {
            end(this, Optional.of(new Answered(answer)), true, answer.body().length());
        }

        @Override
        public void pass(RecordedAnswer answer) {
            end(this, Optional.of(new Answered(answer)), false, 0);
        }

        @Override
        public void tooLarge() {
            end(this, Optional.of(new NotKept()), true, 0);
        }

        @Override
        public void abandon() {
            end(this, Optional.empty(), false, 0);
        }
    }
}
