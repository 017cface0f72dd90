package ai.robutler.testkit;

/** What a choice gives as its finish reason. */
sealed interface Finish {

    /** {@code tool_calls} if tools were called, else {@code stop}. */
    record Usual() implements Finish {}

    record Never() implements Finish {}

    record Reason(String reason) implements Finish {}
}
