package ai.robutler.mcp;

import ai.robutler.core.CancelledException;
import ai.robutler.core.Deadline;
import ai.robutler.core.Json;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * A connection to a server that has agreed on a revision. Thread-safe.
 *
 * <p>Source of the messages: the Model Context Protocol, revisions 2024-11-05 to 2026-07-28.
 */
final class ClientConnection implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClientConnection.class);
    private static final Duration ASIDE = Duration.ofSeconds(2);
    private static final int MOST_RETRIES = 5;
    static final String META = "io.modelcontextprotocol/";

    /** What a server can be asked for by a name that HTTP says in a header. */
    private static final Map<String, String> NAMED =
            Map.of("tools/call", "name", "prompts/get", "name", "resources/read", "uri");

    private final String name;
    private final ClientTransport transport;
    private final Revision revision;
    private final JsonNode capabilities;
    private final AtomicLong ids;
    private final Consumer<ClientMessage.Notification> unasked;

    /**
     * @param capabilities as the server told them
     * @param ids the numbers of requests; those before were the handshake's
     * @param unasked hears what is about no request's progress; must not wait
     */
    ClientConnection(
            String name,
            ClientTransport transport,
            Revision revision,
            JsonNode capabilities,
            AtomicLong ids,
            Consumer<ClientMessage.Notification> unasked) {
        this.name = name;
        this.transport = transport;
        this.revision = revision;
        this.capabilities = capabilities;
        this.ids = ids;
        this.unasked = unasked;
    }

    /** Who we are. */
    static ObjectNode self() {
        return Json.object().put("name", "robutler").put("version", version());
    }

    private static String version() {
        String version = ClientConnection.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }

    /** What each request says of itself where there is no handshake. */
    static ObjectNode withMeta(ObjectNode params, Revision revision) {
        ObjectNode meta =
                params.path("_meta") instanceof ObjectNode given
                        ? Json.shallowCopy(given)
                        : Json.object();
        meta.put(META + "protocolVersion", revision.date());
        meta.set(META + "clientInfo", self());
        meta.set(META + "clientCapabilities", Json.object());
        ObjectNode with = Json.shallowCopy(params);
        with.set("_meta", meta);
        return with;
    }

    /** What HTTP says of a request beside its body. */
    static Map<String, String> headers(String method, ObjectNode params, Revision revision) {
        var headers = new TreeMap<String, String>();
        headers.put("MCP-Protocol-Version", revision.date());
        headers.put("Mcp-Method", method);
        String field = NAMED.get(method);
        if (field != null) {
            headers.put("Mcp-Name", ClientParamHeaders.encoded(params.path(field).asString("")));
        }
        return headers;
    }

    Revision revision() {
        return revision;
    }

    ClientTransport transport() {
        return transport;
    }

    /** Whether the server has tools, resources or prompts. */
    boolean has(String capability) {
        return capabilities.path(capability).isObject();
    }

    /** Whether the server tells when one of its lists has changed. */
    boolean tellsChanges() {
        return List.of("tools", "resources", "prompts").stream()
                .anyMatch(each -> capabilities.path(each).path("listChanged").asBoolean(false));
    }

    boolean isModern() {
        return revision.isAtLeast(Revision.V2026_07_28);
    }

    /** Asks for something that needs no more than this. */
    ObjectNode ask(String method, ObjectNode params, Deadline deadline) {
        return ask(method, params, Map.of(), deadline, _ -> {});
    }

    /**
     * Asks, and cancels the request if its time is up or the thread is interrupted.
     *
     * @param more headers of this request where HTTP carries it
     * @param progress hears how far it is; must not wait
     * @throws ClientException if there is no result
     * @throws CancelledException if the thread is interrupted
     */
    ObjectNode ask(
            String method,
            ObjectNode params,
            Map<String, String> more,
            Deadline deadline,
            Consumer<ClientMessage.Notification> progress) {
        ObjectNode sent = params;
        for (int i = 0; i < MOST_RETRIES; i++) {
            ObjectNode result = askOnce(method, sent, more, deadline, progress);
            String type = result.path("resultType").asString("complete");
            if (type.equals("complete")) {
                return result;
            }
            String state = result.path("requestState").asString("");
            if (!type.equals("input_required")
                    || state.isEmpty()
                    || !result.path("inputRequests").isEmpty()) {
                throw new ClientException.Malformed(
                        type.equals("input_required")
                                ? "the server wants to be told more, which nobody here can do"
                                : "the server gave a result of an unknown kind");
            }
            // The server asks for nothing but to be asked again.
            sent = Json.shallowCopy(params).put("requestState", state);
        }
        throw new ClientException.Malformed("the server asked too often to be asked again");
    }

    private ObjectNode askOnce(
            String method,
            ObjectNode params,
            Map<String, String> more,
            Deadline deadline,
            Consumer<ClientMessage.Notification> progress) {
        long id = ids.incrementAndGet();
        ObjectNode said = params;
        if (params.path("_meta").path("progressToken").isNumber()) {
            said = withToken(params, id);
        }
        Map<String, String> headers = Map.of();
        if (isModern()) {
            said = withMeta(said, revision);
            var all = new TreeMap<>(more);
            all.putAll(headers(method, params, revision));
            headers = all;
        }
        var request = new ClientRequest(id, method, said, headers, told -> heard(told, progress));
        try {
            return result(transport.ask(request, deadline));
        } catch (ClientException.TimedOut | CancelledException e) {
            cancel(id, e instanceof CancelledException ? "nobody waits any more" : "too late");
            throw e;
        }
    }

    private static ObjectNode withToken(ObjectNode params, long id) {
        ObjectNode with = Json.shallowCopy(params);
        with.set(
                "_meta",
                Json.shallowCopy((ObjectNode) params.path("_meta")).put("progressToken", id));
        return with;
    }

    private void heard(
            ClientMessage.Notification told, Consumer<ClientMessage.Notification> progress) {
        if (told.method().equals("notifications/progress")) {
            progress.accept(told);
        } else {
            unasked.accept(told);
        }
    }

    static ObjectNode result(ClientMessage.Answer answer) {
        return switch (answer) {
            case ClientMessage.Result result -> result.result();
            case ClientMessage.Failure failure -> throw new ClientException.Failed(failure);
        };
    }

    /** The server may stop working on it. Nobody waits for this. */
    private void cancel(long id, String reason) {
        if (isModern() && transport instanceof ClientHttp) {
            return; // The end of the request's own stream says it.
        }
        var params = Json.object().put("requestId", id).put("reason", reason);
        var notification = ClientMessage.notification("notifications/cancelled", params);
        Thread.ofVirtual()
                .name("mcp-" + name + "-cancel")
                .start(
                        () -> {
                            try {
                                transport.tell(notification, Deadline.after(ASIDE));
                            } catch (ClientException | CancelledException e) {
                                LOG.debug("MCP server {} did not hear of a cancel", name, e);
                            }
                        });
    }

    /**
     * Whether the server still answers.
     *
     * @throws ClientException if it does not
     */
    void ping(Deadline deadline) {
        try {
            ObjectNode _ = ask(isModern() ? "server/discover" : "ping", Json.object(), deadline);
        } catch (ClientException.Failed e) {
            LOG.debug("MCP server {} answers a ping with an error: it is there", name, e);
        }
    }

    /**
     * Hears of changes until the server ends the stream or the thread is interrupted.
     *
     * @return whether it is worth to listen again
     * @throws ClientException if it broke
     */
    boolean listen(Deadline deadline) {
        if (isModern()) {
            var wanted =
                    Json.object()
                            .put("toolsListChanged", true)
                            .put("promptsListChanged", true)
                            .put("resourcesListChanged", true);
            ObjectNode params = Json.object();
            params.set("notifications", wanted);
            try {
                ObjectNode _ = ask("subscriptions/listen", params, deadline);
                return true;
            } catch (ClientException.Failed e) {
                LOG.debug("MCP server {} does not tell changes", name, e);
                return false;
            }
        }
        return transport instanceof ClientHttp http && http.listen(unasked, deadline);
    }

    @Override
    public void close() {
        transport.close();
    }
}
