package ai.robutler.mcp;

import ai.robutler.core.Deadline;
import ai.robutler.core.Json;
import ai.robutler.core.JsonSyntaxException;
import ai.robutler.outbound.OutboundException;
import ai.robutler.outbound.OutboundStream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tools.jackson.databind.node.ObjectNode;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Streamable HTTP: each message is a request of its own, answered with JSON or with a stream of
 * events. Up to revision 2025-11-25 the server may keep a session, and take broken streams up
 * again.
 */
final class ClientHttp implements ClientTransport {
    private static final Logger LOG = LoggerFactory.getLogger(ClientHttp.class);
    private static final int LONGEST_MESSAGE = 16 << 20;
    private static final int LONGEST_ERROR = 64 << 10;
    private static final int MOST_RESUMPTIONS = 5;
    private static final int LONGEST_PAUSE_MILLIS = 5_000;
    private static final Duration ASIDE = Duration.ofSeconds(2);
    private static final String BOTH = "application/json, text/event-stream";
    private static final String EVENTS = "text/event-stream";

    private final String name;
    private final ClientWeb web;
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile String session = "";
    private volatile String revision = "";

    /**
     * @param name of the server, for logs and threads
     */
    ClientHttp(String name, ClientWeb web) {
        this.name = name;
        this.web = web;
    }

    @Override
    public void speak(Revision spoken) {
        revision = spoken.date();
    }

    @Override
    public ClientMessage.Answer ask(ClientRequest request, Deadline deadline) {
        String mine = session;
        try (OutboundStream reply = post(request.json(), request.headers(), mine, deadline)) {
            requireSession(reply, mine);
            if (reply.status() < 200 || reply.status() > 299) {
                return told(reply);
            }
            if (request.method().equals("initialize")) {
                session = sessionOf(reply);
            }
            return type(reply).equals(EVENTS)
                    ? fromEvents(reply, request, mine, deadline)
                    : fromJson(reply);
        } catch (OutboundException e) {
            throw ClientWeb.failed(e);
        }
    }

    private OutboundStream post(
            ObjectNode message, Map<String, String> more, String mine, Deadline deadline) {
        var headers = new TreeMap<>(more);
        headers.put("Content-Type", "application/json");
        headers.put("Accept", BOTH);
        return web.open(
                "POST",
                web.endpoint().url(),
                Json.writeBytes(message),
                with(headers, mine),
                deadline);
    }

    private Map<String, String> with(Map<String, String> headers, String mine) {
        var all = new TreeMap<>(headers);
        String spoken = revision;
        if (!spoken.isEmpty()) {
            all.putIfAbsent("MCP-Protocol-Version", spoken);
        }
        if (!mine.isEmpty()) {
            all.put("Mcp-Session-Id", mine);
        }
        return all;
    }

    private static String type(OutboundStream reply) {
        return reply.header("content-type")
                .orElse("")
                .replaceAll(";.*", "")
                .strip()
                .toLowerCase(Locale.ROOT);
    }

    private static String sessionOf(OutboundStream reply) {
        String given = reply.header("mcp-session-id").orElse("");
        if (!given.matches("[!-~]{0,512}")) {
            throw new ClientException.Malformed("the server gave an id of a session that is none");
        }
        return given;
    }

    private static void requireSession(OutboundStream reply, String mine) {
        if (reply.status() == 404 && !mine.isEmpty()) {
            throw new ClientException.SessionGone();
        }
    }

    /** An error that came with a status of HTTP. */
    private static ClientMessage.Answer told(OutboundStream reply) {
        int status = reply.status();
        if (status >= 500) {
            throw new ClientException.Lost("the server answered with status " + status);
        }
        try {
            byte[] body = reply.readAll(LONGEST_ERROR);
            if (ClientMessage.of(Json.parseObject(body)) instanceof ClientMessage.Failure failure) {
                return failure;
            }
        } catch (JsonSyntaxException | OutboundException | ClientException.Malformed e) {
            LOG.debug("status {} came without an error of the protocol", status, e);
        }
        throw new ClientException.Unsupported(status);
    }

    private static ClientMessage.Answer fromJson(OutboundStream reply) {
        return parse(new String(reply.readAll(LONGEST_MESSAGE), StandardCharsets.UTF_8))
                        instanceof ClientMessage.Answer answer
                ? answer
                : malformed();
    }

    private static ClientMessage.Answer malformed() {
        throw new ClientException.Malformed(
                "the server answered with something else than a result");
    }

    private static ClientMessage parse(String text) {
        try {
            return ClientMessage.of(Json.parseObject(text));
        } catch (JsonSyntaxException _) {
            throw new ClientException.Malformed("the server's answer is no JSON");
        }
    }

