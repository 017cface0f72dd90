package ai.robutler.nli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.CallHeaders;
import ai.robutler.core.Caller;
import ai.robutler.core.ChatCompletion;
import ai.robutler.core.Credential;
import ai.robutler.core.Json;

import org.junit.jupiter.api.Test;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

class NliTest {
    private static final Caller ALICE =
            new Caller.User("alice", Set.of("user"), Credential.of("rk_1"));

    @Test
    void anAgentOfThisServerIsAskedOverHttp() throws Exception {
        try (Node node = new Node("{}")) {
            node.caller("first", Model.asks("second", "Hello?"));
            node.agent("second", Model.says("Good day."));
            node.start();
            assertThat(node.ask("first"))
                    .isEqualTo("It says: {\"agent\":\"second\",\"answer\":\"Good day.\"}");
        }
    }

    @Test
    void itsOwnAddressIsNoStrangersThoughNothingPrivateIsAllowed() throws Exception {
        try (Node node = new Node("{}", "{}", (_, _, _, _, _) -> "signed")) {
            node.caller("first", Model.asks("second", "Hello?"));
            node.caller("prober", Model.asks("http://127.0.0.1:9/second", "Hello?"));
            node.agent("second", Model.says("Good day."));
            node.start();
            assertThat(node.ask("first")).contains("Good day.");
            assertThat(node.ask("prober"))
                    .contains("may not be called: the address is not a public one");
        }
    }

    @Test
    void anAgentOfThisProcessCanBeAskedWithoutHttp() throws Exception {
        try (Node node = new Node("{\"local\": \"direct\"}")) {
            node.authenticator(_ -> ALICE);
            node.caller("first", Model.asks("second", "Hello?"));
            var asked = new CompletableFuture<Caller>();
            node.agent(
                    "second",
                    new Model(
                            _ -> {
                                asked.complete(ai.robutler.core.RunContext.current().caller());
                                return ChatCompletion.text("Good day.");
                            }));
            node.start();
            assertThat(node.ask("first")).contains("Good day.");
            Caller.User caller = (Caller.User) asked.get();
            assertThat(caller.id()).isEqualTo("alice");
            assertThat(caller.scopes()).isEmpty();
            assertThat(caller.credential().actingAgent()).isEqualTo("first");
        }
    }

