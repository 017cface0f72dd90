package ai.robutler.outbound;

import ai.robutler.core.CancelledException;
import ai.robutler.core.Deadline;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks a {@link Resolver} within a time. The JVM's cannot be interrupted and holds its carrier, so
 * it has platform threads of its own; names that are slow to find use up these, and nothing else.
 */
final class Lookup implements AutoCloseable {
    private static final long IDLE_SECONDS = 10;

    private final Resolver resolver;
    private final ThreadPoolExecutor threads;

    Lookup(Resolver resolver, int concurrency) {
        this.resolver = resolver;
        this.threads =
                new ThreadPoolExecutor(
                        0,
                        concurrency,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new SynchronousQueue<>(),
                        Thread.ofPlatform().daemon().name("outbound-lookup-", 0).factory());
    }

    /**
     * @throws UnknownHostException if the host has no address
     */
    List<InetAddress> addresses(Target target, Deadline deadline) throws UnknownHostException {
        Future<List<InetAddress>> lookup = submit(target);
        try {
            return lookup.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownHostException unknown) {
                throw unknown;
            }
            throw new OutboundException.Unreachable(target.origin() + " was not found", e);
        } catch (TimeoutException e) {
            throw new OutboundException.TimedOut(target.origin() + " was not found in time", false);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException("interrupted while looking for " + target.origin());
        } finally {
            lookup.cancel(true);
        }
    }

    private Future<List<InetAddress>> submit(Target target) {
        try {
            return threads.submit(() -> List.copyOf(resolver.addresses(target.host())));
        } catch (RejectedExecutionException e) {
            throw new OutboundException.Busy("too many host names are being looked up");
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
