package ai.robutler.nli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.CancelledException;
import ai.robutler.core.ChatCompletion;
import ai.robutler.core.ChatMessage;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.Json;
import ai.robutler.core.ToolCall;

import org.junit.jupiter.api.Test;

import tools.jackson.databind.node.ObjectNode;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A client asks the first of three servers, whose agent asks two of the second at once, each of
 * which asks two of the third: four models work at the far end when the client leaves.
 */
class CancelledTreeTest {
    private static final Duration PROMISED = Duration.ofSeconds(1);
    private static final int LEAVES = 4;

    /** A machine with other work may be slow once; a server that polls is slow each time. */
    private static final int ATTEMPTS = 5;

    private final BlockingQueue<Boolean> working = new LinkedBlockingQueue<>();
    private final BlockingQueue<Long> stopped = new LinkedBlockingQueue<>();

    @Test
    void allModelsAtTheFarEndStopWithinASecond() throws Exception {
        try (Node one = new Node("{}");
                Node two = new Node("{}");
                Node three = new Node("{}")) {
            three.agent("left", new Model(_ -> work())).agent("right", new Model(_ -> work()));
            three.start();
            two.list("c", "left", three.url() + "/left");
            two.list("c", "right", three.url() + "/right");
            two.caller("left", asksBoth("@c.left", "@c.right"));
            two.caller("right", asksBoth("@c.left", "@c.right"));
            two.start();
            one.list("b", "left", two.url() + "/left");
            one.list("b", "right", two.url() + "/right");
            one.caller("first", asksBoth("@b.left", "@b.right"));
            one.start();
            var took = new ArrayList<Duration>();
            do {
                took.add(leave(one));
            } while (took.getLast().compareTo(PROMISED) > 0 && took.size() < ATTEMPTS);
            assertThat(took.getLast()).as("of %s", took).isLessThanOrEqualTo(PROMISED);
        }
    }

    /** How long after the client left the last of all models stopped. */
    private Duration leave(Node one) throws Exception {
        CompletableFuture<HttpResponse<String>> answer =
                one.client.sendAsync(
                        one.request("first", true).build(), HttpResponse.BodyHandlers.ofString());
        for (int i = 0; i < LEAVES; i++) {
            assertThat(working.poll(20, TimeUnit.SECONDS)).as("model %d works", i).isTrue();
        }
        assertThat(stopped).isEmpty();
        long left = System.nanoTime();
        answer.cancel(true);
        long last = left;
        for (int i = 0; i < LEAVES; i++) {
            Long at = stopped.poll(20, TimeUnit.SECONDS);
            assertThat(at).as("model %d stopped", i).isNotNull();
            last = Math.max(last, at);
        }
        return Duration.ofNanos(last - left);
    }

    /** Never done, and notes when it is stopped. */
    private ChatCompletion work() {
        working.add(true);
        try {
            new CountDownLatch(1).await();
            throw new AssertionError();
        } catch (InterruptedException e) {
            stopped.add(System.nanoTime());
            Thread.currentThread().interrupt();
            throw new CancelledException("interrupted");
        }
    }

    private static Model asksBoth(String one, String other) {
        return new Model(request -> answer(request, List.of(one, other)));
    }

    private static ChatCompletion answer(ChatRequest request, List<String> agents) {
        if (request.messages().getLast().is("tool")) {
            return ChatCompletion.text("Done.");
        }
        var calls = new ArrayList<ToolCall>();
        for (String agent : agents) {
            ObjectNode call = Json.object().put("id", "call_" + calls.size());
            ObjectNode arguments = Json.object().put("agent", agent).put("message", "Go on.");
            call.put("type", "function")
                    .putObject("function")
                    .put("name", "nli")
                    .put("arguments", Json.write(arguments));
            calls.add(new ToolCall(call));
        }
        return ChatCompletion.of(ChatMessage.assistant("").withToolCalls(calls), "tool_calls");
    }
}
