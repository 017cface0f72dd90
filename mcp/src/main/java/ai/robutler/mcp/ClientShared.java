package ai.robutler.mcp;

import ai.robutler.core.CancelledException;
import ai.robutler.core.Deadline;
import ai.robutler.core.RunContext;
import ai.robutler.outbound.OutboundClient;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A server with one connection for all. A thread of its own connects, looks whether the server
 * still answers, follows what it says of changes, and connects again, ever more slowly, while it is
 * away.
 */
final class ClientShared implements ClientServer {
    private static final Logger LOG = LoggerFactory.getLogger(ClientShared.class);

    /** How long the first runs wait for a server that is just being started. */
    private static final Duration FIRST = Duration.ofSeconds(5);

    private static final Duration PING = Duration.ofSeconds(10);
    private static final Duration LOOK = Duration.ofSeconds(30);
    private static final Duration RELIST = Duration.ofMinutes(5);
    private static final Duration BETWEEN_LISTS = Duration.ofSeconds(1);
    private static final Duration STABLE = Duration.ofMinutes(1);
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);

    private final ClientSettings settings;
    private final ClientConnector connector;
    private final Semaphore slots;
    private final AtomicBoolean started = new AtomicBoolean();
    private final CountDownLatch first = new CountDownLatch(1);
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private volatile ClientSignals signals = new ClientSignals();
    private volatile boolean closed;
    private volatile Deadline patience = Deadline.after(Duration.ZERO);
    private volatile String why = "it has not been started yet";
    private volatile @Nullable ClientLink link;
    private volatile @Nullable Thread keeper;
    private List<String> toldFaults = List.of();

    ClientShared(ClientSettings settings, OutboundClient outbound) {
        this.settings = settings;
        this.connector = new ClientConnector(settings, outbound);
        this.slots = new Semaphore(settings.concurrency(), true);
    }

    @Override
    public ClientSettings settings() {
        return settings;
    }

    @Override
    public Semaphore slots() {
        return slots;
    }

    @Override
    public void start() {
        if (!closed && started.compareAndSet(false, true)) {
            patience = Deadline.after(FIRST);
            why = "it is being started";
            keeper = Thread.ofVirtual().name("mcp-" + settings.name()).start(this::keep);
        }
    }

    @Override
    public Optional<ClientOffer> offer() {
        if (started.get() && first.getCount() > 0 && !patience.hasPassed()) {
            try {
                boolean _ = first.await(patience.remaining().toNanos(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
        return Optional.ofNullable(link).map(ClientLink::offer);
    }

    @Override
    public ClientLink link(RunContext context, Deadline deadline) {
        ClientLink now = link;
        if (now == null) {
            throw new ClientException.Lost("the server is away: " + why);
        }
        return now;
    }

    @Override
    public ClientLink renewed(RunContext context, ClientLink stale, Deadline deadline) {
        signals.lost("the server has forgotten the session", stale.connection());
        lock.lock();
        try {
            while (link == null || stale.equals(link)) {
                long left = deadline.remaining().toNanos();
                if (closed || left <= 0 || moved.awaitNanos(left) <= 0) {
                    throw new ClientException.Lost("the server is away: " + why);
                }
            }
            return link(context, deadline);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new CancelledException("interrupted while waiting for an MCP server");
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void doubted(ClientLink doubtful) {
        if (doubtful.equals(link)) {
            signals.doubt();
        }
    }

    @Override
    public McpServers.Health health() {
        ClientLink now = link;
        return now == null
                ? new McpServers.Health(settings.name(), false, why)
                : new McpServers.Health(
                        settings.name(), true, now.offer().tools().size() + " tools");
    }

    /** The way of the server's own words to the thread that minds them. */
    private ClientTransport.Listener listener(ClientSignals to) {
        return new ClientTransport.Listener() {
            @Override
            public void heard(ClientMessage.Notification notification) {
                if (notification.method().endsWith("/list_changed")) {
                    to.changed();
                }
            }

            @Override
            public void lost(String reason) {
                to.lost(reason);
            }
        };
    }

    private void keep() {
        Duration pause = SHORTEST_PAUSE;
        while (!closed) {
            long since = System.nanoTime();
            String ended = live();
            move(null, ended);
            first.countDown();
            if (closed) {
                return;
            }
            boolean stable = System.nanoTime() - since > STABLE.toNanos();
            pause = stable ? SHORTEST_PAUSE : pause;
            // Not all that lost it come back at the same moment.
            long millis =
                    pause.toMillis() / 2 + ThreadLocalRandom.current().nextLong(pause.toMillis());
            LOG.warn(
                    "MCP server {} is away: {}; the next attempt is in {} ms",
                    settings.name(),
                    ended,
                    millis);
            try {
                Thread.sleep(millis);
            } catch (InterruptedException _) {
                return;
            }
            Duration longer = pause.multipliedBy(2);
            pause = longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
        }
    }

    /** From a connection to its end; what ended it. */
    private String live() {
        var mine = new ClientSignals();
        signals = mine;
        try (ClientConnection connection = connector.open("", listener(mine))) {
            mine.over(connection);
            ClientOffer offer = ClientOffer.read(connection, Deadline.after(settings.connect()));
            publish(connection, offer);
            LOG.info(
                    "MCP server {} is there: {} tools, revision {}",
                    settings.name(),
                    offer.tools().size(),
                    connection.revision().date());
            try (var _ = ClientEar.of(settings.name(), connection, mine)) {
                return watch(connection, mine);
            }
        } catch (ClientException e) {
            LOG.debug("MCP server {} failed", settings.name(), e);
            return e.words();
        } catch (CancelledException | InterruptedException _) {
            return "it was closed";
        } catch (RuntimeException e) {
            LOG.error("MCP server {}: something unforeseen", settings.name(), e);
            return "something unforeseen went wrong here";
        }
    }

    private void publish(ClientConnection connection, ClientOffer offer) {
        if (!offer.faults().equals(toldFaults)) {
            toldFaults = offer.faults();
            toldFaults.forEach(
                    fault ->
                            LOG.warn(
                                    "MCP server {}: a tool is left out, {}",
                                    settings.name(),
                                    fault));
        }
        move(new ClientLink(connection, offer), "");
        first.countDown();
    }

    private void move(@Nullable ClientLink to, String reason) {
        lock.lock();
        try {
            why = reason;
            link = to;
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private String watch(ClientConnection connection, ClientSignals mine)
            throws InterruptedException {
        Deadline relist = Deadline.after(RELIST);
        while (true) {
            ClientSignals.Seen seen = mine.await(LOOK);
            if (seen.lost().isPresent()) {
                return seen.lost().get();
            }
            if (seen.changed() || relist.hasPassed()) {
                ClientOffer offer =
                        ClientOffer.read(connection, Deadline.after(settings.connect()));
                publish(connection, offer);
                relist = Deadline.after(RELIST);
                // A storm of changes costs one reading a second.
                Thread.sleep(BETWEEN_LISTS);
            } else {
                connection.ping(Deadline.after(PING));
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        Thread running = keeper;
        if (running != null) {
            running.interrupt();
            try {
                // The thread ends the connection, and the process with it.
                boolean _ = running.join(Duration.ofSeconds(8));
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
