package ai.robutler.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

class OwnKeyTest {
    /** The keys that calls were made with; "" for the configured one. */
    private final List<String> used = new CopyOnWriteArrayList<>();

    private final Till till = new Till();
    private final Providers providers =
            Providers.of(Map.of("test", new Keyed(true), "fixed", new Keyed(false)));

    @AfterEach
    void close() {
        providers.close();
        till.requireBalanced();
    }

    private final class Keyed implements ModelProvider {
        private final boolean takes;

        Keyed(boolean takes) {
            this.takes = takes;
        }

        @Override
        public Completer model(String name) {
            return with("");
        }

        @Override
        public Optional<Completer> model(String name, String key) {
            return takes ? Optional.of(with(key)) : Optional.empty();
        }

        private Completer with(String key) {
            return new MethodCompleter(
                    _ -> {
                        used.add(key);
                        return "Hello";
                    });
        }

        @Override
        public Optional<String> defaultModel() {
            return Optional.empty();
        }

        @Override
        public void close() {}
    }

    private AgentBuilder agent(String name, String model) {
        return Agent.builder(name).providers(providers).model(model).billing(till);
    }

    private static Invocation call(String... values) {
        Headers headers =
                name -> name.equalsIgnoreCase(OwnKey.HEADER) ? List.of(values) : List.of();
        return Invocation.of(ChatRequest.of("Hi")).withHeaders(headers, new ReplyHeaders());
    }

    private InvalidRequestException refused(Agent agent, String... values) {
        InvalidRequestException refusal =
                catchThrowableOfType(InvalidRequestException.class, () -> agent.run(call(values)));
        assertThat(refusal.status()).isEqualTo(400);
        assertThat(refusal.code()).isEqualTo("own_key_not_usable");
        assertThat(used).as("no call, and none with the configured key").isEmpty();
        assertThat(till.events).as("nothing is held").isEmpty();
        return refusal;
    }

    @Test
    void theCallersKeyIsUsedInPlaceOfOurs() {
        Agent agent = agent("a", "test/m").ownKeys(true).build();
        agent.run(call("test=sk-1"));
        agent.run(call());
        assertThat(used).containsExactly("sk-1", "");
        assertThat(till.events).contains("model test/m own 0", "model test/m 0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"other=x, test=sk-1", "test=sk-1,other=x", " test=sk-1 ", "test=sk-1"})
    void itIsFoundAmongOthers(String value) {
        agent("a", "test/m").ownKeys(true).build().run(call("more=y", value));
        assertThat(used).containsExactly("sk-1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "sk-1",
                "test=",
                "test",
                "Test=sk-1",
                "other=sk-1",
                "test=sk 1",
                "test=sk-1\r\nX-Evil: 1",
                "test=sk-1\u0000",
                "test=schlüssel",
                "test=sk-1\u007f",
            })
    void aKeyThatIsNoneIsRefused(String value) {
        InvalidRequestException refusal =
                refused(agent("a", "test/m").ownKeys(true).build(), value);
        assertThat(refusal.getMessage()).doesNotContain("sk-1", "Evil", "schl");
    }

    @Test
    void aKeyThatIsTooLongIsRefused() {
        refused(agent("a", "test/m").ownKeys(true).build(), "test=" + "k".repeat(513));
    }

    @Test
    void twoKeysForOneProviderAreRefused() {
        refused(agent("a", "test/m").ownKeys(true).build(), "test=sk-1", "test=sk-2");
    }

    @Test
    void anAgentThatTakesNoneSaysSo() {
        InvalidRequestException refusal = refused(agent("a", "test/m").build(), "test=sk-1");
        assertThat(refusal.getMessage()).contains("leave it out");
    }

    @Test
    void aProviderThatTakesNoneSaysSo() {
        refused(agent("a", "fixed/m").ownKeys(true).build(), "fixed=sk-1");
    }

    @Test
    void anotherAgentUsesTheKeyThatFitsIt() {
        Agent other =
                Agent.builder("other").providers(providers).model("test/m").ownKeys(true).build();
        Agent first = taking(other);
        first.run(call("test=sk-1"));
        assertThat(used).containsExactly("sk-1");
        assertThat(till.events).contains("model test/m own 0");
    }

    @Test
    void anotherAgentThatTakesNoneIsPaidForAsUsual() {
        Agent other = Agent.builder("other").providers(providers).model("test/m").build();
        taking(other).run(call("test=sk-1"));
        assertThat(used).containsExactly("");
        assertThat(till.events).contains("model test/m 0");
    }

    /** Its own turn is made with the key; the second one's by what the second one takes. */
    private Agent taking(Agent other) {
        var script = new ScriptedCompleter();
        script.calls(ToolCall.function("h", "use_other", "{}"));
        return Agent.builder("first")
                .providers(Providers.of(Map.of("test", fixed(script))))
                .model("test/first")
                .ownKeys(true)
                .billing(till)
                .handoff(other)
                .build();
    }

    /** Completes on its own account. */
    public static final class Local {
        @Handoff(description = "When it is local.")
        public String local(ChatRequest request) {
            return "Here";
        }
    }

    @Test
    void aSkillsOwnCompleterIsNotTheCallersToPayElsewhere() {
        var script = new ScriptedCompleter().calls(ToolCall.function("h", "use_local", "{}"));
        Agent agent =
                Agent.builder("first")
                        .providers(Providers.of(Map.of("test", fixed(script))))
                        .model("test/first")
                        .ownKeys(true)
                        .billing(till)
                        .skill(new Local())
                        .build();
        agent.run(call("test=sk-1"));
        assertThat(till.events)
                .containsSubsequence("model test/first own ?0", "model test/first 0");
    }

    private static ModelProvider fixed(Completer completer) {
        return new ModelProvider() {
            @Override
            public Completer model(String name) {
                return completer;
            }

            @Override
            public Optional<Completer> model(String name, String key) {
                return Optional.of(completer);
            }

            @Override
            public Optional<String> defaultModel() {
                return Optional.empty();
            }

            @Override
            public void close() {}
        };
    }
}
