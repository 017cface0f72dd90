package ai.robutler.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A request that the provider received, and what became of its answer. The request is fixed; the
 * answer goes on while a test looks at it. For any thread.
 */
public final class ReceivedRequest {

    /**
     * How long to wait for a last write that is under way: nobody can see the end of an answer
     * before it is noted.
     */
    private static final Duration LAST_WRITE = Duration.ofSeconds(1);

    private record End(Outcome outcome, Instant at) {}

    private final RawRequest raw;
    private final int connection;
    private final Instant receivedAt = Instant.now();
    private final AtomicReference<@Nullable End> end = new AtomicReference<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicLong bytesWritten = new AtomicLong();
    private volatile boolean finishing;
    private volatile int number;
    private volatile @Nullable JsonNode json;

    ReceivedRequest(RawRequest raw, int connection) {
        this.raw = raw;
        this.connection = connection;
    }

    /** Its place in the order of arrival, from 1. */
    public int number() {
        return number;
    }

    /**
     * The number of the connection it came on, from 1: requests of one connection have the same.
     */
    public int connection() {
        return connection;
    }

    /** The method, in capitals. */
    public String method() {
        return raw.method();
    }

    /** The path with its query, as it came. */
    public String path() {
        return raw.target();
    }

    /** All headers; names are compared without case, values are in the order they came. */
    public Map<String, List<String>> headers() {
        return raw.headers();
    }

    /** The first value of a header. */
    public Optional<String> header(String name) {
        return headers().getOrDefault(name, List.of()).stream().findFirst();
    }

    /** The body's bytes, without transfer coding; empty if there was none. */
    public byte[] body() {
        return raw.body().clone();
    }

    /** The body as text. */
    public String text() {
        return new String(raw.body(), UTF_8);
    }

    /**
     * The body as JSON. The tree is shared: do not change it.
     *
     * @throws IllegalStateException if it is none
     */
    public JsonNode json() {
        JsonNode known = json;
        if (known == null) {
            try {
                known = Json.parse(raw.body());
            } catch (JacksonException e) {
                throw new IllegalStateException(
                        "request " + number + " has no JSON body: " + e.getOriginalMessage(), e);
            }
            json = known;
        }
        return known;
    }

    /** Whether the request asks for a stream. */
    public boolean stream() {
        return Dialect.streamed(callOrNothing());
    }

    /** The text of the last message, its text parts joined; empty if it has none. */
    public String lastText() {
        JsonNode messages = callOrNothing().path("messages");
        JsonNode content = messages.path(messages.size() - 1).path("content");
        if (!content.isArray()) {
            return content.stringValue("");
        }
        StringBuilder text = new StringBuilder();
        content.forEach(part -> text.append(part.path("text").stringValue("")));
        return text.toString();
    }

    /** When it had arrived completely. */
    public Instant receivedAt() {
        return receivedAt;
    }

    /** How its answer ended, if it did. */
    public Outcome outcome() {
        if (finishing) {
            await(LAST_WRITE);
        }
        End known = end.get();
        return known == null ? Outcome.PENDING : known.outcome();
    }

    /** Whether each byte of the answer was handed to the network. */
    public boolean completed() {
        return outcome() == Outcome.COMPLETED;
    }

    /**
     * How many bytes of the answer's body the network took so far. Grows while the answer is
     * written.
     */
    public long bytesWritten() {
        if (finishing) {
            await(LAST_WRITE);
        }
        return bytesWritten.get();
    }

    /**
     * Waits until the answer has ended, however.
     *
     * @throws AssertionError if it has not ended in time
     */
    public Outcome awaitEnd(Duration timeout) {
        if (!await(timeout)) {
            throw new AssertionError("the answer to " + this + " has not ended within " + timeout);
        }
        return outcome();
    }

    /**
     * Waits until the client has closed its connection before its answer was complete, and says
     * when that was noticed. A client is noticed at once, also while the provider is silent.
     * Closing only the sending half counts too.
     *
     * @throws AssertionError if it has not gone in time, or the answer has ended in another way
     */
    public Instant awaitClientGone(Duration timeout) {
        await(timeout);
        End known = end.get();
        if (known == null) {
            throw new AssertionError("the client of " + this + " is still there after " + timeout);
        }
        if (known.outcome() != Outcome.CLIENT_GONE) {
            throw new AssertionError(
                    "the client of " + this + " did not go: the answer is " + known.outcome());
        }
        return known.at();
    }

    @Override
    public String toString() {
        return "request " + number + " (" + method() + " " + path() + ")";
    }

    JsonNode callOrNothing() {
        try {
            return json();
        } catch (IllegalStateException e) {
            return Json.object();
        }
    }

    RawRequest raw() {
        return raw;
    }

    void number(int place) {
        number = place;
    }

    void wrote(int bytes) {
        bytesWritten.addAndGet(bytes);
    }

    /** The last bytes are on their way: from now on the client may have all, and may leave. */
    void finishing() {
        finishing = true;
    }

    boolean isFinishing() {
        return finishing;
    }

    boolean ended() {
        return end.get() != null;
    }

    /** Notes how it ended; the first note holds. */
    void end(Outcome outcome) {
        if (end.compareAndSet(null, new End(outcome, Instant.now()))) {
            ended.countDown();
        }
    }

    boolean await(Duration timeout) {
        return Waiting.forLatch(ended, timeout);
    }
}
