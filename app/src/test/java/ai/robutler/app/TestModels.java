package ai.robutler.app;

import ai.robutler.core.ChatChunk;
import ai.robutler.core.ChatCompletion;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.ChatStream;
import ai.robutler.core.Completer;
import ai.robutler.core.Cost;
import ai.robutler.core.Deadline;
import ai.robutler.core.ModelProvider;
import ai.robutler.core.Providers;
import ai.robutler.core.Settings;
import ai.robutler.core.SkillFactory;
import ai.robutler.core.Tool;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A provider whose models repeat what they are told, the model {@code free} at no cost, and a skill
 * with settings.
 */
final class TestModels {
    private TestModels() {}

    static Providers providers() {
        return Providers.of(Map.of("test", new Provider()));
    }

    static SkillSet skills() {
        return new SkillSet(Map.of("counter", new CounterFactory()));
    }

    private static final class Provider implements ModelProvider {
        @Override
        public Completer model(String name) {
            if (name.equals("none")) {
                throw new IllegalArgumentException("there is no model 'none'");
            }
            return new Echo(name.equals("free"));
        }

        @Override
        public Optional<String> defaultModel() {
            return Optional.of("default");
        }

        @Override
        public void close() {}
    }

    private record Echo(boolean isPriced) implements Completer {
        @Override
        public Cost cost(ChatCompletion turn) {
            return isPriced ? Cost.zero() : Cost.unknown();
        }

        @Override
        public ChatCompletion complete(ChatRequest request, Deadline deadline) {
            return ChatCompletion.text(answer(request));
        }

        @Override
        public ChatStream stream(ChatRequest request, Deadline deadline) {
            return ChatStream.of(
                    List.of(ChatChunk.text(answer(request)), ChatChunk.finish("stop")));
        }

        private static String answer(ChatRequest request) {
            return request.messages().getFirst().text() + "|" + request.messages().getLast().text();
        }
    }

    private static final class CounterFactory implements SkillFactory {
        @Override
        public String name() {
            return "counter";
        }

        @Override
        public Object create(Settings settings) {
            return new Counter(settings.integer("from", 1, 0, 9));
        }
    }

    /** A skill of one tool. */
    public static final class Counter {
        private final int from;

        Counter(int from) {
            this.from = from;
        }

        @Tool(description = "Counts.")
        public String count() {
            return String.valueOf(from);
        }
    }
}
