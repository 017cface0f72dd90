package ai.robutler.testkit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * What is to be answered, and what has come. One lock, so that replies are given in the order of
 * arrival.
 */
final class Script {

    private static final int MOST_REPLIES = 1_000_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final Deque<Reply> replies = new ArrayDeque<>();
    private final Deque<Reply> embeddings = new ArrayDeque<>();
    private final List<ReceivedRequest> requests = new ArrayList<>();
    private final List<Violation> violations = new ArrayList<>();
    private Function<ReceivedRequest, Reply> always = Script::empty;
    private Function<ReceivedRequest, Reply> alwaysEmbeddings = Script::vectors;

    void add(Reply reply) {
        lock.lock();
        try {
            if (replies.size() == MOST_REPLIES) {
                throw new IllegalStateException(
                        MOST_REPLIES + " replies are queued; for more use always(...)");
            }
            replies.add(reply);
        } finally {
            lock.unlock();
        }
    }

    void always(Function<ReceivedRequest, Reply> function) {
        lock.lock();
        try {
            always = function;
        } finally {
            lock.unlock();
        }
    }

    void addEmbeddings(Reply reply) {
        lock.lock();
        try {
            embeddings.add(reply);
        } finally {
            lock.unlock();
        }
    }

    void alwaysEmbeddings(Function<ReceivedRequest, Reply> function) {
        lock.lock();
        try {
            alwaysEmbeddings = function;
        } finally {
            lock.unlock();
        }
    }

    /** As {@link #take}, for a call that wants vectors: those of its texts where nothing waits. */
    Function<ReceivedRequest, Reply> takeEmbeddings(ReceivedRequest request) {
        lock.lock();
        try {
            arrive(request);
            Reply queued = embeddings.poll();
            return queued == null ? alwaysEmbeddings : _ -> queued;
        } finally {
            lock.unlock();
        }
    }

    static Reply vectors(ReceivedRequest request) {
        return Reply.rawJson(200, Json.line(Vectors.answer(request.callOrNothing())));
    }

    /** Notes a request that takes no reply from the script. */
    void note(ReceivedRequest request) {
        lock.lock();
        try {
            arrive(request);
        } finally {
            lock.unlock();
        }
    }

    /** Notes a request that is refused. */
    void refuse(ReceivedRequest request, Violation violation) {
        lock.lock();
        try {
            arrive(request);
            violations.add(violation.of(request.number()));
        } finally {
            lock.unlock();
        }
    }

    /**
     * Notes a call, and takes its reply: a queued one, or else the function, which is to be asked
     * later.
     */
    Function<ReceivedRequest, Reply> take(ReceivedRequest request) {
        lock.lock();
        try {
            arrive(request);
            Reply queued = replies.poll();
            return queued == null ? always : call -> queued;
        } finally {
            lock.unlock();
        }
    }

    /** Notes what went wrong beside a request. */
    void note(Violation violation) {
        lock.lock();
        try {
            violations.add(violation);
        } finally {
            lock.unlock();
        }
    }

    private void arrive(ReceivedRequest request) {
        requests.add(request);
        request.number(requests.size());
        arrived.signalAll();
    }

    int left() {
        lock.lock();
        try {
            return replies.size();
        } finally {
            lock.unlock();
        }
    }

    List<ReceivedRequest> requests() {
        lock.lock();
        try {
            return List.copyOf(requests);
        } finally {
            lock.unlock();
        }
    }

    List<Violation> violations() {
        lock.lock();
        try {
            return List.copyOf(violations);
        } finally {
            lock.unlock();
        }
    }

    ReceivedRequest await(int number, Duration timeout) {
        Checks.positive(number, "number of the request");
        lock.lock();
        try {
            if (!Waiting.until(() -> requests.size() >= number, lock, arrived, timeout)) {
                throw new AssertionError(
                        "request %d has not come within %s; %d came"
                                .formatted(number, timeout, requests.size()));
            }
            return requests.get(number - 1);
        } finally {
            lock.unlock();
        }
    }

    void reset() {
        lock.lock();
        try {
            replies.clear();
            requests.clear();
            violations.clear();
            always = Script::empty;
            embeddings.clear();
            alwaysEmbeddings = Script::vectors;
        } finally {
            lock.unlock();
        }
    }

    private static Reply empty(ReceivedRequest request) {
        return Reply.error(
                        500,
                        "the script of the test's provider is empty: no reply is left for "
                                + request
                                + "; queue one with answer(...), or give a function with always(...)")
                .code("script_empty");
    }
}
