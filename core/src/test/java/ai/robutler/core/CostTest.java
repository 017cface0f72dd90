package ai.robutler.core;

import static ai.robutler.core.TestTools.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

class CostTest {
    private final ScriptedCompleter script = new ScriptedCompleter();
    private final AtomicReference<Cost> spent = new AtomicReference<>(Cost.zero());
    private final List<Cost> heard = new CopyOnWriteArrayList<>();

    /** Each turn costs so much; a turn without usage cannot be priced. */
    private record Priced(ScriptedCompleter script, long nanoUsd) implements Completer {
        @Override
        public ChatCompletion complete(ChatRequest request, Deadline deadline) {
            return script.complete(request, deadline);
        }

        @Override
        public ChatStream stream(ChatRequest request, Deadline deadline) {
            return script.stream(request, deadline);
        }

        @Override
        public Cost cost(ChatCompletion turn) {
            return turn.usage().isNone() ? Cost.unknown() : new Cost.Known(nanoUsd);
        }

        @Override
        public boolean isPriced() {
            return true;
        }
    }

    /** Keeps what a run has cost when it ends. */
    public static final class Recorder {
        private final AtomicReference<Cost> spent;

        Recorder(AtomicReference<Cost> spent) {
            this.spent = spent;
        }

        @Hook(HookEvent.FINALIZE_CONNECTION)
        public void end(RunContext context) {
            spent.set(context.cost());
        }
    }

    private AgentBuilder agent(long nanoUsdATurn) {
        return Agent.builder("tester")
                .model("test/model", new Priced(script, nanoUsdATurn))
                .tool(tool("look", (_, _) -> ToolResult.of("seen")))
                .skill(new Recorder(spent));
    }

    private ChatCompletion run(Agent agent, boolean streamed) {
        var listener =
                new RunListener() {
                    @Override
                    public void modelCost(Agent of, Cost cost) {
                        heard.add(cost);
                    }
                };
        Invocation call = Invocation.of(ChatRequest.of("Go")).withListener(listener);
        if (!streamed) {
            return agent.run(call);
        }
        var whole = new TurnAssembler(_ -> true);
        agent.stream(call, whole::accept);
        return whole.completion();
    }

