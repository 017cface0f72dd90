package ai.robutler.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.ChatChunk;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.ChatStream;
import ai.robutler.core.Completer;
import ai.robutler.core.Deadline;
import ai.robutler.core.ProviderException;
import ai.robutler.core.ProviderHealth;
import ai.robutler.testkit.ReceivedRequest;
import ai.robutler.testkit.Reply;
import ai.robutler.testkit.ScriptedProvider;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Two deployments and a fallback that fail in every way at random: each conversation ends with the
 * right answer or the right error in time, and no call is tried more often than its budget says.
 * The seed is printed; {@code -Dfaults.seed=N} repeats its faults.
 */
class FaultRunTest {
    private static final int CONVERSATIONS = 300;
    private static final int AT_ONCE = 40;
    private static final int BUDGET = 3;
    private static final Duration DEADLINE = Duration.ofSeconds(4);
    private static final Duration SLACK = Duration.ofSeconds(2);
    private static final String CONFIG =
            "{\"attempts\":3,\"models\":{\"fast\":{\"deployments\":["
                    + "{\"model\":\"a/m\",\"weight\":2},{\"model\":\"b/m\"}],\"fallbacks\":[\"c/m\"]}}}";
    private static final String TIMEOUTS =
            "{\"attempts\":3,\"timeouts\":{\"connect\":\"1s\",\"first-token\":\"400ms\","
                    + "\"between-tokens\":\"400ms\",\"total\":\"20s\"}}";

    private final long seed = Long.getLong("faults.seed", System.nanoTime());
    private final Map<String, AtomicInteger> requests = new ConcurrentHashMap<>();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final AtomicInteger answers = new AtomicInteger();
    private final AtomicInteger errors = new AtomicInteger();
    private final AtomicBoolean opened = new AtomicBoolean();

    @Test
    @Timeout(60)
    void everyConversationEndsWell() throws InterruptedException {
        System.out.println("fault run, seed " + seed);
        try (var fleet = Fleet.routing(TIMEOUTS, CONFIG)) {
            fleet.wire("a").always(request -> reply(request, 100));
            fleet.wire("b").always(request -> reply(request, 30));
            fleet.wire("c").always(request -> reply(request, 20));
            converse(fleet, "storm", CONVERSATIONS);
            assertThat(wrong).as("seed %d", seed).isEmpty();
            assertThat(answers.get()).isGreaterThan(CONVERSATIONS / 3);
            assertThat(errors.get()).isPositive();
            assertThat(opened).as("a's breaker opened").isTrue();

            for (String name : List.of("a", "b", "c")) {
                fleet.wire(name).always(FaultRunTest::well);
            }
            awaitAllClosed(fleet);
            answers.set(0);
            int before = fleet.wire("a").requests().size();
            converse(fleet, "calm", 60);
            assertThat(wrong).as("seed %d", seed).isEmpty();
            assertThat(answers).hasValue(60);
            assertThat(fleet.wire("a").requests().size()).isGreaterThan(before);
        }
        assertThat(requests).isNotEmpty();
        requests.forEach(
                (marker, count) ->
                        assertThat(count.get())
                                .as("%s, seed %d", marker, seed)
                                .isBetween(1, BUDGET));
    }

