package ai.robutler.mcp;

import ai.robutler.core.CancelledException;
import ai.robutler.core.Deadline;
import ai.robutler.core.RunContext;
import ai.robutler.outbound.OutboundClient;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A server to which each user brings a token of their own, in a header of each request. A
 * connection belongs to one user and one token, and is found only by a request of this user with
 * this token; tokens are kept nowhere else.
 */
final class ClientPerUser implements ClientServer {
    private static final Logger LOG = LoggerFactory.getLogger(ClientPerUser.class);
    private static final int MOST_USERS = 1_000;
    private static final Duration IDLE = Duration.ofMinutes(10);
    private static final Duration FRESH = Duration.ofMinutes(1);
    private static final Duration PAUSE = Duration.ofSeconds(5);
    private static final Duration LISTING = Duration.ofSeconds(5);

    private record Key(String subject, String token) {}

    private final ClientSettings settings;
    private final ClientConnector connector;
    private final String header;
    private final Semaphore slots;
    private final Cache<Key, OfUser> users =
            Caffeine.newBuilder()
                    .maximumSize(MOST_USERS)
                    .expireAfterAccess(IDLE)
                    .executor(Runnable::run)
                    .<Key, OfUser>removalListener(
                            (_, of, _) -> {
                                if (of != null) {
                                    of.close();
                                }
                            })
                    .build();

    ClientPerUser(ClientSettings settings, ClientEndpoint.Url endpoint, OutboundClient outbound) {
        this.settings = settings;
        this.connector = new ClientConnector(settings, outbound);
        this.header = endpoint.userToken();
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
        // Users connect when they come.
    }

    @Override
    public Optional<ClientOffer> offer() {
        RunContext context;
        try {
            context = RunContext.current();
        } catch (IllegalStateException _) {
            return Optional.empty(); // Nobody's: a list for all.
        }
        try {
            return Optional.of(link(context, Deadline.after(LISTING)).offer());
        } catch (ClientException e) {
            LOG.debug("MCP server {} offers nothing to this user", settings.name(), e);
            return Optional.empty();
        } catch (CancelledException _) {
            return Optional.empty();
        }
    }

    @Override
    public ClientLink link(RunContext context, Deadline deadline) {
        return of(context).link(token(context), deadline);
    }

    private OfUser of(RunContext context) {
        var key = new Key(context.caller().subject(), hash(token(context)));
        return users.get(key, _ -> new OfUser());
    }

    private String token(RunContext context) {
        String token = context.header(header).orElse("");
        if (!token.matches("[!-~]{1,8192}")) {
            throw new ClientException.Denied(
                    "the user has brought no token for it (header " + header + ")");
        }
        return token;
    }

    private static String hash(String token) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    @Override
    public ClientLink renewed(RunContext context, ClientLink stale, Deadline deadline) {
        OfUser of = of(context);
        of.forget(stale);
        return of.link(token(context), deadline);
    }

    @Override
    public void doubted(ClientLink link) {
        // The next call finds out: a connection of one user is not watched.
    }

    @Override
    public McpServers.Health health() {
        return new McpServers.Health(
                settings.name(), true, "each user's own; " + users.estimatedSize() + " connected");
    }

    @Override
    public void close() {
        users.invalidateAll();
        users.cleanUp();
    }

    /** The connection of one user with one token. */
    private final class OfUser implements ClientTransport.Listener {
        private final ReentrantLock lock = new ReentrantLock();
        private @Nullable ClientLink link;
        private @Nullable ClientException failed;
        private Deadline until = Deadline.after(Duration.ZERO);
        private volatile boolean changed;
        private volatile boolean gone;

        ClientLink link(String token, Deadline deadline) {
            try {
                if (!lock.tryLock(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
                    throw new ClientException.TimedOut("the server did not answer in time");
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                throw new CancelledException("interrupted while waiting for an MCP server");
            }
            try {
                return current(token, deadline);
            } finally {
                lock.unlock();
            }
        }

        private ClientLink current(String token, Deadline deadline) {
            if (gone) {
                gone = false;
                drop();
            }
            ClientLink now = link;
            if (now != null && !changed && !until.hasPassed()) {
                return now;
            }
            ClientException last = failed;
            if (now == null && last != null && !until.hasPassed()) {
                throw last;
            }
            try {
                return connected(token, now, deadline);
            } catch (ClientException.SessionGone e) {
                drop();
                if (now == null) {
                    throw e;
                }
                return current(token, deadline);
            } catch (ClientException e) {
                drop();
                failed = e;
                until = Deadline.after(PAUSE);
                throw e;
            }
        }

        private ClientLink connected(String token, @Nullable ClientLink now, Deadline deadline) {
            changed = false;
            ClientConnection connection =
                    now == null ? connector.open(token, this) : now.connection();
            var fresh = new ClientLink(connection, read(connection, now == null, deadline));
            link = fresh;
            failed = null;
            until = Deadline.after(FRESH);
            return fresh;
        }

        private ClientOffer read(ClientConnection connection, boolean fresh, Deadline deadline) {
            boolean read = false;
            try {
                ClientOffer offer = ClientOffer.read(connection, deadline);
                read = true;
                return offer;
            } finally {
                if (!read && fresh) {
                    connection.close();
                }
            }
        }

        void forget(ClientLink stale) {
            lock.lock();
            try {
                if (stale.equals(link)) {
                    drop();
                }
            } finally {
                lock.unlock();
            }
        }

        private void drop() {
            ClientLink now = link;
            link = null;
            failed = null;
            if (now != null) {
                now.connection().close();
            }
        }

        void close() {
            lock.lock();
            try {
                drop();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void heard(ClientMessage.Notification notification) {
            if (notification.method().endsWith("/list_changed")) {
                changed = true;
            }
        }

        @Override
        public void lost(String why) {
            gone = true;
        }
    }
}