    private ClientMessage.Answer fromEvents(
            OutboundStream reply, ClientRequest request, String mine, Deadline deadline) {
        var events = new ClientEvents(reply, LONGEST_MESSAGE);
        Optional<ClientMessage.Answer> answer = read(events, request);
        String at = events.lastId();
        int pause = events.retryMillis();
        for (int i = 0; answer.isEmpty() && !at.isEmpty() && i < MOST_RESUMPTIONS; i++) {
            pause(Math.min(pause, LONGEST_PAUSE_MILLIS));
            try (OutboundStream more = resume(mine, at, deadline)) {
                var rest = new ClientEvents(more, LONGEST_MESSAGE);
                answer = read(rest, request);
                at = rest.lastId().isEmpty() ? at : rest.lastId();
                pause = rest.retryMillis();
            }
        }
        return answer.orElseThrow(
                () -> new ClientException.Lost("the server broke off before it answered"));
    }

    private OutboundStream resume(String mine, String at, Deadline deadline) {
        OutboundStream more =
                web.open(
                        "GET",
                        web.endpoint().url(),
                        new byte[0],
                        with(Map.of("Accept", EVENTS, "Last-Event-ID", at), mine),
                        deadline);
        if (more.status() != 200) {
            int status = more.status();
            more.close();
            throw new ClientException.Lost(
                    "the server broke off before it answered, and then answered with status "
                            + status);
        }
        return more;
    }

    private static void pause(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new ai.robutler.core.CancelledException("interrupted while waiting for a server");
        }
    }

    private Optional<ClientMessage.Answer> read(ClientEvents events, ClientRequest request) {
        var flood = new ClientFlood();
        for (var event = events.next(); event.isPresent(); event = events.next()) {
            String data = event.get().data();
            if (data.isBlank()) {
                continue;
            }
            if (flood.isFlooded(data.length())) {
                throw new ClientException.Malformed("the server floods us with messages");
            }
            switch (parse(data)) {
                case ClientMessage.Answer answer -> {
                    if (answer.id().asString("").equals(Long.toString(request.id()))) {
                        return Optional.of(answer);
                    }
                }
                case ClientMessage.Call call -> answer(call);
                case ClientMessage.Notification told -> request.heard().accept(told);
            }
        }
        return Optional.empty();
    }

    private void answer(ClientMessage.Call call) {
        try {
            tell(call.reply(), Deadline.after(ASIDE));
        } catch (ClientException e) {
            LOG.debug("MCP server {} did not take the answer to its {}", name, call.method(), e);
        }
    }

    @Override
    public void tell(ObjectNode message, Deadline deadline) {
        String mine = session;
        try (OutboundStream reply = post(message, Map.of(), mine, deadline)) {
            requireSession(reply, mine);
            if (reply.status() < 200 || reply.status() > 299) {
                throw new ClientException.Unsupported(reply.status());
            }
        } catch (OutboundException e) {
            throw ClientWeb.failed(e);
        }
    }

    /**
     * Hears what the server tells unasked, until it ends the stream or the thread is interrupted.
     *
     * @return whether the server offers such a stream
     * @throws ClientException if it broke
     */
    boolean listen(Consumer<ClientMessage.Notification> heard, Deadline deadline) {
        String mine = session;
        try (OutboundStream stream =
                web.open(
                        "GET",
                        web.endpoint().url(),
                        new byte[0],
                        with(Map.of("Accept", EVENTS), mine),
                        deadline)) {
            requireSession(stream, mine);
            if (stream.status() != 200 || !type(stream).equals(EVENTS)) {
                return false;
            }
            var none = new ClientRequest(-1, "", Json.object(), Map.of(), heard);
            Optional<ClientMessage.Answer> _ =
                    read(new ClientEvents(stream, LONGEST_MESSAGE), none);
            return true;
        } catch (OutboundException e) {
            throw ClientWeb.failed(e);
        }
    }

    /** The server is told that its session is over, without waiting for it. */
    @Override
    public void close() {
        String mine = session;
        if (!over.compareAndSet(false, true) || mine.isEmpty()) {
            return;
        }
        Thread.ofVirtual().name("mcp-" + name + "-bye").start(() -> bye(mine));
    }

    private void bye(String mine) {
        try {
            web.open(
                            "DELETE",
                            web.endpoint().url(),
                            new byte[0],
                            with(Map.of(), mine),
                            Deadline.after(ASIDE))
                    .close();
        } catch (ClientException | OutboundException | ai.robutler.core.CancelledException e) {
            LOG.debug("MCP server {} did not hear that its session is over", name, e);
        }
    }
}
