package ai.robutler.store;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A way to a server on this machine that can be broken: stalled, cut, refused. */
public final class TcpProxy implements AutoCloseable {
    private static final int BYTES = 16 << 10;

    private final int target;
    private final int port;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean stalled;
    private boolean closed;
    private ServerSocket listening;

    private TcpProxy(int target) throws IOException {
        this.target = target;
        listening = new ServerSocket();
        listening.setReuseAddress(true);
        listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        port = listening.getLocalPort();
        listen(listening);
    }

    /** A way to a port on the loopback address. */
    public static TcpProxy to(int port) throws IOException {
        return new TcpProxy(port);
    }

    public int port() {
        return port;
    }

    /** From now on no byte passes, in either direction; connections stay. */
    public void stall() {
        set(true);
    }

    /** Lets pass what was stalled. */
    public void flow() {
        set(false);
    }

    /** Closes all connections; new ones are welcome. */
    public void cut() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    /** Closes all connections, and refuses new ones. */
    public void refuse() throws IOException {
        listening.close();
        cut();
    }

    /** Ends {@link #refuse}. */
    public void accept() throws IOException {
        listening = new ServerSocket();
        listening.setReuseAddress(true);
        listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        listen(listening);
    }

    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        refuse();
    }

    private void set(boolean now) {
        lock.lock();
        try {
            stalled = now;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void listen(ServerSocket server) {
        Thread.ofPlatform()
                .daemon()
                .name("tcp-proxy-" + port)
                .start(
                        () -> {
                            try {
                                while (true) {
                                    connect(server.accept());
                                }
                            } catch (IOException e) {
                                // Closed: nobody is let in any more.
                            }
                        });
    }

    private void connect(Socket client) throws IOException {
        sockets.add(client);
        var server = new Socket(InetAddress.getLoopbackAddress(), target);
        sockets.add(server);
        pump(client, server);
        pump(server, client);
    }

    private void pump(Socket from, Socket to) {
        Thread.ofPlatform()
                .daemon()
                .name("tcp-proxy-pump-" + port)
                .start(
                        () -> {
                            try (from;
                                    to) {
                                var buffer = new byte[BYTES];
                                int read = from.getInputStream().read(buffer);
                                while (read >= 0 && passes()) {
                                    to.getOutputStream().write(buffer, 0, read);
                                    read = from.getInputStream().read(buffer);
                                }
                            } catch (IOException e) {
                                // Cut, from whichever side: both ends are closed now.
                            } finally {
                                sockets.remove(from);
                                sockets.remove(to);
                            }
                        });
    }

    /** Waits for the end of a stall. False if the proxy is closed. */
    private boolean passes() {
        lock.lock();
        try {
            while (stalled && !closed) {
                changed.awaitUninterruptibly();
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }
}
