package ai.robutler.outbound;

import ai.robutler.core.CancelledException;
import ai.robutler.core.Deadline;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Calls addresses that came from outside, in blocking style for virtual threads. A host is looked
 * up once; all of its addresses must pass the {@link AddressPolicy}; the connection goes to one of
 * them, under the name that stands in the URL (Host, SNI, certificate). Redirects are not followed
 * unless asked for, then each hop is checked alike. Proxies of the environment are not used.
 *
 * <p>An interrupt of the calling thread cuts the connection at once and shows as {@link
 * CancelledException}. Thread-safe. Nothing is started before the first call; the threads are
 * daemons. One client serves the whole program.
 */
public final class OutboundClient implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OutboundClient.class);
    private static final int MOST_ADDRESSES = 4;

    private final AddressPolicy policy;
    private final int concurrency;
    private final Semaphore free;
    private final Lookup lookup;
    private final @Nullable KeyStore trust;
    private final ReentrantLock opening = new ReentrantLock();
    private volatile @Nullable Edge edge;
    private final Set<Exchange> underWay = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private OutboundClient(OutboundSettings settings, Resolver resolver, @Nullable KeyStore trust) {
        this.policy = settings.policy();
        this.concurrency = settings.concurrency();
        this.free = new Semaphore(concurrency, true);
        this.lookup = new Lookup(resolver, concurrency);
        this.trust = trust;
    }

    public static OutboundClient open(OutboundSettings settings) {
        return open(settings, Resolver.system());
    }

    public static OutboundClient open(OutboundSettings settings, Resolver resolver) {
        return new OutboundClient(settings, resolver, null);
    }

    /** With certificates of these trusted instead of those that the JVM trusts. */
    static OutboundClient trusting(KeyStore trust, OutboundSettings settings, Resolver resolver) {
        return new OutboundClient(settings, resolver, trust);
    }

    /** By which the calls are judged; to check early what will be called later. */
    public AddressPolicy policy() {
        return policy;
    }

    /** As {@link #call(OutboundRequest, Deadline)}, bounded by the request's own time-outs. */
    public OutboundResponse call(OutboundRequest request) {
        return call(request, Deadline.after(request.timeouts().total()));
    }

    /**
     * Sends a request and waits for the whole answer, whatever its status.
     *
     * @throws OutboundException if there is none
     * @throws CancelledException if the thread is interrupted or the client closed
     */
    public OutboundResponse call(OutboundRequest request, Deadline deadline) {
        try (OutboundStream stream = open(request, deadline)) {
            if (!request.method().equals("HEAD")) {
                stream.refuseMoreThan(request.limit());
            }
            byte[] body = stream.readAll(request.limit());
            return new OutboundResponse(stream.status(), stream.url(), stream.headers(), body);
        }
    }

    /** As {@link #open(OutboundRequest, Deadline)}, bounded by the request's own time-outs. */
    public OutboundStream open(OutboundRequest request) {
        return open(request, Deadline.after(request.timeouts().total()));
    }

    /**
     * Sends a request and waits for the head of its answer. The caller closes the stream, and reads
     * as much of it as it likes: the request's limit does not bound it, the deadline does.
     *
     * @throws OutboundException if there is no answer
     * @throws CancelledException if the thread is interrupted or the client closed
     */
    public OutboundStream open(OutboundRequest request, Deadline deadline) {
        return open(request, deadline, policy);
    }

    /**
     * As {@link #open(OutboundRequest, Deadline)}, judged by another policy than the client's own:
     * for addresses that did not come from outside, such as this server's.
     */
    public OutboundStream open(OutboundRequest request, Deadline deadline, AddressPolicy by) {
        if (closed) {
            throw closed();
        }
        Deadline until = deadline.or(Deadline.after(request.timeouts().total()));
        enter(connect(request, until));
        var held = new AtomicBoolean(true);
        Runnable leave =
                () -> {
                    if (held.getAndSet(false)) {
                        free.release();
                    }
                };
        boolean open = false;
        try {
            OutboundStream stream = follow(request, until, leave, by);
            open = true;
            return stream;
        } finally {
            if (!open) {
                leave.run();
            }
        }
    }

    private void enter(Deadline until) {
        try {
            if (!free.tryAcquire(until.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
                throw new OutboundException.Busy(
                        "too many calls to other servers are under way here");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException("interrupted while waiting for a turn to call");
        }
    }

    private OutboundStream follow(
            OutboundRequest first, Deadline until, Runnable leave, AddressPolicy by) {
        OutboundRequest request = first;
        Deadline connect = connect(request, until);
        Verdict.Allowed allowed = judge(request.url(), connect, false, by);
        while (true) {
            Exchange exchange = send(request, allowed, connect, until);
            var answer = new OutboundStream(exchange, allowed.target(), leave);
            boolean wanted = false;
            try {
                checkForm(request, answer, allowed.target());
                String location = answer.header("location").orElse("");
                if (first.redirects() == 0 || !Redirect.is(answer.status()) || location.isEmpty()) {
                    wanted = true;
                    return answer;
                }
                Target from = allowed.target();
                if (request.redirects() == 0) {
                    throw new OutboundException.BadAnswer(
                            from.origin() + " is one redirect too many", null);
                }
                connect = connect(request, until);
                allowed = judge(Redirect.url(from, location), connect, true, by);
                request = Redirect.next(request, answer.status(), from, allowed.target());
            } finally {
                if (!wanted) {
                    exchange.close();
                }
            }
        }
    }

    private static Deadline connect(OutboundRequest request, Deadline until) {
        return Deadline.after(request.timeouts().connect()).or(until);
    }

    /** What was not asked for would be taken for something else: a compressed body for a text. */
    private static void checkForm(OutboundRequest request, OutboundStream answer, Target target) {
        String coding = answer.header("content-encoding").orElse("identity");
        if (answer.status() < 200
                || (!coding.equalsIgnoreCase("identity") && !request.method().equals("HEAD"))) {
            throw new OutboundException.BadAnswer(
                    target.origin() + " answered in a form that was not asked for", null);
        }
    }

    private Verdict.Allowed judge(
            String url, Deadline connect, boolean redirected, AddressPolicy by) {
        Verdict verdict = by.check(url);
        if (verdict instanceof Verdict.Allowed named && named.addresses().isEmpty()) {
            Target target = named.target();
            try {
                verdict = by.pin(target, lookup.addresses(target, connect));
            } catch (UnknownHostException e) {
                throw new OutboundException.Unreachable(target.origin() + " has no address", e);
            }
        }
        return switch (verdict) {
            case Verdict.Allowed allowed -> allowed;
            case Verdict.Refused refused -> {
                LOG.info("a call was refused: {}", refused.detail());
                throw new OutboundException.Refused(refused, redirected);
            }
        };
    }

    /** To the first address that takes a connection. */
    private Exchange send(
            OutboundRequest request, Verdict.Allowed allowed, Deadline connect, Deadline until) {
        Target target = allowed.target();
        List<InetAddress> addresses =
                allowed.addresses()
                        .subList(0, Math.min(MOST_ADDRESSES, allowed.addresses().size()));
        for (int i = 0; ; i++) {
            // Each address gets its share of the time: a dead one must not eat up all of it.
            Duration share = connect.remaining().dividedBy(addresses.size() - i);
            var exchange =
                    new Exchange(target.origin(), request.timeouts(), until, underWay::remove);
            underWay.add(exchange);
            boolean answered = false;
            try {
                edge().start(exchange, target, addresses.get(i), request, Deadline.after(share));
                exchange.awaitHead(Deadline.after(share));
                answered = true;
                return exchange;
            } catch (OutboundException e) {
                if (closed) {
                    throw closed();
                }
                LOG.debug("no answer from {}: {}", addresses.get(i), e.detail());
                if (e.mayHaveArrived() || i == addresses.size() - 1 || connect.hasPassed()) {
                    throw e;
                }
            } finally {
                if (!answered) {
                    exchange.close();
                }
            }
        }
    }

    private Edge edge() {
        Edge open = edge;
        return open == null ? openEdge() : open;
    }

    private Edge openEdge() {
        opening.lock();
        try {
            if (closed) {
                throw closed();
            }
            Edge open = edge;
            if (open == null) {
                open = new Edge(concurrency, trust);
                edge = open;
            }
            return open;
        } finally {
            opening.unlock();
        }
    }

    private static CancelledException closed() {
        return new CancelledException("the client for outgoing calls is closed");
    }

    /** Ends the calls under way. */
    @Override
    public void close() {
        opening.lock();
        try {
            closed = true;
            Edge open = edge;
            edge = null;
            lookup.close();
            // First, so that what they see is this and not a connection that broke.
            underWay.forEach(Exchange::close);
            if (open != null) {
                open.close();
            }
        } finally {
            opening.unlock();
        }
    }
}
