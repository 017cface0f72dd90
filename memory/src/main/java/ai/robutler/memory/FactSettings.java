package ai.robutler.memory;

import ai.robutler.core.Settings;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What an agent's file says about facts.
 *
 * @param facts how many are kept of each user
 * @param expires for how long each is kept, unless the model says; empty for ever
 * @param prompt how many tokens of facts are put before the model; empty for none
 * @param window how many messages of a conversation are said again; empty where that is not for
 *     this skill to do
 */
record FactSettings(int facts, Optional<Duration> expires, OptionalInt prompt, OptionalInt window) {
    private static final int FACTS = 1_000;
    private static final int MOST_FACTS = 10_000;
    private static final int PROMPT_TOKENS = 500;
    private static final int MOST_TOKENS = 100_000;

    /** All of {@code skills: memory:}. */
    static FactSettings read(Settings settings) {
        return new FactSettings(
                settings.integer("facts", FACTS, 1, MOST_FACTS),
                expires(settings),
                prompt(settings),
                window(settings));
    }

    private static Optional<Duration> expires(Settings settings) {
        Duration expires = settings.duration("expires", Duration.ZERO);
        return expires.isPositive() ? Optional.of(expires) : Optional.empty();
    }

    private static OptionalInt prompt(Settings settings) {
        if (settings.value("prompt").isBoolean()) {
            return settings.flag("prompt", false)
                    ? OptionalInt.of(PROMPT_TOKENS)
                    : OptionalInt.empty();
        }
        Settings prompt = settings.section("prompt");
        int tokens = prompt.integer("tokens", PROMPT_TOKENS, 1, MOST_TOKENS);
        return settings.value("prompt").isMissingNode()
                ? OptionalInt.empty()
                : OptionalInt.of(tokens);
    }

    private static OptionalInt window(Settings settings) {
        int window = settings.integer("window", 0, 1, 1_000);
        return settings.value("window").isMissingNode()
                ? OptionalInt.empty()
                : OptionalInt.of(window);
    }
}
