package ai.robutler.server;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Another program listens on the port. The message says which, and what to do. */
public final class PortTakenException extends UncheckedIOException {
    PortTakenException(String host, int port, IOException cause) {
        super("port " + port + " on " + host + " is taken; choose another with --port", cause);
    }
}
