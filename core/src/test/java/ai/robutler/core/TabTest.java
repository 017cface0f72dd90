package ai.robutler.core;

import static ai.robutler.core.TestTools.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

class TabTest {
    private final ScriptedCompleter script = new ScriptedCompleter();
    private final Till till = new Till();
    private final Till others = new Till();
    private final CountDownLatch never = new CountDownLatch(1);

    @AfterEach
    void everyHoldHasEndedOnce() {
        till.requireBalanced();
        others.requireBalanced();
    }

    /** A turn costs 70 and at most 99. */
    private record Costly(Completer model) implements Completer {
        @Override
        public ChatCompletion complete(ChatRequest request, Deadline deadline) {
            return model.complete(request, deadline);
        }

        @Override
        public ChatStream stream(ChatRequest request, Deadline deadline) {
            return model.stream(request, deadline);
        }

        @Override
        public Cost cost(ChatCompletion turn) {
            return turn.usage().isNone() ? Cost.unknown() : new Cost.Known(70);
        }

        @Override
        public Cost ceiling(ChatRequest request) {
            return new Cost.Known(99);
        }
    }

    /** Streams some chunks, and then does something else. */
    private record Breaking(List<ChatChunk> chunks, Runnable then) implements Completer {
        @Override
        public ChatCompletion complete(ChatRequest request, Deadline deadline) {
            then.run();
            throw new AssertionError("that should have thrown");
        }

        @Override
        public ChatStream stream(ChatRequest request, Deadline deadline) {
            var left = new ArrayList<>(chunks);
            return new ChatStream() {
                @Override
                public Iterator<ChatChunk> iterator() {
                    return new Iterator<>() {
                        @Override
                        public boolean hasNext() {
                            return true;
                        }

                        @Override
                        public ChatChunk next() {
                            if (left.isEmpty()) {
                                then.run();
                            }
                            return left.removeFirst();
                        }
                    };
                }

                @Override
                public void close() {}
            };
        }
    }

    private AgentBuilder agent() {
        return agent(script);
    }

    private AgentBuilder agent(Completer model) {
        return Agent.builder("paid")
                .model("test/model", new Costly(model))
                .billing(till)
                .tool(tool("look", (_, _) -> ToolResult.of("seen")));
    }

    private static void run(Agent agent, boolean streamed) {
        run(agent, streamed, _ -> {});
    }

    private static void run(Agent agent, boolean streamed, ChunkSink sink) {
        Invocation call = Invocation.of(ChatRequest.of("Go"));
        if (streamed) {
            agent.stream(call, sink);
        } else {
            ChatCompletion _ = agent.run(call);
        }
    }

