package ai.robutler.nli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.ChatCompletion;
import ai.robutler.core.ChatMessage;
import ai.robutler.core.Json;
import ai.robutler.core.ToolCall;

import org.junit.jupiter.api.Test;

import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** How far calls of agents go, and where they may go at all; over real sockets. */
class LimitsTest {
    @Test
    void agentsOfTwoServersCallOneAnotherEightDeepAndNoDeeper() throws Exception {
        try (Node even = new Node("{}");
                Node odd = new Node("{}")) {
            var asked = new AtomicInteger();
            for (int i = 0; i < Chain.DEEPEST + 3; i++) {
                Model asks = Model.asks("@x.a" + (i + 1), "Go on.");
                Model counted =
                        new Model(
                                request -> {
                                    if (!request.messages().getLast().is("tool")) {
                                        asked.incrementAndGet();
                                    }
                                    return asks.answers().apply(request);
                                });
                (i % 2 == 0 ? even : odd).caller("a" + i, counted);
            }
            even.start();
            odd.start();
            for (int i = 0; i < Chain.DEEPEST + 3; i++) {
                even.list("x", "a" + i, (i % 2 == 0 ? even : odd).url() + "/a" + i);
                odd.list("x", "a" + i, (i % 2 == 0 ? even : odd).url() + "/a" + i);
            }
            assertThat(even.ask("a0"))
                    .contains("was not called: 8 agents have called one another already");
            assertThat(asked).hasValue(Chain.DEEPEST + 1);
        }
    }

    @Test
    void callsAtOnceAreCountedLikeOthers() throws Exception {
        try (Node node = new Node("{\"calls\": 2}")) {
            var asked = new AtomicInteger();
            node.caller(
                    "first",
                    "{}",
                    new Model(
                            request ->
                                    request.messages().getLast().is("tool")
                                            ? ChatCompletion.text(results(request.messages()))
                                            : fiveCalls()),
                    agent -> agent);
            node.agent(
                    "second",
                    new Model(
                            _ -> {
                                asked.incrementAndGet();
                                return ChatCompletion.text("Good day.");
                            }));
            node.start();
            String answer = node.ask("first");
            assertThat(answer.split("Good day\\.", -1)).hasSize(3);
            assertThat(answer.split("has called other agents 2 times", -1)).hasSize(4);
            assertThat(asked).hasValue(2);
        }
    }

    private static String results(List<ChatMessage> messages) {
        return messages.stream()
                .filter(message -> message.is("tool"))
                .map(ChatMessage::text)
                .toList()
                .toString();
    }

    private static ChatCompletion fiveCalls() {
        var calls = new ArrayList<ToolCall>();
        for (int i = 0; i < 5; i++) {
            ObjectNode call = Json.object().put("id", "call_" + i).put("type", "function");
            call.putObject("function")
                    .put("name", "nli")
                    .put("arguments", "{\"agent\":\"second\",\"message\":\"%d\"}".formatted(i));
            calls.add(new ToolCall(call));
        }
        return ChatCompletion.of(ChatMessage.assistant("").withToolCalls(calls), "tool_calls");
    }

    /** The rules of the server and those of the agent both count, whatever the target's name is. */
    @Test
    void rulesGoByOwnersAndByUrlsToo() throws Exception {
        try (Stranger stranger = Stranger.answering(Stranger.text("Fine."));
                Node node =
                        new Node(
                                "{\"talk-to\": [\"@bob.*\", \"%s/good/*\", \"!@bob.secret\"]}"
                                        .formatted(stranger.url()))) {
            node.list("bob", "helper", stranger.url() + "/helper");
            node.list("bob", "secret", stranger.url() + "/secret");
            node.list("carol", "helper", stranger.url() + "/other");
            node.caller("a", Model.asks("@bob.helper", "Hello?"));
            node.caller("b", Model.asks("@bob.secret", "Hello?"));
            node.caller("c", Model.asks("@carol.helper", "Hello?"));
            node.caller("d", Model.asks(stranger.url() + "/good/helper", "Hello?"));
            node.caller("e", Model.asks(stranger.url() + "/good/a/helper", "Hello?"));
            node.caller("f", Model.asks(stranger.url() + "/secret", "Hello?"));
            node.caller("g", "{\"talk-to\": [\"*\", \"**\"]}", Model.asks("c", "Hello?"), a -> a);
            node.start();
            assertThat(node.ask("a")).contains("Fine.");
            assertThat(node.ask("d")).contains("Fine.");
            for (String refused : List.of("b", "c", "e", "f", "g")) {
                assertThat(node.ask(refused)).as(refused).contains("may not be called: a rule");
            }
            assertThat(stranger.requests).hasSize(2);
        }
    }
}
