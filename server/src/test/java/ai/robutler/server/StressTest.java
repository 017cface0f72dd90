package ai.robutler.server;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.ChatMessage;
import ai.robutler.core.Continuations;
import ai.robutler.core.Json;
import ai.robutler.core.Param;
import ai.robutler.core.Tool;
import ai.robutler.core.ToolDefinition;
import ai.robutler.testkit.Call;
import ai.robutler.testkit.MessageReply;
import ai.robutler.testkit.Oddity;
import ai.robutler.testkit.ReceivedRequest;
import ai.robutler.testkit.Reply;

import com.sun.management.HotSpotDiagnosticMXBean;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * A thousand conversations of all kinds at once, with faults by a seed that is printed: every
 * answer is right, and nothing is left over. {@code -Dstress.seed=…} repeats a run.
 */
class StressTest {
    private static final int CONVERSATIONS = 1000;
    private static final Duration KEPT = Duration.ofSeconds(20);

    private enum Kind {
        PLAIN,
        AGENT_TOOLS,
        REQUEST_TOOL,
        MIXED
    }

    private enum Trouble {
        NONE,
        ODD,
        SLOW,
        ERROR_500,
        ERROR_429,
        CUT_AT_ONCE,
        CUT_LATER,
        GARBAGE,
        VANISH
    }

    /** One conversation: what it is, and what befalls it in its last model call. */
    private record Plan(int number, Kind kind, Trouble trouble, boolean stream, boolean http2) {
        static Plan of(long seed, int number) {
            var random = new Random(seed * 1_000_003 + number);
            List<Kind> kinds = List.of(Kind.values());
            List<Trouble> troubles = List.of(Trouble.values());
            Trouble trouble =
                    random.nextInt(3) > 0
                            ? Trouble.NONE
                            : troubles.get(random.nextInt(troubles.size()));
            return new Plan(
                    number,
                    kinds.get(random.nextInt(kinds.size())),
                    trouble,
                    random.nextBoolean(),
                    random.nextInt(4) == 0);
        }

        String question() {
            return "conversation " + number;
        }
    }

    /** Remembers the keys, to look later whether any is still kept. */
    private static final class Watched implements Continuations {
        private final Continuations kept = Continuations.inMemory(10_000, 64 << 20, KEPT);
        private final Set<String> keys = ConcurrentHashMap.newKeySet();

        @Override
        public void save(String key, List<ChatMessage> messages) {
            keys.add(key);
            kept.save(key, messages);
        }

        @Override
        public Optional<List<ChatMessage>> find(String key) {
            return kept.find(key);
        }
    }

    /** A tool that runs here. */
    public static final class Secrets {
        @Tool(description = "Looks a value up.")
        String lookup(@Param("the key") String key) {
            return "secret-of-" + key;
        }
    }

    private final long seed = Long.getLong("stress.seed", System.nanoTime() % 1_000_000);
    private final Watched continuations = new Watched();
    private final HttpClient http1 = client(HttpClient.Version.HTTP_1_1);
    private final HttpClient http2 = client(HttpClient.Version.HTTP_2);

    private static HttpClient client(HttpClient.Version version) {
        return HttpClient.newBuilder()
                .version(version)
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .build();
    }

    @Test
    void everyAnswerIsRightAndNothingIsLeftOver(@TempDir Path folder) throws Exception {
        System.out.println("stress.seed=" + seed);
        try (var stack =
                        new Stack(
                                agent -> agent.skill(new Secrets()).continuations(continuations));
                var _ = http1;
                var _ = http2) {
            stack.provider.always(this::answer);
            // The first thousand fill pools and caches; the second must not add to them.
            all(stack, CONVERSATIONS);
            assertThat(stack.provider.violations()).isEmpty();
            stack.provider.reset();
            stack.provider.always(this::answer);
            long before = heap();
            all(stack, CONVERSATIONS);
            assertThat(stack.provider.violations()).isEmpty();
            stack.provider.reset();
            awaitNoRuns(folder);
            assertThat(heap() - before).as("bytes more on the heap").isLessThan(24 << 20);
        }
        awaitNothingKept();
    }

