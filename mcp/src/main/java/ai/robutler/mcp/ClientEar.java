package ai.robutler.mcp;

import ai.robutler.core.CancelledException;
import ai.robutler.core.Deadline;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;

/**
 * Keeps the stream open on which a server tells of changes, where the transport has one apart from
 * the answers.
 */
final class ClientEar implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClientEar.class);
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(60);

    private final String name;
    private final ClientConnection connection;
    private final ClientSignals signals;
    private final Thread thread;

    private ClientEar(String name, ClientConnection connection, ClientSignals signals) {
        this.name = name;
        this.connection = connection;
        this.signals = signals;
        this.thread = Thread.ofVirtual().name("mcp-" + name + "-ear").unstarted(this::listen);
    }

    static ClientEar of(String name, ClientConnection connection, ClientSignals signals) {
        var ear = new ClientEar(name, connection, signals);
        boolean apart = connection.isModern() || connection.transport() instanceof ClientHttp;
        if (apart && connection.tellsChanges()) {
            ear.thread.start();
        }
        return ear;
    }

    private void listen() {
        Duration pause = SHORTEST;
        try {
            while (true) {
                try {
                    if (!connection.listen(Deadline.after(DAY))) {
                        return;
                    }
                    pause = SHORTEST;
                } catch (ClientException.SessionGone e) {
                    signals.lost(e.words());
                    return;
                } catch (ClientException.TimedOut e) {
                    LOG.debug(
                            "MCP server {}: the stream of changes is as old as it may be", name, e);
                } catch (ClientException e) {
                    LOG.debug("MCP server {}: the stream of changes broke", name, e);
                    signals.doubt();
                }
                Thread.sleep(pause);
                // What was told meanwhile was not heard.
                signals.changed();
                Duration longer = pause.multipliedBy(2);
                pause = longer.compareTo(LONGEST) < 0 ? longer : LONGEST;
            }
        } catch (InterruptedException | CancelledException _) {
            LOG.debug("MCP server {}: nobody listens any more", name);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