    private static ToolCall call(String id, String tool) {
        return ToolCall.function(id, tool, "{\"n\":\"" + id + "\"}");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void eachStepIsHeldBeforeItIsMade(boolean streamed) {
        script.calls(call("a", "look")).text("Done");
        run(agent().build(), streamed);
        assertThat(till.events)
                .containsExactly(
                        "open",
                        "model test/model 99",
                        "end 70 COMPLETED",
                        "tool look",
                        "tool end done",
                        "model test/model 99",
                        "end 70 COMPLETED",
                        "close COMPLETED");
    }

    @Test
    void whoCannotPayReachesNothing() {
        till.refusing("open");
        assertThatThrownBy(() -> run(agent().build(), false))
                .isInstanceOfSatisfying(
                        PaymentRequiredException.class, e -> assertThat(e.status()).isEqualTo(402));
        assertThat(till.events).isEmpty();
        assertThat(script.requests).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void withoutAHoldNoProviderIsCalled(boolean streamed) {
        till.refusing("model");
        assertThatThrownBy(() -> run(agent().build(), streamed))
                .isInstanceOf(PaymentRequiredException.class);
        assertThat(script.requests).isEmpty();
        assertThat(till.events).containsExactly("open", "close FAILED");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aCallThatIsRefusedCostsNothing(boolean streamed) {
        var refusing = new Breaking(List.of(), TabTest::refuse);
        assertThatThrownBy(() -> run(agent(refusing).build(), streamed))
                .isInstanceOf(ProviderException.class);
        assertThat(till.events)
                .containsExactly("open", "model test/model 99", "end 0 FAILED", "close FAILED");
    }

    private static void refuse() {
        throw ProviderException.refused("test", "is closed");
    }

    private static void fail() {
        throw ProviderException.failed("test", "broke down", null);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aCallThatFailsBeforeItsFirstTokenIsNotCharged(boolean streamed) {
        assertThatThrownBy(
                        () -> run(agent(new Breaking(List.of(), TabTest::fail)).build(), streamed))
                .isInstanceOf(ProviderException.class);
        assertThat(till.events)
                .containsExactly("open", "model test/model 99", "end 0 FAILED", "close FAILED");
    }

    @Test
    void ofACallThatBreaksOffAPartIsKnown() {
        ChatChunk chunk = ChatChunk.text("He");
        chunk.json().set("usage", Usage.of(10, 1).json());
        var breaking = new Breaking(List.of(chunk), TabTest::fail);
        assertThatThrownBy(() -> run(agent(breaking).build(), true))
                .isInstanceOf(ProviderException.class);
        assertThat(till.events)
                .containsExactly("open", "model test/model 99", "end ?70 FAILED", "close FAILED");
    }

    /** Waits until it is interrupted, as providers do. */
    private Runnable silence(CountDownLatch reached) {
        return () -> {
            reached.countDown();
            try {
                boolean _ = never.await(60, TimeUnit.SECONDS);
                throw new AssertionError("nobody interrupted");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CancelledException("interrupted");
            }
        };
    }

    private static Throwable interrupted(Runnable run, CountDownLatch reached) throws Exception {
        var thrown = new AtomicReference<Throwable>();
        Thread thread = Thread.ofVirtual().start(() -> thrown.set(catchThrowable(run::run)));
        assertThat(reached.await(20, TimeUnit.SECONDS)).isTrue();
        thread.interrupt();
        assertThat(thread.join(Duration.ofSeconds(20))).isTrue();
        return thrown.get();
    }

    @ParameterizedTest
    @CsvSource({"false, 0", "true, 0", "true, 1"})
    void aClientThatGoesAwayEndsWhatIsHeld(boolean streamed, int tokens) throws Exception {
        var reached = new CountDownLatch(1);
        List<ChatChunk> chunks = Collections.nCopies(tokens, ChatChunk.text("He"));
        Agent agent = agent(new Breaking(chunks, silence(reached))).build();
        assertThat(interrupted(() -> run(agent, streamed), reached))
                .isInstanceOf(CancelledException.class);
        assertThat(till.events)
                .containsExactly(
                        "open", "model test/model 99", "end ?0 CANCELLED", "close CANCELLED");
    }

    @Test
    void aClientThatGoesAwayEndsItsToolsBeforeItsTab() throws Exception {
        var reached = new CountDownLatch(3);
        script.calls(call("a", "wait"), call("b", "wait"), call("c", "wait"));
        Agent agent = agent().tool(tool("wait", (_, _) -> waited(reached))).build();
        assertThat(interrupted(() -> run(agent, false), reached))
                .isInstanceOf(CancelledException.class);
        assertThat(till.events).hasSize(10).endsWith("close CANCELLED");
        assertThat(till.events.subList(6, 9)).containsOnly("tool end nothing");
    }

    private ToolResult waited(CountDownLatch reached) {
        silence(reached).run();
        return ToolResult.of("never");
    }

    @Test
    void aSinkThatFailsEndsWhatIsHeld() {
        script.text("Hello there");
        assertThatThrownBy(
                        () ->
                                run(
                                        agent().build(),
                                        true,
                                        _ -> {
                                            throw new IllegalStateException("the pipe is broken");
                                        }))
                .isInstanceOf(ApiException.class);
        assertThat(till.events)
                .containsExactly("open", "model test/model 99", "end ?0 FAILED", "close FAILED");
    }

    @ParameterizedTest
    @EnumSource(HookEvent.class)
    void aHookThatFailsEndsWhatIsHeld(HookEvent event) {
        for (boolean streamed : new boolean[] {false, true}) {
            till.events.clear();
            var model = new ScriptedCompleter().calls(call("a", "look")).text("Done");
            Agent agent = hooked(model, event);
            Throwable thrown = catchThrowable(() -> run(agent, streamed));
            boolean asked = event != HookEvent.ON_CHUNK || streamed;
            assertThat(thrown != null).as("%s streamed: %s", event, streamed).isEqualTo(asked);
            assertThat(till.events).startsWith("open");
            String last = event == HookEvent.FINALIZE_CONNECTION || !asked ? "COMPLETED" : "FAILED";
            assertThat(till.events).endsWith("close " + last);
            till.requireBalanced();
        }
    }

    private Agent hooked(ScriptedCompleter model, HookEvent event) {
        var hook =
                new AgentHook(
                        event,
                        50,
                        Scope.ALL,
                        (_, _) -> {
                            throw new IllegalStateException("no");
                        });
        var completer = new Costly(model);
        return new Agent(
                Agent.builder("paid").model("test/model", completer).billing(till),
                completer,
                _ -> Optional.empty(),
                new Skills(
                        List.of(),
                        List.of(tool("look", (_, _) -> ToolResult.of("seen"))),
                        List.of(hook),
                        List.of(),
                        List.of(),
                        List.of()));
    }

    @Test
    void toolsInParallelAreHeldOneByOne() {
        var together = new CyclicBarrier(4);
        script.calls(call("a", "meet"), call("b", "meet"), call("c", "meet"), call("d", "meet"))
                .text("Done");
        AgentTool meet =
                tool(
                        "meet",
                        (_, _) -> {
                            int _ = together.await(4, TimeUnit.SECONDS);
                            return ToolResult.of("met");
                        });
        run(agent().tool(meet).build(), false);
        assertThat(till.events.subList(3, 7)).containsOnly("tool meet");
        assertThat(till.events.subList(7, 11)).containsOnly("tool end done");
    }

    /** While another call's hook stops the run. */
    @Test
    void toolsThatAreCutOffEndBeforeTheTab() {
        var reached = new CountDownLatch(1);
        script.calls(call("a", "wait"), call("b", "look"));
        Agent agent =
                agent().tool(tool("wait", (_, _) -> waited(reached)))
                        .skill(new Stopping(reached))
                        .build();
        assertThatThrownBy(() -> run(agent, false)).isInstanceOf(ApiException.class);
        assertThat(till.events).endsWith("tool end nothing", "close FAILED");
    }

    /** Stops the run after one tool, when another is running. */
    public static final class Stopping {
        private final CountDownLatch reached;

        Stopping(CountDownLatch reached) {
            this.reached = reached;
        }

        @Hook(HookEvent.AFTER_TOOL_CALL)
        public void stop(HookCall.AfterTool call) throws InterruptedException {
            if (call.call().name().equals("look")) {
                assertThat(reached.await(20, TimeUnit.SECONDS)).isTrue();
                throw new IllegalStateException("enough");
            }
        }
    }

    @Test
    void toolsThatFailAreTold() {
        AgentTool slow =
                new AgentTool(
                        tool("slow", (_, _) -> ToolResult.of("")).definition(),
                        Scope.ALL,
                        Duration.ofMillis(50),
                        (_, _) -> waited(new CountDownLatch(1)));
        AgentTool bad =
                tool(
                        "bad",
                        (_, _) -> {
                            throw new IllegalStateException("no luck");
                        });
        script.calls(call("a", "slow")).calls(call("b", "bad")).text("Done");
        run(agent().tool(slow).tool(bad).build(), false);
        assertThat(till.events)
                .containsSubsequence("tool slow", "tool end failed", "tool bad", "tool end failed");
    }

    @Test
    void aToolThatCannotBePaidDoesNotRun() {
        till.refusing("look");
        script.calls(call("a", "look")).text("Sorry");
        run(agent().build(), false);
        ChatMessage told = script.requests.getLast().messages().getLast();
        assertThat(told.text()).contains("look was not called").contains("No money for look");
        assertThat(till.events).doesNotContain("tool look").endsWith("close COMPLETED");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anotherAgentThatBillsNobodyGoesOnTheSameTab(boolean streamed) {
        var other = new ScriptedCompleter().calls(call("x", "peek")).text("Hello");
        script.calls(call("h", "use_other"));
        run(agent().handoff(other(other).build()).build(), streamed);
        assertThat(till.events)
                .containsExactly(
                        "open",
                        "model test/model 99",
                        "end 70 COMPLETED",
                        "model test/other 99",
                        "end 70 COMPLETED",
                        "tool peek",
                        "tool end done",
                        "model test/other 99",
                        "end 70 COMPLETED",
                        "close COMPLETED");
    }

    private static AgentBuilder other(Completer model) {
        return Agent.builder("other")
                .model("test/other", new Costly(model))
                .tool(tool("peek", (_, _) -> ToolResult.of("seen")));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anotherAgentThatBillsHasItsOwnTab(boolean streamed) {
        var other = new ScriptedCompleter().text("Hello");
        script.calls(call("h", "use_other"));
        run(agent().handoff(other(other).billing(others).build()).build(), streamed);
        assertThat(till.events)
                .containsExactly(
                        "open", "model test/model 99", "end 70 COMPLETED", "close COMPLETED");
        assertThat(others.events)
                .containsExactly(
                        "open", "model test/other 99", "end 70 COMPLETED", "close COMPLETED");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whereTheOtherAgentCannotBePaidTheFirstOnesTabIsClosedOnce(boolean streamed) {
        others.refusing("open");
        var other = new ScriptedCompleter();
        script.calls(call("h", "use_other"));
        Agent agent = agent().handoff(other(other).billing(others).build()).build();
        assertThatThrownBy(() -> run(agent, streamed)).isInstanceOf(PaymentRequiredException.class);
        assertThat(till.events)
                .containsExactly("open", "model test/model 99", "end 70 COMPLETED", "close FAILED");
        assertThat(others.events).isEmpty();
        assertThat(other.requests).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theOtherAgentsCallEndsBeforeTheTab(boolean streamed) throws Exception {
        var reached = new CountDownLatch(1);
        script.calls(call("h", "use_other"));
        var silent = new Breaking(List.of(ChatChunk.text("He")), silence(reached));
        Agent agent = agent().handoff(other(silent).build()).build();
        assertThat(interrupted(() -> run(agent, streamed), reached))
                .isInstanceOf(CancelledException.class);
        assertThat(till.events).endsWith("end ?0 CANCELLED", "close CANCELLED");
    }

    /** Asked at the end of each run. */
    public static final class Finalizer {
        private int times;

        @Hook(HookEvent.FINALIZE_CONNECTION)
        public void end() {
            times++;
        }
    }

    @Test
    void finalizersRunEvenIfTheTabCannotBeClosed() {
        var finalizer = new Finalizer();
        till.failingToClose();
        script.text("Hello");
        Agent agent = agent().skill(finalizer).build();
        assertThatThrownBy(() -> run(agent, false)).hasMessageContaining("stuck");
        assertThat(finalizer.times).isEqualTo(1);
    }

    @Test
    void anAgentWithoutBillingIsFree() {
        script.text("Hello");
        run(Agent.builder("free").model("test/model", new Costly(script)).build(), false);
        assertThat(till.events).isEmpty();
    }
}
