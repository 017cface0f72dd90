package ai.robutler.mcp;

import ai.robutler.core.Json;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.List;
import java.util.Optional;

/**
 * What is known of a client: by its session, or since 2026-07-28 by each of its requests.
 *
 * @param capabilities what it says that it can do
 * @param logLevel the least important messages that it wants; empty: none
 */
record ServedClient(
        Revision revision,
        ObjectNode capabilities,
        Optional<ServedLevel> logLevel,
        Optional<ServedSession> session) {
    static final String META = "io.modelcontextprotocol/";

    /** Those that keep a session, the newest first. */
    static final List<Revision> LEGACY = List.of(Revision.V2025_11_25, Revision.V2025_06_18);

    /** All that are served, the newest first. */
    static final List<Revision> SERVED =
            List.of(Revision.V2026_07_28, Revision.V2025_11_25, Revision.V2025_06_18);

    boolean isModern() {
        return revision == Revision.V2026_07_28;
    }

    boolean can(String capability) {
        return capabilities.path(capability).isObject();
    }

    static ServedClient of(ServedSession session) {
        return new ServedClient(
                session.revision(),
                session.capabilities(),
                // Until the client says otherwise, the protocol leaves it to the server.
                session.logLevel().or(() -> Optional.of(ServedLevel.INFO)),
                Optional.of(session));
    }

    /**
     * The client of a request that says all by itself.
     *
     * @throws ServedError if it says too little, or speaks a revision that is not served
     */
    static ServedClient of(ServedHttp http, ServedMessage.Request request) {
        JsonNode version = request.meta().path(META + "protocolVersion");
        JsonNode capabilities = request.meta().path(META + "clientCapabilities");
        String header =
                http.header(ServedHttp.VERSION)
                        .orElseThrow(() -> mismatch("the header MCP-Protocol-Version is missing"));
        if (!version.isString() || !(capabilities instanceof ObjectNode given)) {
            throw ServedError.http(
                    400,
                    ServedError.INVALID_PARAMS,
                    "Invalid params: '_meta' must have "
                            + META
                            + "protocolVersion and "
                            + META
                            + "clientCapabilities");
        }
        if (!header.equals(version.stringValue())) {
            throw mismatch("MCP-Protocol-Version is not what the body says");
        }
        if (!header.equals(Revision.V2026_07_28.date())) {
            throw unsupported(header);
        }
        Optional<ServedLevel> level =
                Optional.of(request.meta().path(META + "logLevel"))
                        .filter(JsonNode::isString)
                        .flatMap(text -> ServedLevel.of(text.stringValue()));
        return new ServedClient(Revision.V2026_07_28, given, level, Optional.empty());
    }

    static ServedError mismatch(String what) {
        return ServedError.http(400, ServedError.HEADER_MISMATCH, "Header mismatch: " + what);
    }

    static ServedError unsupported(String requested) {
        var data = Json.object();
        var supported = data.putArray("supported");
        SERVED.forEach(revision -> supported.add(revision.date()));
        data.put("requested", requested);
        return ServedError.http(
                        400, ServedError.UNSUPPORTED_VERSION, "Unsupported protocol version")
                .with(data);
    }
}