    private void all(Stack stack, int count) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = new ArrayList<Future<?>>();
            for (int i = 0; i < count; i++) {
                Plan plan = Plan.of(seed, i);
                running.add(
                        threads.submit(
                                () -> {
                                    talk(stack, plan);
                                    return null;
                                }));
            }
            for (int i = 0; i < count; i++) {
                try {
                    running.get(i).get(120, TimeUnit.SECONDS);
                } catch (ExecutionException e) {
                    String which = "seed " + seed + ", " + Plan.of(seed, i);
                    throw new AssertionError(which + ", " + stack.provider.violations(), e);
                }
            }
        }
    }

    // ---- the client's side

    private void talk(Stack stack, Plan plan) throws IOException, InterruptedException {
        ObjectNode request = request(plan);
        if (plan.trouble == Trouble.VANISH) {
            vanish(stack, plan, request);
            return;
        }
        HttpResponse<String> answer = post(stack, plan, request);
        if (hasRequestTool(plan.kind) && answer.statusCode() == 200) {
            ObjectNode message = assistantMessage(plan, answer.body());
            request.withArray("/messages").add(message);
            for (JsonNode call : message.path("tool_calls")) {
                assertThat(call.at("/function/name").asString()).isEqualTo("client_add");
                request.withArray("/messages")
                        .addObject()
                        .put("role", "tool")
                        .put("tool_call_id", call.path("id").asString())
                        .put("content", "sum " + plan.number);
            }
            answer = post(stack, plan, request);
        }
        check(plan, answer);
    }

    private static boolean hasRequestTool(Kind kind) {
        return kind == Kind.REQUEST_TOOL || kind == Kind.MIXED;
    }

    private static ObjectNode request(Plan plan) {
        ObjectNode request = Json.object().put("stream", plan.stream);
        request.withArray("/messages")
                .addObject()
                .put("role", "user")
                .put("content", plan.question());
        if (hasRequestTool(plan.kind)) {
            ObjectNode schema = Json.object().put("type", "object");
            request.withArray("/tools")
                    .add(ToolDefinition.function("client_add", "Adds.", schema).json());
        }
        return request;
    }

    private HttpResponse<String> post(Stack stack, Plan plan, ObjectNode body)
            throws IOException, InterruptedException {
        return (plan.http2 ? http2 : http1)
                .send(
                        HttpRequest.newBuilder(URI.create(stack.chatUrl()))
                                .header("Content-Type", "application/json")
                                .timeout(Duration.ofSeconds(100))
                                .POST(HttpRequest.BodyPublishers.ofString(Json.write(body)))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    private static ObjectNode assistantMessage(Plan plan, String body) {
        return plan.stream
                ? RegularStream.read(body).assistantMessage()
                : (ObjectNode) Json.parseObject(body).at("/choices/0/message");
    }

    private static void check(Plan plan, HttpResponse<String> answer) {
        String body = answer.body();
        switch (plan.trouble) {
            case NONE, ODD, SLOW -> {
                assertThat(answer.statusCode()).as(body).isEqualTo(200);
                String text =
                        plan.stream
                                ? RegularStream.read(body).text()
                                : Json.parseObject(body)
                                        .at("/choices/0/message/content")
                                        .asString();
                assertThat(text).isEqualTo(expected(plan));
            }
            case ERROR_429 -> assertThat(failure(plan, answer)).isEqualTo("rate_limit_exceeded");
            case ERROR_500, CUT_AT_ONCE, CUT_LATER, GARBAGE ->
                    assertThat(failure(plan, answer)).isEqualTo("provider_error");
            case VANISH -> throw new AssertionError("nobody is there to check");
        }
    }

    /** The error's code, before the stream or in it. */
    private static String failure(Plan plan, HttpResponse<String> answer) {
        String json = answer.body();
        if (answer.statusCode() == 200) {
            assertThat(plan.stream).as(json).isTrue();
            assertThat(json).doesNotContain("[DONE]");
            json = Stack.events(json).getLast();
        }
        return Json.parseObject(json).at("/error/code").asString();
    }

    private static String expected(Plan plan) {
        int n = plan.number;
        return switch (plan.kind) {
            case PLAIN -> "Answer " + n;
            case AGENT_TOOLS -> "secret-of-a" + n + ", secret-of-b" + n;
            case REQUEST_TOOL -> "sum " + n;
            case MIXED -> "secret-of-a" + n + ", sum " + n + ", secret-of-b" + n;
        };
    }

    private static void vanish(Stack stack, Plan plan, ObjectNode request)
            throws IOException, InterruptedException {
        byte[] body = Json.writeBytes(request);
        int port = URI.create(stack.server.url()).getPort();
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            String head =
                    """
                    POST /helper/chat/completions HTTP/1.1\r
                    Host: x\r
                    Content-Type: application/json\r
                    Content-Length: %d\r
                    \r
                    """
                            .formatted(body.length);
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(body);
            TimeUnit.MILLISECONDS.sleep(plan.number % 50);
        }
    }

    // ---- the provider's side

    private Reply answer(ReceivedRequest request) {
        var results = new ArrayList<String>();
        String question = "";
        for (JsonNode message : request.json().path("messages")) {
            switch (message.path("role").asString()) {
                case "user" -> question = message.path("content").asString();
                case "tool" -> results.add(message.path("content").asString());
                default -> {}
            }
        }
        int number = Integer.parseInt(question.substring("conversation ".length()));
        Plan plan = Plan.of(seed, number);
        var random = new Random(seed + number + results.size());
        MessageReply reply = reply(plan, results).inPiecesOf(random.nextInt(1, 6)).usage(5, 5);
        boolean last = !results.isEmpty() || plan.kind == Kind.PLAIN;
        if (plan.trouble == Trouble.ODD) {
            return reply.odd(odd(random)).splitEvery(random.nextInt(1, 50));
        }
        return last ? troubled(plan, reply) : reply;
    }

    private static MessageReply reply(Plan plan, List<String> results) {
        int n = plan.number;
        if (!results.isEmpty()) {
            return Reply.text(String.join(", ", results));
        }
        Call a = Call.of("lookup", "{\"key\":\"a" + n + "\"}");
        Call b = Call.of("lookup", "{\"key\":\"b" + n + "\"}");
        Call add = Call.of("client_add", "{\"a\":" + n + "}");
        return switch (plan.kind) {
            case PLAIN -> Reply.text("Answer " + n);
            case AGENT_TOOLS -> Reply.calls(a, b);
            case REQUEST_TOOL -> Reply.calls(add);
            case MIXED -> Reply.calls(a, add, b);
        };
    }

    private static Reply troubled(Plan plan, MessageReply reply) {
        return switch (plan.trouble) {
            case NONE, ODD -> reply;
            case SLOW -> reply.delay(Duration.ofMillis(300)).every(Duration.ofMillis(20));
            case VANISH -> reply.delay(Duration.ofMillis(100)).every(Duration.ofMillis(50));
            case ERROR_500 -> Reply.error(500, "out of order");
            case ERROR_429 -> Reply.error(429, "too fast");
            case CUT_AT_ONCE -> reply.cutBeforeHeaders();
            case CUT_LATER -> reply.cutAfter(2);
            case GARBAGE ->
                    plan.stream
                            ? Reply.rawStream("data: {\"choices\": [{\"del\n\ndata: ]\n\n")
                            : Reply.rawJson(200, "<html>no</html>");
        };
    }

    private static Set<Oddity> odd(Random random) {
        List<Oddity> all = List.of(Oddity.values());
        while (true) {
            Set<Oddity> odd = Set.of(all.get(random.nextInt(all.size())));
            if (!Oddity.ambiguous(odd)) {
                return odd;
            }
        }
    }

    // ---- what is left

    private static long heap() throws InterruptedException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            TimeUnit.MILLISECONDS.sleep(100);
            Runtime runtime = Runtime.getRuntime();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }

    /** Threads of runs and of tools have names of their own; all threads are in the dump. */
    private static void awaitNoRuns(Path folder) throws Exception {
        var diagnostics = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        for (int i = 0; ; i++) {
            Path dump = folder.resolve("threads" + i);
            diagnostics.dumpThreads(
                    dump.toString(), HotSpotDiagnosticMXBean.ThreadDumpFormat.TEXT_PLAIN);
            List<String> left =
                    Files.readAllLines(dump).stream()
                            .filter(line -> line.matches("#\\d+ \"(run|tool|request)-.*"))
                            .toList();
            if (left.isEmpty()) {
                return;
            }
            assertThat(i).as("threads left: %s", left).isLessThan(100);
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private void awaitNothingKept() throws InterruptedException {
        assertThat(continuations.keys).isNotEmpty();
        TimeUnit.NANOSECONDS.sleep(KEPT.toNanos());
        assertThat(continuations.keys)
                .allSatisfy(key -> assertThat(continuations.find(key)).isEmpty());
    }
}
