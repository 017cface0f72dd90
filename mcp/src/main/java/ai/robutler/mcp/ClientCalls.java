package ai.robutler.mcp;

import ai.robutler.core.CancelledException;
import ai.robutler.core.Deadline;
import ai.robutler.core.Json;
import ai.robutler.core.RunContext;
import ai.robutler.core.ToolResult;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Calls of a run to a server: each in its turn, within its time, and told as it goes on. */
final class ClientCalls {
    private static final Logger LOG = LoggerFactory.getLogger(ClientCalls.class);
    private static final long BETWEEN_NANOS = Duration.ofMillis(200).toNanos();
    private static final int LONGEST_PROGRESS = 200;

    private final ClientServer server;

    ClientCalls(ClientServer server) {
        this.server = server;
    }

    /** Makes the text of a result. */
    @FunctionalInterface
    interface Reading {
        ToolResult read(ObjectNode result, int limit);
    }

    /**
     * Calls a tool. Whatever the server does wrong is a result that says so.
     *
     * @throws CancelledException if the thread is interrupted
     */
    ToolResult tool(ClientTool tool, ObjectNode arguments, RunContext context) {
        var params = Json.object().put("name", tool.name());
        params.set("arguments", arguments);
        params.set("_meta", Json.object().put("progressToken", 0));
        Map<String, String> headers;
        try {
            headers = tool.headers().of(tool.name(), arguments);
        } catch (IllegalArgumentException e) {
            return ToolResult.error(String.valueOf(e.getMessage()));
        }
        return ask("tools/call", params, headers, tool.name(), context, ClientResult::ofTool);
    }

    /** Asks for something else. */
    ToolResult ask(String method, ObjectNode params, RunContext context, Reading reading) {
        return ask(method, params, Map.of(), method, context, reading);
    }

    private ToolResult ask(
            String method,
            ObjectNode params,
            Map<String, String> headers,
            String what,
            RunContext context,
            Reading reading) {
        Deadline deadline = Deadline.after(server.settings().timeout()).or(context.deadline());
        try {
            ObjectNode result =
                    inTurn(
                            deadline,
                            () -> {
                                ClientLink link = server.link(context, deadline);
                                try {
                                    return sent(
                                            link, method, params, headers, what, context, deadline);
                                } catch (ClientException.SessionGone _) {
                                    // Nothing was done: it is safe to ask again.
                                    return sent(
                                            server.renewed(context, link, deadline),
                                            method,
                                            params,
                                            headers,
                                            what,
                                            context,
                                            deadline);
                                }
                            });
            return reading.read(result, server.settings().outputLimit());
        } catch (ClientException e) {
            LOG.info("MCP server {}: {} failed: {}", name(), what, e.words());
            return ToolResult.error(e.words());
        }
    }

    private String name() {
        return server.settings().name();
    }

    private interface Turn {
        ObjectNode run();
    }

    private ObjectNode inTurn(Deadline deadline, Turn turn) {
        try {
            if (!server.slots().tryAcquire(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
                throw new ClientException.TimedOut("the server has too much to do; try later");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new CancelledException("interrupted while waiting for an MCP server");
        }
        try {
            return turn.run();
        } finally {
            server.slots().release();
        }
    }

    private ObjectNode sent(
            ClientLink link,
            String method,
            ObjectNode params,
            Map<String, String> headers,
            String what,
            RunContext context,
            Deadline deadline) {
        try {
            return link.connection()
                    .ask(method, params, headers, deadline, progress(what, context));
        } catch (ClientException.TimedOut | ClientException.Lost e) {
            server.doubted(link);
            throw e;
        }
    }

    private Consumer<ClientMessage.Notification> progress(String what, RunContext context) {
        var last = new AtomicLong(System.nanoTime() - BETWEEN_NANOS);
        return told -> {
            long now = System.nanoTime();
            long before = last.get();
            if (now - before >= BETWEEN_NANOS && last.compareAndSet(before, now)) {
                context.progress(ClientNames.of(name(), what) + words(told.params()));
            }
        };
    }

    private static String words(JsonNode params) {
        String at = params.path("progress").asString("");
        String total = params.path("total").asString("");
        String message = ClientException.bounded(params.path("message").asString(""));
        String words =
                (at.isEmpty() ? "" : " " + at + (total.isEmpty() ? "" : "/" + total))
                        + (message.isEmpty() ? "" : " " + message);
        return words.length() <= LONGEST_PROGRESS ? words : words.substring(0, LONGEST_PROGRESS);
    }
}
