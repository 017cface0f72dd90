package ai.robutler.server;

/** A part of the program that can tell how it is. Thread-safe. */
public interface HealthComponent {

    /** What it is called in {@code /health/detailed}. */
    String name();

    /**
     * How it is now. It may block for up to two seconds; then, or if it throws, it counts as down.
     * It is asked by one thread at a time, and not again within a second.
     */
    Health check();

    /**
     * Whether this node can serve nothing at all without it. Only such a part makes the node
     * unready when it is down: a database outage must not take every node away from its load
     * balancer.
     */
    default boolean isEssential() {
        return false;
    }
}