    private static ToolCall look(int number) {
        return ToolCall.function("c" + number, "look", "{\"n\":" + number + "}");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRunCostsTheSumOfItsTurns(boolean streamed) {
        script.calls(look(1)).text("Done");
        run(agent(70).build(), streamed);
        assertThat(spent.get()).isEqualTo(new Cost.Known(140));
        assertThat(heard).containsExactly(new Cost.Known(70), new Cost.Known(70));
    }

    @Test
    void aTurnWithoutUsageMakesTheSumUnknown() {
        script.calls(look(1)).answer(ChatCompletion.text("Done"));
        run(agent(70).build(), false);
        assertThat(spent.get()).isEqualTo(new Cost.Unknown(70));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void atTheLimitTheModelAnswersWithToolsOff(boolean streamed) {
        script.calls(look(1)).calls(look(2)).text("Enough");
        Agent agent = agent(70).limits(Limits.DEFAULT.withCost(140)).build();
        assertThat(run(agent, streamed).text()).isEqualTo("Enough");
        assertThat(script.requests).hasSize(3);
        assertThat(script.requests.get(1).field("tool_choice").isMissingNode()).isTrue();
        assertThat(script.requests.get(2).field("tool_choice").asString()).isEqualTo("none");
    }

    @Test
    void whatCannotBeToldCountsAsTheLimit() {
        ChatCompletion calls =
                ChatCompletion.of(
                        ChatMessage.assistant("").withToolCalls(List.of(look(1))), "tool_calls");
        script.answer(calls).text("Enough");
        run(agent(70).limits(Limits.DEFAULT.withCost(1_000_000)).build(), false);
        assertThat(script.requests.get(1).field("tool_choice").asString()).isEqualTo("none");
    }

    @Test
    void aLimitNeedsAPrice() {
        var builder =
                Agent.builder("tester")
                        .model("test/model", script)
                        .limits(Limits.DEFAULT.withCost(1));
        assertThatThrownBy(builder::build)
                .isInstanceOf(UnknownPriceException.class)
                .hasMessageContaining("test/model")
                .hasMessageContaining("catalog");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anotherAgentsRunCountsWithAllItsTurns(boolean streamed) {
        script.calls(ToolCall.function("h", "use_other", "{}"))
                .calls(ToolCall.function("x", "peek", "{}"))
                .text("From the other");
        Agent other =
                Agent.builder("other")
                        .model("test/other", new Priced(script, 5))
                        .tool(tool("peek", (_, _) -> ToolResult.of("seen")))
                        .build();
        run(agent(70).handoff(other).build(), streamed);
        assertThat(spent.get()).isEqualTo(new Cost.Known(80));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRefusedCallCostsNothing(boolean streamed) {
        Completer refusing =
                new Completer() {
                    @Override
                    public ChatCompletion complete(ChatRequest request, Deadline deadline) {
                        throw ProviderException.refused("test", "is closed");
                    }

                    @Override
                    public ChatStream stream(ChatRequest request, Deadline deadline) {
                        throw ProviderException.refused("test", "is closed");
                    }
                };
        Agent agent = agent(70).model("test/closed", refusing).build();
        assertThatThrownBy(() -> run(agent, streamed)).isInstanceOf(ProviderException.class);
        assertThat(spent.get()).isEqualTo(Cost.zero());
    }

    @Test
    void aCallThatBrokeOffCostsSomethingUnknown() {
        Completer broken =
                new Completer() {
                    @Override
                    public ChatCompletion complete(ChatRequest request, Deadline deadline) {
                        throw ProviderException.timedOut("test", "did not answer");
                    }

                    @Override
                    public ChatStream stream(ChatRequest request, Deadline deadline) {
                        throw new AssertionError();
                    }
                };
        Agent agent = agent(70).model("test/slow", broken).build();
        assertThatThrownBy(() -> run(agent, false)).isInstanceOf(ProviderException.class);
        assertThat(spent.get()).isEqualTo(Cost.unknown());
    }

    @Test
    void ofAnAnswerThatBrokeOffOnlyAPartIsKnown() {
        Completer breaking =
                new Completer() {
                    @Override
                    public ChatCompletion complete(ChatRequest request, Deadline deadline) {
                        throw new AssertionError();
                    }

                    @Override
                    public ChatStream stream(ChatRequest request, Deadline deadline) {
                        ChatChunk chunk = ChatChunk.text("He");
                        chunk.json().set("usage", Usage.of(10, 1).json());
                        var failure =
                                ProviderException.failed("test", "cut the answer short", null);
                        return broken(chunk, failure);
                    }

                    @Override
                    public Cost cost(ChatCompletion turn) {
                        return new Cost.Known(turn.usage().totalTokens());
                    }
                };
        Agent agent = agent(70).model("test/breaking", breaking).build();
        assertThatThrownBy(() -> run(agent, true)).isInstanceOf(ProviderException.class);
        assertThat(spent.get()).isEqualTo(new Cost.Unknown(11));
    }

    private static ChatStream broken(ChatChunk first, RuntimeException then) {
        ChatStream whole = ChatStream.of(List.of(first, first));
        return new ChatStream() {
            @Override
            public Iterator<ChatChunk> iterator() {
                Iterator<ChatChunk> chunks = whole.iterator();
                chunks.next();
                return new Iterator<>() {
                    @Override
                    public boolean hasNext() {
                        return true;
                    }

                    @Override
                    public ChatChunk next() {
                        if (!chunks.hasNext()) {
                            throw then;
                        }
                        return chunks.next();
                    }
                };
            }

            @Override
            public void close() {}
        };
    }

    @Test
    void sumsAreCheckedForOverflow() {
        Cost most = new Cost.Known(Long.MAX_VALUE);
        assertThatThrownBy(() -> most.plus(new Cost.Known(1)))
                .isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> new Cost.Known(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThat(new Cost.Unknown(3).plus(new Cost.Known(4))).isEqualTo(new Cost.Unknown(7));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 0.000000001", "500000000, 0.5", "1000000000000, 1000"})
    void dollarsArePlainDecimals(long nanoUsd, String usd) {
        assertThat(Cost.usd(nanoUsd)).isEqualTo(usd);
    }

    @ParameterizedTest
    @EnumSource(Thinking.class)
    void thinkingGoesToTheModel(Thinking thinking) {
        script.text("Done");
        run(agent(1).thinking(thinking).build(), false);
        assertThat(script.requests.getFirst().field("reasoning_effort").asString())
                .isEqualTo(thinking.effort());
    }

    @Test
    void theRequestsOwnThinkingGoesFirst() {
        script.text("Done").text("Done");
        Agent agent = agent(1).thinking(Thinking.LOW).build();
        var high = Json.mapper().getNodeFactory().stringNode("xhigh");
        agent.run(ChatRequest.of("Go").with("reasoning_effort", high));
        agent.run(ChatRequest.of("Go").with("reasoning", Json.object().put("effort", "high")));
        assertThat(script.requests.get(0).field("reasoning_effort")).isEqualTo(high);
        assertThat(script.requests.get(1).json().has("reasoning_effort")).isFalse();
    }
}