    private void converse(Fleet fleet, String phase, int count) throws InterruptedException {
        Completer model = fleet.model("fast");
        var room = new Semaphore(AT_ONCE);
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < count; i++) {
            String marker = phase + "-" + i;
            boolean stream = i % 2 == 0;
            room.acquire();
            threads.add(
                    Thread.ofVirtual()
                            .name(marker)
                            .start(
                                    () -> {
                                        try {
                                            converse(model, marker, stream);
                                        } finally {
                                            room.release();
                                        }
                                        look(fleet);
                                    }));
        }
        for (Thread thread : threads) {
            if (!thread.join(DEADLINE.plus(SLACK))) {
                wrong.add(thread.getName() + " does not end");
            }
        }
    }

    private void look(Fleet fleet) {
        if (fleet.health().stream().anyMatch(FaultRunTest::isOpen)) {
            opened.set(true);
        }
    }

    private static boolean isOpen(ProviderHealth health) {
        return health.name().equals("a") && health.circuit() == ProviderHealth.Circuit.OPEN;
    }

    private void converse(Completer model, String marker, boolean stream) {
        long start = System.nanoTime();
        var said = new StringBuilder();
        try {
            ask(model, marker, stream, said);
            if (!said.toString().equals(answer(marker))) {
                wrong.add(marker + " got the answer " + said);
            }
            answers.incrementAndGet();
        } catch (ProviderException e) {
            errors.incrementAndGet();
            if (!answer(marker).startsWith(said.toString())) {
                wrong.add(marker + " got, before an error: " + said);
            }
            if (!isRight(e)) {
                wrong.add(marker + " got the error " + e.status() + " " + e.getMessage());
            }
        } catch (RuntimeException e) {
            wrong.add(marker + " failed: " + e);
        }
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        if (took.compareTo(DEADLINE.plus(SLACK)) > 0) {
            wrong.add(marker + " took " + took);
        }
    }

    private static void ask(Completer model, String marker, boolean stream, StringBuilder said) {
        Deadline deadline = Deadline.after(DEADLINE);
        ChatRequest request = ChatRequest.of(marker);
        if (!stream) {
            said.append(model.complete(request, deadline).text());
            return;
        }
        try (ChatStream chunks = model.stream(request, deadline)) {
            for (ChatChunk chunk : chunks) {
                said.append(chunk.text());
            }
        }
    }

    private static boolean isRight(ProviderException e) {
        return switch (e) {
            case ProviderException.Transient t -> List.of(429, 502, 504).contains(t.status());
            case ProviderException.Unavailable u ->
                    u.status() == 503 && u.retryAfter().isPositive();
            case ProviderException.Permanent _ -> false;
        };
    }

    private static String answer(String marker) {
        return "The answer to " + marker + " is " + marker.hashCode();
    }

    private static Reply well(ReceivedRequest request) {
        return Reply.text(answer(request.lastText()));
    }

    /** One of the faults, or the answer. */
    private Reply reply(ReceivedRequest request, int faultsInHundred) {
        String marker = request.lastText();
        int number = requests.computeIfAbsent(marker, _ -> new AtomicInteger()).incrementAndGet();
        RandomGenerator random =
                RandomGeneratorFactory.of("L64X128MixRandom")
                        .create(seed ^ (marker + "/" + number).hashCode() * 0x9E3779B97F4A7C15L);
        Reply well = well(request);
        if (random.nextInt(100) >= faultsInHundred) {
            return well;
        }
        return switch (random.nextInt(10)) {
            case 0 -> Reply.error(429, "slow down");
            case 1 -> Reply.error(429, "slow down").header("Retry-After", "1");
            case 2, 3 -> Reply.error(500, "oops");
            case 4 -> Reply.error(503, "overloaded");
            case 5 -> well.hangBeforeHeaders();
            case 6 -> well.cutBeforeHeaders();
            case 7 -> well.cutAfter(random.nextInt(3));
            case 8 -> well.resetAfter(random.nextInt(3));
            default ->
                    request.stream()
                            ? Reply.rawStream("data: {\"choices\":[{\n\n")
                            : Reply.rawJson(200, "<html>garbage</html>");
        };
    }

    /** Calls come, as they do in life, until every breaker has closed again. */
    private void awaitAllClosed(Fleet fleet) {
        Deadline deadline = Deadline.after(Duration.ofSeconds(15));
        Completer model = fleet.model("fast");
        int i = 0;
        while (fleet.health().stream()
                .anyMatch(health -> health.circuit() != ProviderHealth.Circuit.CLOSED)) {
            assertThat(deadline.hasPassed())
                    .as("breakers close again: %s", fleet.health())
                    .isFalse();
            try {
                model.complete(ChatRequest.of("probe-" + i++), deadline);
            } catch (ProviderException.Unavailable e) {
                assertThat(e.retryAfter()).isPositive();
            }
            for (ScriptedProvider wire : List.of(fleet.wire("a"), fleet.wire("b"))) {
                assertThat(wire.violations()).isEmpty();
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }
}