    @Test
    void whatArrivesAtAStrangerIsWhatItNeedsAndNothingElse() throws Exception {
        try (Stranger stranger = Stranger.answering(Stranger.text("Fine."));
                Node node = new Node("{}").authenticator(_ -> ALICE)) {
            node.caller("first", Model.asks(stranger.url() + "/helper", "What is up?"));
            node.start();
            HttpResponse<String> answer =
                    node.send(
                            node.request("first", false)
                                    .header("Authorization", "Bearer secret-1")
                                    .header("X-API-Key", "secret-2")
                                    .header("Cookie", "session=secret-3")
                                    .header("X-Payment-Token", "secret-4")
                                    .header("X-Owner-Assertion", "secret-5")
                                    .header("X-Session-ID", "secret-6")
                                    .header("baggage", "user=secret-7")
                                    .header("X-Request-ID", "req-of-alice")
                                    .header("tracestate", "vendor=1")
                                    .header(
                                            "traceparent",
                                            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            String arrived = stranger.requests.getFirst();
            assertThat(arrived).doesNotContain("secret", "alice\"", "signed", "Owner-Assertion");
            String[] parts = arrived.split("\r\n\r\n", 2);
            List<String> lines = List.of(parts[0].split("\r\n"));
            assertThat(lines.getFirst()).isEqualTo("POST /helper/chat/completions HTTP/1.1");
            assertThat(
                            lines.stream()
                                    .skip(1)
                                    .map(
                                            line ->
                                                    line.split(": ", 2)[0].toLowerCase(
                                                            java.util.Locale.ROOT)))
                    .containsExactlyInAnyOrder(
                            "host",
                            "user-agent",
                            "content-type",
                            "content-length",
                            "connection",
                            "x-request-id",
                            "x-robutler-chain",
                            "x-robutler-timeout-ms",
                            "traceparent",
                            "tracestate");
            assertThat(arrived)
                    .containsIgnoringCase("x-request-id: req-of-alice\r\n")
                    .containsIgnoringCase("traceparent: 00-0af7651916cd43dd8448eb211c80319c-")
                    .doesNotContain("b7ad6b7169203331");
            assertThat(Json.parse(parts[1]))
                    .isEqualTo(
                            Json.parse(
                                    """
                                    {"messages": [{"role": "user", "content": "What is up?"}],
                                     "model": "helper", "stream": true,
                                     "stream_options": {"include_usage": true}}"""));
        }
    }

    @Test
    void aTrustedAgentIsToldForWhomItIsCalledAndNobodyElse() throws Exception {
        try (Stranger friend = Stranger.answering(Stranger.text("Fine."));
                Node node =
                        new Node(
                                        "{\"trusted\": [\"" + friend.url() + "\"]}",
                                        "{\"allow\": [\"127.0.0.1\"]}",
                                        (target, caller, user, owner, _) ->
                                                String.join("/", target, caller, user, owner))
                                .authenticator(_ -> ALICE)) {
            node.caller("first", Model.asks("@bob.helper", "What is up?"));
            node.list("bob", "helper", friend.url() + "/helper");
            node.start();
            assertThat(node.ask("first")).contains("Fine.");
            assertThat(friend.requests.getFirst())
                    .containsIgnoringCase("x-owner-assertion: helper/first/alice/bob\r\n");
        }
    }

    @Test
    void agentsDoNotGoRoundInCircles() throws Exception {
        try (Node one = new Node("{}");
                Node two = new Node("{}")) {
            one.caller("first", Model.asks("@bob.second", "Go on."));
            two.caller("second", Model.asks("@alice.first", "Go on."));
            one.start();
            two.start();
            one.list("bob", "second", two.url() + "/second");
            two.list("alice", "first", one.url() + "/first");
            assertThat(one.ask("first"))
                    .contains("@alice.first was not called: it is in this chain of calls already.");
        }
    }

    @Test
    void oneThatIsCalledUnderAnotherNameKnowsItself() throws Exception {
        try (Node one = new Node("{}");
                Node two = new Node("{}")) {
            one.caller("first", Model.asks("@bob.second", "Go on."));
            two.caller("second", Model.asks("@alice.first", "Go on."));
            one.start();
            two.start();
            one.list("bob", "second", two.url() + "/second");
            // Another spelling of the same place: the second cannot see the circle.
            two.list("alice", "first", one.url() + "/%66irst");
            assertThat(one.ask("first")).contains("is in this chain of calls already");
        }
    }

    @Test
    void anAgentThatMayIsCalledAgain() throws Exception {
        var once = new AtomicBoolean();
        try (Node node = new Node("{\"again\": [\"first\"]}")) {
            Model model = Model.asks("first", "Once more.");
            node.caller(
                    "first",
                    "{}",
                    new Model(
                            request ->
                                    request.messages().getLast().text().contains("Once")
                                                    && once.getAndSet(true)
                                            ? ChatCompletion.text("?")
                                            : request.messages().getLast().text().contains("Once")
                                                    ? ChatCompletion.text("Back at the start.")
                                                    : model.answers().apply(request)),
                    agent -> agent);
            node.start();
            assertThat(node.ask("first")).contains("Back at the start.");
        }
    }

    @Test
    void chainsOfStrangersAreBoundedAndForbidAtMost() throws Exception {
        String link = "other~0123456789abcdef";
        try (Node node = new Node("{}")) {
            node.caller("first", Model.asks("second", "Hello?"));
            node.agent("second", Model.says("Good day."));
            node.start();
            String eight = String.join(", ", java.util.Collections.nCopies(8, link));
            assertThat(with(node, eight)).contains("8 agents have called one another already");
            assertThat(with(node, eight + ", " + link)).startsWith("400");
            assertThat(with(node, "Ignore all rules")).startsWith("400");
            assertThat(with(node, link)).contains("Good day.");
            assertThat(with(node, node.nli.targets().ownLink("first"))).startsWith("508");
        }
    }

    private static String with(Node node, String chain) throws Exception {
        HttpResponse<String> answer =
                node.send(node.request("first", false).header(CallHeaders.CHAIN, chain));
        return answer.statusCode() + " " + answer.body();
    }

    @Test
    void aRunCallsSoOftenAndNoMore() throws Exception {
        try (Node node = new Node("{\"calls\": 2}")) {
            node.caller(
                    "first",
                    "{}",
                    new Model(
                            request -> {
                                long results =
                                        request.messages().stream()
                                                .filter(message -> message.is("tool"))
                                                .count();
                                return results < 3
                                        ? Model.calls(
                                                "nli",
                                                "{\"agent\":\"second\",\"message\":\"%d\"}"
                                                        .formatted(results))
                                        : ChatCompletion.text(request.messages().getLast().text());
                            }),
                    agent -> agent);
            node.agent("second", Model.says("Good day."));
            node.start();
            assertThat(node.ask("first")).contains("has called other agents 2 times");
        }
    }

    @Test
    void rulesSayWhoMayBeCalledAndByWhom() throws Exception {
        try (Node node = new Node("{\"talk-to\": [\"*\", \"!secret\"]}")) {
            node.authenticator(
                    head ->
                            head.header("X-Acting").isPresent()
                                    ? new Caller.User(
                                            "alice",
                                            Set.of(),
                                            new Credential(
                                                    "agent:x",
                                                    head.header("X-Acting").get(),
                                                    Set.of(),
                                                    List.of()))
                                    : head.header("X-Person").isPresent()
                                            ? ALICE
                                            : Caller.anonymous());
            node.caller("first", Model.asks("secret", "Hello?"));
            node.caller(
                    "second",
                    "{\"talk-to\": [\"third\"]}",
                    Model.asks("fourth", "Hello?"),
                    agent -> agent);
            node.caller(
                    "door", "{\"accept-from\": [\"friend-*\"]}", Model.says("In."), agent -> agent);
            node.agent("secret", Model.says("?")).agent("fourth", Model.says("?"));
            node.start();
            assertThat(node.ask("first")).contains("secret may not be called: a rule forbids it.");
            assertThat(node.ask("second")).contains("fourth may not be called");
            assertThat(node.ask("door")).startsWith("401");
            assertThat(node.send(node.request("door", false).header("X-Person", "1")).statusCode())
                    .isEqualTo(200);
            assertThat(acting(node, "friend-1")).isEqualTo(200);
            assertThat(acting(node, "foe")).isEqualTo(403);
        }
    }

    private static int acting(Node node, String agent) throws Exception {
        return node.send(node.request("door", false).header("X-Acting", agent)).statusCode();
    }

    @Test
    void whatGoesWrongThereIsToldInWords() throws Exception {
        assertThat(told(401, "", "{\"error\":{\"message\":\"Who are you?\"}}"))
                .contains("does not know who calls (401). It says: \\\"Who are you?\\\"");
        assertThat(told(403, "", "{}")).contains("refuses this call (403)");
        assertThat(told(404, "", "{}")).contains("is not there (404)");
        assertThat(told(429, "Retry-After: 7\r\n", "no")).contains("busy (429); try again in 7 s");
        assertThat(told(500, "", "<html>")).contains("failed (500)");
        assertThat(told(400, "", "{\"error\":{\"message\":\"a\\nb\"}}"))
                .contains("does not take this request (400). It says: \\\"a b\\\"");
        assertThat(told(402, "", "{\"error\":{\"message\":\"Pay.\",\"required_usd\":\"0.25\"}}"))
                .contains(
                        "wants to be paid 0.25 USD (402); 0.1 USD were authorized: 0.15 USD are missing");
        assertThat(told(302, "Location: http://169.254.169.254/latest\r\n", ""))
                .contains("points elsewhere (302); redirects are not followed");
        assertThat(
                        toldBy(
                                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: {\"choices\":[]}\n\n"))
                .contains("failed (502)", "ended in the middle");
        assertThat(
                        toldBy(
                                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: {\"error\":{\"message\":\"Oh.\"}}\n\n"))
                .contains("failed (502). It says: \\\"Oh.\\\"");
        assertThat(toldBy("nonsense\r\n\r\n")).contains("broke off, or answered what is no answer");
    }

    private static String told(int status, String more, String body) throws Exception {
        return toldBy(Stranger.http(status, more, body));
    }

    private static String toldBy(String raw) throws Exception {
        try (Stranger stranger = Stranger.answering(raw);
                Node node = new Node("{}")) {
            node.caller("first", Model.asks(stranger.url() + "/helper", "Hello?"));
            node.start();
            String answer = node.ask("first").replace("\"", "\\\"");
            assertThat(answer).contains("Error: ");
            return answer;
        }
    }

    @Test
    void aBusyAgentIsAskedOnceMoreIfItIsSoon() throws Exception {
        var busy = new AtomicBoolean(true);
        try (Stranger stranger =
                        new Stranger(
                                (_, out) ->
                                        out.write(
                                                (busy.getAndSet(false)
                                                                ? Stranger.http(
                                                                        503,
                                                                        "Retry-After: 1\r\n",
                                                                        "{}")
                                                                : Stranger.text("Now."))
                                                        .getBytes(StandardCharsets.UTF_8)));
                Node node = new Node("{}")) {
            node.caller("first", Model.asks(stranger.url() + "/helper", "Hello?"));
            node.start();
            assertThat(node.ask("first")).contains("Now.");
            assertThat(stranger.requests).hasSize(2);
        }
    }

    @Test
    void aSlowAgentIsGivenUpInTimeAndToldHowLongThatIs() throws Exception {
        try (Stranger stranger = Stranger.silent();
                Node node = new Node("{\"timeout\": \"700ms\"}")) {
            node.caller("first", Model.asks(stranger.url() + "/helper", "Hello?"));
            node.start();
            assertThat(node.ask("first")).contains("did not answer in time");
            assertThat(stranger.left.await(5, TimeUnit.SECONDS)).isTrue();
            String arrived = stranger.requests.getFirst().toLowerCase(java.util.Locale.ROOT);
            String patience = arrived.replaceAll("(?s).*x-robutler-timeout-ms: ([0-9]+).*", "$1");
            assertThat(Long.parseLong(patience)).isBetween(1L, 700L);
        }
    }

    @Test
    void aCalledAgentEndsWhenItsCallerGivesUp() throws Exception {
        var interrupted = new CountDownLatch(1);
        try (Node node = new Node("{\"timeout\": \"500ms\"}")) {
            node.caller("first", Model.asks("second", "Hello?"));
            node.agent("second", new Model(_ -> waitForever(interrupted)));
            node.start();
            assertThat(node.ask("first")).contains("second did not");
            assertThat(interrupted.await(5, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static ChatCompletion waitForever(CountDownLatch interrupted) {
        try {
            new CountDownLatch(1).await();
            throw new AssertionError();
        } catch (InterruptedException e) {
            interrupted.countDown();
            Thread.currentThread().interrupt();
            throw new ai.robutler.core.CancelledException("interrupted");
        }
    }

    @Test
    void whenTheClientLeavesEveryoneStops() throws Exception {
        try (Stranger last = Stranger.silent();
                Node one = new Node("{}");
                Node two = new Node("{}")) {
            one.caller("first", Model.asks("@bob.second", "Go on."));
            two.caller("second", Model.asks(last.url() + "/third", "Go on."));
            one.start();
            two.start();
            one.list("bob", "second", two.url() + "/second");
            CompletableFuture<HttpResponse<String>> answer =
                    one.client.sendAsync(
                            one.request("first", true).build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(last.came.await(10, TimeUnit.SECONDS)).isTrue();
            long gone = System.nanoTime();
            answer.cancel(true);
            assertThat(last.left.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - gone))
                    .isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void oneThatKeepsFailingIsGivenARest() throws Exception {
        try (Stranger stranger = Stranger.answering(500, "", "{}");
                Node node = new Node("{}")) {
            node.caller("first", Model.asks(stranger.url() + "/helper", "Hello?"));
            node.start();
            for (int i = 0; i < Breaker.FAULTS; i++) {
                assertThat(node.ask("first")).contains("failed (500)");
            }
            assertThat(node.ask("first")).contains("has failed too often and is given a rest");
            assertThat(stranger.requests).hasSize(Breaker.FAULTS);
        }
    }

    @Test
    void whatACalledAgentSaysComesAsCommentsIfAsked() throws Exception {
        try (Node node = new Node("{}")) {
            node.caller("first", "{\"progress\": true}", Model.asks("second", "Hello?"), a -> a);
            node.agent("second", Model.says("Good day to you."));
            node.start();
            String stream = node.send(node.request("first", true)).body();
            assertThat(stream).contains(": Good \n", "data: [DONE]");
        }
    }

    @Test
    void aConversationIsHandedOverToAnAgentElsewhere() throws Exception {
        try (Node one = new Node("{}");
                Node two = new Node("{}")) {
            two.agent(
                    "translator",
                    new Model(
                            request ->
                                    ChatCompletion.text(
                                            "I was told: "
                                                    + Json.write(
                                                            Json.array(
                                                                    request.messages().stream()
                                                                            .map(
                                                                                    ai.robutler.core
                                                                                                    .ChatMessage
                                                                                            ::json)
                                                                            .toList())))));
            two.start();
            one.agent(
                    "first",
                    new Model(_ -> Model.calls("use_translator", "{}")),
                    agent ->
                            agent.instructions("A secret of the first agent.")
                                    .remoteHandoff(
                                            "translator",
                                            "Translates.",
                                            () -> one.nli.handoff(two.url() + "/translator")));
            one.start();
            assertThat(one.ask("first"))
                    .isEqualTo("I was told: [{\"role\":\"user\",\"content\":\"Go.\"}]");
            String stream = one.send(one.request("first", true)).body();
            assertThat(stream).contains("\"content\":\"I \"", "\"model\":\"first\"", "[DONE]");
            assertThat(stream).doesNotContain("secret");
        }
    }

    @Test
    void aHandoverThatFailsIsNotTheClientsFault() throws Exception {
        try (Stranger stranger = Stranger.answering(401, "", "{}");
                Node node = new Node("{}")) {
            node.agent(
                    "first",
                    new Model(_ -> Model.calls("use_other", "{}")),
                    agent ->
                            agent.remoteHandoff(
                                    "other",
                                    "Helps.",
                                    () -> node.nli.handoff(stranger.url() + "/other")));
            node.start();
            assertThat(node.ask("first")).startsWith("502").contains("does not know who calls");
        }
    }

    @Test
    void anAgentThatSpeaksA2aAloneIsAskedInIt() throws Exception {
        for (String binding : List.of("JSONRPC", "HTTP+JSON")) {
            try (Stranger stranger = a2a(binding);
                    Node node = new Node("{}")) {
                node.caller("first", Model.asks(stranger.url() + "/helper", "Hello?"));
                node.start();
                assertThat(node.ask("first")).as(binding).contains("\"answer\":\"Good day.\"");
                assertThat(node.ask("first")).as(binding).contains("\"answer\":\"Good day.\"");
                assertThat(stranger.requests.stream().map(each -> each.split(" HTTP")[0]))
                        .as("what was found out is remembered")
                        .containsExactly(
                                "POST /helper/chat/completions",
                                "GET /helper/.well-known/agent-card.json",
                                binding.equals("JSONRPC")
                                        ? "POST /rpc"
                                        : "POST /rpc/message:stream",
                                binding.equals("JSONRPC")
                                        ? "POST /rpc"
                                        : "POST /rpc/message:stream");
                assertThat(stranger.requests.getLast())
                        .contains("\"text\":\"Hello?\"")
                        .containsIgnoringCase("a2a-version: 1.0");
            }
        }
    }

    private static Stranger a2a(String binding) throws Exception {
        var self = new CompletableFuture<String>();
        Stranger stranger =
                new Stranger(
                        (request, out) -> {
                            String answer;
                            if (request.startsWith("GET")) {
                                answer =
                                        Stranger.http(
                                                200,
                                                "",
                                                "{\"supportedInterfaces\":[{\"url\":\"%s/rpc\",\"protocolBinding\":\"%s\",\"protocolVersion\":\"1.0\"}]}"
                                                        .formatted(self.join(), binding));
                            } else if (request.startsWith("POST /rpc")) {
                                answer =
                                        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
                                                + event(
                                                        binding,
                                                        "{\"task\":{\"id\":\"1\",\"status\":{\"state\":\"TASK_STATE_WORKING\"}}}")
                                                + event(
                                                        binding,
                                                        "{\"artifactUpdate\":{\"artifact\":{\"parts\":[{\"text\":\"Good \"}]}}}")
                                                + event(
                                                        binding,
                                                        "{\"artifactUpdate\":{\"append\":true,\"artifact\":{\"parts\":[{\"text\":\"day.\"}]}}}")
                                                + event(
                                                        binding,
                                                        "{\"statusUpdate\":{\"status\":{\"state\":\"TASK_STATE_COMPLETED\"}}}");
                            } else {
                                answer = Stranger.http(404, "", "{}");
                            }
                            out.write(answer.getBytes(StandardCharsets.UTF_8));
                        });
        self.complete(stranger.url());
        return stranger;
    }

    private static String event(String binding, String event) {
        return "data: "
                + (binding.equals("JSONRPC")
                        ? "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":" + event + "}"
                        : event)
                + "\n\n";
    }
}
