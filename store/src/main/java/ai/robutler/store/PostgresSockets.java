package ai.robutler.store;

import org.jspecify.annotations.Nullable;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;

import javax.net.SocketFactory;

/**
 * The sockets of PostgreSQL's driver, which makes this by its name. They know when a statement with
 * a {@link Handover} has gone out: it was among the bytes, they end with a Sync, and were flushed.
 * Where another stream is in between, such as one that encrypts, nothing is recognized, and nobody
 * is told.
 *
 * <p>Source of the wire format: PostgreSQL's documentation, "Message Formats" (Sync is {@code S}
 * and the length 4), "Extended Query" (the server commits when it has got it).
 */
public final class PostgresSockets extends SocketFactory {
    private static final byte[] SYNC = {'S', 0, 0, 0, 4};

    /** For the driver. */
    public PostgresSockets() {}

    @Override
    public Socket createSocket() {
        return new Watched();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        throw unusual();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
            throws IOException {
        throw unusual();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        throw unusual();
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress local, int localPort)
            throws IOException {
        throw unusual();
    }

    private static IOException unusual() {
        return new IOException("only sockets that are connected later are made here");
    }

    private static final class Watched extends Socket {
        @Override
        public OutputStream getOutputStream() throws IOException {
            return new Outgoing(super.getOutputStream());
        }
    }

    /** Used by one thread at a time, as the driver does. */
    private static final class Outgoing extends FilterOutputStream {
        private @Nullable Handover seen;
        private boolean synced;

        Outgoing(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
            synced = false;
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            out.write(bytes, from, length);
            Handover handover = Handover.current();
            if (handover != null) {
                int to = from + length;
                if (handover.isIn(bytes, from, to)) {
                    seen = handover;
                }
                synced = endsWithSync(bytes, from, to);
            }
        }

        private static boolean endsWithSync(byte[] bytes, int from, int to) {
            int at = to - SYNC.length;
            if (at < from) {
                return false;
            }
            for (byte each : SYNC) {
                if (bytes[at++] != each) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public void flush() throws IOException {
            out.flush();
            Handover handover = seen;
            if (handover != null && synced) {
                seen = null;
                if (handover.equals(Handover.current())) {
                    handover.tell();
                }
            }
        }
    }
}
