package ai.robutler.mcp;

import ai.robutler.core.CancelledException;
import ai.robutler.core.Deadline;
import ai.robutler.core.Json;
import ai.robutler.core.JsonSyntaxException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A process spoken to over its standard streams, one message a line. Three threads of its own read
 * its output and its errors and write its input: a process that reads or writes nothing holds up no
 * one else.
 */
final class StdioTransport implements ClientTransport {
    private static final Logger LOG = LoggerFactory.getLogger(StdioTransport.class);
    private static final int MOST_WAITING = 256;
    private static final int LONGEST_MESSAGE = 16 << 20;
    private static final int LONGEST_WORDS = 500;
    private static final int SECRET = 6;
    private static final Pattern ID = Pattern.compile("\"id\"\\s*:\\s*\"?(\\d{1,18})\\b");

    private final String name;
    private final Listener listener;
    private final StdioProcess process;
    private final ClientPending pending = new ClientPending();
    private final BlockingQueue<byte[]> outgoing = new ArrayBlockingQueue<>(MOST_WAITING);
    private final AtomicBoolean over = new AtomicBoolean();
    private final Thread writer;
    private final List<String> secrets;
    private volatile String lastWords = "";

    private StdioTransport(
            String name, StdioProcess process, List<String> secrets, Listener listener) {
        this.name = name;
        this.process = process;
        this.listener = listener;
        this.secrets = secrets;
        this.writer =
                Thread.ofPlatform().daemon().name("mcp-" + name + "-in").unstarted(this::write);
    }

    /**
     * @param name of the server, for logs and threads
     * @throws ClientException.Lost if the process cannot be started
     */
    static StdioTransport start(String name, ClientEndpoint.Command command, Listener listener) {
        List<String> secrets =
                command.env().values().stream().filter(value -> value.length() >= SECRET).toList();
        var transport = new StdioTransport(name, StdioProcess.start(command), secrets, listener);
        transport.writer.start();
        Thread.ofPlatform().daemon().name("mcp-" + name + "-out").start(transport::read);
        Thread.ofPlatform().daemon().name("mcp-" + name + "-err").start(transport::listen);
        return transport;
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void speak(Revision revision) {
        // Every message says it itself, or the handshake did.
    }

    @Override
    public ClientMessage.Answer ask(ClientRequest request, Deadline deadline) {
        return pending.ask(request, deadline, () -> send(request.json(), deadline));
    }

    @Override
    public void tell(ObjectNode notification, Deadline deadline) {
        send(notification, deadline);
    }

    private void send(ObjectNode message, Deadline deadline) {
        try {
            if (!outgoing.offer(
                    line(message), deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
                throw new ClientException.TimedOut("the server does not read what it is sent");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new CancelledException("interrupted while sending to an MCP server");
        }
    }

    private static byte[] line(ObjectNode message) {
        byte[] json = Json.writeBytes(message);
        byte[] line = java.util.Arrays.copyOf(json, json.length + 1);
        line[json.length] = '\n';
        return line;
    }

    private void write() {
        try {
            var input = process.input();
            while (!over.get()) {
                byte[] line = outgoing.poll(1, TimeUnit.SECONDS);
                if (line != null) {
                    input.write(line);
                    input.flush();
                }
            }
        } catch (IOException e) {
            LOG.debug("{}: its input is closed", name, e);
        } catch (InterruptedException _) {
            LOG.debug("{}: nothing more is written", name);
        }
    }

    private void read() {
        String why;
        try {
            why = readAll();
        } catch (IOException e) {
            LOG.debug("{}: its output broke off", name, e);
            why = process.ended();
        }
        end(why, true);
    }

    private String readAll() throws IOException {
        var lines = new StdioLines(process.output(), LONGEST_MESSAGE);
        var flood = new ClientFlood();
        var garbage = new ClientGarbage(name);
        for (var line = lines.next(); line.isPresent(); line = lines.next()) {
            if (!accept(line.get(), garbage) && flood.isFlooded(line.get().length())) {
                return "the server floods us with messages that nobody asked for";
            }
        }
        String ended = process.ended();
        return lastWords.isEmpty() ? ended : ended + ": " + lastWords;
    }

    /** Whether it answered a request. */
    private boolean accept(StdioLines.Line line, ClientGarbage garbage) {
        if (!line.whole()) {
            tooLong(line);
            return false;
        }
        ClientMessage message;
        try {
            message = ClientMessage.of(Json.parseObject(line.text()));
        } catch (JsonSyntaxException | ClientException.Malformed e) {
            garbage.came(line.text());
            return false;
        }
        return switch (message) {
            case ClientMessage.Answer answer -> pending.answered(answer);
            case ClientMessage.Call call -> {
                // Never waits: a server that floods us with requests gets fewer answers.
                boolean _ = outgoing.offer(line(call.reply()));
                yield false;
            }
            case ClientMessage.Notification told -> {
                pending.about(told)
                        .ifPresentOrElse(
                                request -> request.heard().accept(told),
                                () -> listener.heard(told));
                yield false;
            }
        };
    }

    private void tooLong(StdioLines.Line line) {
        var why =
                new ClientException.Malformed(
                        "the server sent a message of "
                                + line.length()
                                + " bytes, which is too long");
        LOG.warn("MCP server {}: {}", name, why.words());
        Matcher id = ID.matcher(line.text());
        boolean found = false;
        while (!found && id.find()) {
            found = pending.fail(Long.parseLong(id.group(1)), why);
        }
        if (!found) {
            pending.failAll(why);
        }
    }

    private void listen() {
        try {
            var lines = new StdioLines(process.errors(), LONGEST_WORDS);
            for (var line = lines.next(); line.isPresent(); line = lines.next()) {
                if (!line.get().text().isBlank()) {
                    lastWords = ClientException.bounded(masked(line.get().text()));
                    LOG.debug("{} says: {}", name, lastWords);
                }
            }
        } catch (IOException e) {
            LOG.debug("{}: its errors broke off", name, e);
        }
    }

    /** What the configuration gave it as environment may be secret: it is not told again. */
    private String masked(String text) {
        String masked = text;
        for (String secret : secrets) {
            masked = masked.replace(secret, "…");
        }
        return masked;
    }

    private void end(String why, boolean told) {
        if (over.compareAndSet(false, true)) {
            pending.end(why);
            writer.interrupt();
            process.end();
            if (told) {
                listener.lost(why);
            }
        }
    }

    @Override
    public void close() {
        end("the connection was closed", false);
    }
}
