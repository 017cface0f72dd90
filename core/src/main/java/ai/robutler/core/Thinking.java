package ai.robutler.core;

/**
 * How much a model thinks before it answers. Models that cannot be told do as they always do; those
 * that have fewer levels take the nearest.
 */
public enum Thinking {
    OFF("none"),
    LOW("low"),
    MEDIUM("medium"),
    HIGH("high");

    private final String effort;

    Thinking(String effort) {
        this.effort = effort;
    }

    /** The value of {@code reasoning_effort}. */
    public String effort() {
        return effort;
    }
}
