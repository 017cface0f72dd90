package ai.robutler.core;

import java.time.Duration;

/**
 * Remembers the answers of requests that came with an idempotency key, so that a request that is
 * sent again does its work, and costs, once. Thread-safe; callers block.
 */
public interface AnswerLog {

    /**
     * Asks who answers a request. While somebody else is at it, waits for the answer.
     *
     * @param key names the request, together with everybody who may see its answer; no secret can
     *     be read from it
     * @param fingerprint of what is asked: the same for the same request
     * @param until how long to wait
     * @throws CancelledException if the thread is interrupted while it waits
     * @throws UnavailableException if nobody can tell now
     */
    Claim claim(String key, String fingerprint, Deadline until);

    /**
     * As {@link #claim(String, String, Deadline)}, with whose the answer will be: who keeps it
     * longer than this process runs must be able to find what is a user's.
     *
     * @param user "" where nobody knows
     */
    default Claim claim(String key, String user, String fingerprint, Deadline until) {
        return claim(key, fingerprint, until);
    }

    /** Who answers. */
    sealed interface Claim {}

    /** The caller does. It calls one of these methods at last; the first that is called counts. */
    non-sealed interface Mine extends Claim {

        /** Keeps the answer for all who ask, now and later. */
        void keep(RecordedAnswer answer);

        /** Gives the answer to those who wait for it only. Who asks later does the work anew. */
        void pass(RecordedAnswer answer);

        /** There was an answer, too large to be kept: nobody does the work again. */
        void tooLarge();

        /** There is no answer: one of those who wait does the work. */
        void abandon();
    }

    /** It has been answered. */
    record Answered(RecordedAnswer answer) implements Claim {}

    /** Something else was asked under the same key. */
    record Conflict() implements Claim {}

    /** It was answered, and the answer was too large to be kept. */
    record NotKept() implements Claim {}

    /** Somebody else is still at it, and the time to wait is over. */
    record Running() implements Claim {}

    /** In this process: at most 10,000 answers and 64 MB, each for a day. */
    static AnswerLog inMemory() {
        return inMemory(10_000, 64L << 20, Duration.ofDays(1));
    }

    /**
     * In this process, within bounds; the oldest answers go first.
     *
     * @param answers how many, of whatever size
     * @param chars how much text in all of them together
     * @param time how long each is kept
     */
    static AnswerLog inMemory(int answers, long chars, Duration time) {
        return new InMemoryAnswers(answers, chars, time);
    }
}
