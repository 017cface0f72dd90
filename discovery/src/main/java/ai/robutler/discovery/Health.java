package ai.robutler.discovery;

/** What is known of whether an agent answers. */
public enum Health {
    UP,
    /** Nobody has asked yet. */
    UNKNOWN,
    DOWN
}
