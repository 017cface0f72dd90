package ai.robutler.models;

import ai.robutler.core.Completer;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** One place where a route can go, and whether it is worth going there now. Thread-safe. */
final class Deployment {
    /** How long a place that refuses this server is passed over, as long as there are others. */
    private static final Duration REST = Duration.ofSeconds(30);

    private final Route.Target target;
    private final long window;
    private final Completer model;
    private final AtomicLong restUntil = new AtomicLong(System.nanoTime());

    /**
     * @param window how many tokens fit, 0 where that is not known
     */
    Deployment(Route.Target target, long window, Completer model) {
        this.target = target;
        this.window = window;
        this.model = model;
    }

    Completer model() {
        return model;
    }

    /** {@code provider/model}; with a proxy, whatever the proxy says. */
    String name() {
        return target.model().toString();
    }

    boolean isProxied() {
        return target.model().provider().equals(LiteLlmFactory.NAME);
    }

    int weight() {
        return target.weight();
    }

    long window() {
        return window;
    }

    /** It has refused this server: a wrong key, no credit, no such model. */
    void refused() {
        restUntil.set(System.nanoTime() + REST.toNanos());
    }

    /** How long calls had better go elsewhere. */
    Duration pause() {
        Duration rest = Duration.ofNanos(Math.max(0, restUntil.get() - System.nanoTime()));
        Duration pause = model.pause();
        return rest.compareTo(pause) > 0 ? rest : pause;
    }

    boolean isReady() {
        return pause().isZero();
    }
}
