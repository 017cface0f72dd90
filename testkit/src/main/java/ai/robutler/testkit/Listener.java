package ai.robutler.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** Accepts connections, each on a virtual thread of its own, and knows those that are open. */
final class Listener {

    /** A client that does not read is noticed soon, whatever the machine's defaults are. */
    private static final int SEND_BUFFER = 64 * 1024;

    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(5);

    private final ServerSocket server;
    private final Router router;
    private final Consumer<Violation> violations;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Set<Connection> open = new HashSet<>();
    private boolean closed;
    private int accepted;

    Listener(ServerSocket server, Router router, Consumer<Violation> violations) {
        this.server = server;
        this.router = router;
        this.violations = violations;
    }

    void start() {
        Thread.ofVirtual().name("scripted-provider-accept-" + port()).start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    int open() {
        lock.lock();
        try {
            return open.size();
        } finally {
            lock.unlock();
        }
    }

    void await(int count, Duration timeout) {
        lock.lock();
        try {
            if (!Waiting.until(() -> open.size() == count, lock, changed, timeout)) {
                throw new AssertionError(
                        "%d connections are open, not %d, after %s"
                                .formatted(open.size(), count, timeout));
            }
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            server.close();
            open.forEach(Connection::close);
            Waiting.until(open::isEmpty, lock, changed, LONGEST_CLOSE);
        } catch (IOException e) {
            throw new UncheckedIOException("the provider's socket does not close", e);
        } finally {
            lock.unlock();
        }
    }

    private void accept() {
        try {
            while (true) {
                serve(server.accept());
            }
        } catch (IOException e) {
            if (!server.isClosed()) {
                throw new UncheckedIOException("the scripted provider can accept no more", e);
            }
        }
    }

    private void serve(Socket socket) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setSendBufferSize(SEND_BUFFER);
        lock.lock();
        try {
            if (closed) {
                socket.close();
                return;
            }
            Connection connection = new Connection(++accepted, socket, router, violations);
            open.add(connection);
            changed.signalAll();
            Thread.ofVirtual()
                    .name("scripted-provider-" + port() + "-" + accepted)
                    .start(() -> serve(connection));
        } finally {
            lock.unlock();
        }
    }

    private void serve(Connection connection) {
        try {
            connection.run();
        } finally {
            lock.lock();
            try {
                open.remove(connection);
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }
}
