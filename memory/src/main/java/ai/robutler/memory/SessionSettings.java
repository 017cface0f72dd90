package ai.robutler.memory;

import ai.robutler.core.ModelName;
import ai.robutler.core.Settings;

import tools.jackson.databind.JsonNode;

import java.time.Duration;

/**
 * What an agent's file says about its conversations.
 *
 * @param window how much is said again to the model
 * @param expires for how long a conversation is kept after its last turn
 * @param patience for how long a request waits while another is answered in its conversation
 * @param summary who sums up what falls out of the window
 */
record SessionSettings(SessionWindow window, Duration expires, Duration patience, Summary summary) {
    static final int MESSAGES = 50;
    static final int TOKENS = 8_000;
    private static final int MOST_MESSAGES = 1_000;
    private static final int MOST_TOKENS = 1_000_000;
    private static final Duration LONGEST = Duration.ofDays(3_650);

    /** Who sums up what falls out. */
    sealed interface Summary {}

    /** Nobody: it is out. */
    record NoSummary() implements Summary {}

    /** The agent's own model. */
    record OwnSummary() implements Summary {}

    /** Another model, {@code provider/model}. */
    record SummaryBy(ModelName model) implements Summary {}

    /** All of {@code skills: session:}. */
    static SessionSettings read(Settings settings) {
        return new SessionSettings(
                new SessionWindow(
                        settings.integer("messages", MESSAGES, 1, MOST_MESSAGES),
                        settings.integer("tokens", TOKENS, 1, MOST_TOKENS)),
                expires(settings, "expires"),
                wait(settings),
                summary(settings));
    }

    /** A window of so many messages, with the other settings as they are by default. */
    static SessionSettings ofMessages(int messages) {
        return new SessionSettings(
                new SessionWindow(messages, TOKENS),
                Duration.ofDays(30),
                Duration.ofSeconds(10),
                new NoSummary());
    }

    private static Duration expires(Settings settings, String key) {
        Duration expires = settings.duration(key, Duration.ofDays(30));
        if (expires.toMillis() < 1 || expires.compareTo(LONGEST) > 0) {
            settings.problem(key, "must be from 1s to " + LONGEST.toDays() + "d, such as 30d");
            return Duration.ofDays(30);
        }
        return expires;
    }

    private static Duration wait(Settings settings) {
        Duration wait = settings.duration("wait", Duration.ofSeconds(10));
        if (wait.compareTo(Duration.ofMinutes(5)) > 0) {
            settings.problem("wait", "must be from 0s to 5m, such as 10s");
        }
        return wait;
    }

    private static Summary summary(Settings settings) {
        JsonNode value = settings.value("summary");
        if (value.isMissingNode() || value.isBoolean()) {
            return value.asBoolean(false) ? new OwnSummary() : new NoSummary();
        }
        try {
            return new SummaryBy(ModelName.parse(value.asString("")));
        } catch (IllegalArgumentException e) {
            settings.problem(
                    "summary", "must be true, false, or a model such as openai/gpt-4o-mini");
            return new NoSummary();
        }
    }
}
