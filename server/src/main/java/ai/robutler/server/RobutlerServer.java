package ai.robutler.server;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Agents over HTTP.
 *
 * {@snippet :
 * try (var server = RobutlerServer.builder().agent(agent).port(0).build().start()) {
 *     System.out.println(server.url());
 * }
 * }
 *
 * Thread-safe; it can be started once.
 */
public final class RobutlerServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RobutlerServer.class);

    /** What runs get to clean up after they were cut off. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    private enum State {
        NEW,
        RUNNING,
        STOPPED
    }

    private final Options options;
    private final Agents agents;
    private final Metrics metrics;
    private final Heartbeat heartbeat;
    private final Inflight inflight = new Inflight();
    private final HealthRoutes health;
    private final Listener listener;
    private final Intake intake;
    private final ReentrantLock lock = new ReentrantLock();
    private State state = State.NEW;

    RobutlerServer(Options options) {
        this.options = options;
        this.agents = new Agents(options);
        this.metrics = new Metrics(agents);
        metrics.watch(options.providers());
        this.heartbeat = new Heartbeat(options.heartbeat());
        this.health = new HealthRoutes(options, agents);
        this.listener = new Listener(options);
        var routes = new Routes(options, agents, metrics, health, heartbeat, this::url);
        this.intake =
                new Intake(
                        options,
                        listener.vertx(),
                        routes.router(),
                        metrics,
                        inflight,
                        new Links(options, this::url));
    }

    /** Collects the settings of a server. */
    public static ServerBuilder builder() {
        return new ServerBuilder();
    }

    /**
     * Listens; requests are answered when this returns.
     *
     * @return this server
     * @throws PortTakenException if another program has the port
     * @throws java.io.UncheckedIOException if it cannot listen for another reason: the message says
     * @throws IllegalStateException if it has been started or closed before
     */
    public RobutlerServer start() {
        lock.lock();
        try {
            if (state != State.NEW) {
                throw new IllegalStateException("a server can be started once");
            }
            state = State.RUNNING;
            listener.start(intake);
        } catch (RuntimeException e) {
            release();
            throw e;
        } finally {
            lock.unlock();
        }
        LOG.debug("listening on {}", url());
        return this;
    }

    /** The port that it listens on; before it is started, the one that it was told. */
    public int port() {
        return listener.port();
    }

    /** Where it is, without a slash at the end: {@code http://127.0.0.1:8000}. */
    public String url() {
        return options.baseUrl(port());
    }

    /**
     * Stops gracefully: no new connections, idle ones closed; runs may finish within the drain
     * time-out and are cancelled then. Returns when all is over; an interrupt shortens the wait.
     * Closing twice is harmless: the second call waits for the first.
     */
    @Override
    public void close() {
        lock.lock();
        try {
            if (state == State.RUNNING) {
                drain();
            }
            if (state != State.STOPPED) {
                release();
            }
        } catch (InterruptedException e) {
            release();
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    private void drain() throws InterruptedException {
        health.drain();
        intake.drain();
        options.drained().run();
        listener.stop(options.drainTimeout());
        if (!inflight.awaitNone(LAST_WORDS)) {
            LOG.warn("{} requests did not end when they were cancelled", inflight.count());
        }
    }

    private void release() {
        state = State.STOPPED;
        heartbeat.close();
        metrics.close();
        listener.close();
    }
}
