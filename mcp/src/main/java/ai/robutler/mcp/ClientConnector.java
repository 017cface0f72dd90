package ai.robutler.mcp;

import ai.robutler.core.Deadline;
import ai.robutler.core.Json;
import ai.robutler.outbound.OutboundClient;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Connects to one server, and finds out which revision both speak: each request of 2026-07-28 says
 * it; earlier ones begin with a handshake. Remembers which of the two the server is. Thread-safe.
 */
final class ClientConnector {
    private static final Logger LOG = LoggerFactory.getLogger(ClientConnector.class);
    private static final Revision MODERN = Revision.V2026_07_28;
    private static final Revision NEWEST_WITH_HANDSHAKE = Revision.V2025_11_25;
    private static final Duration PROBE = Duration.ofSeconds(5);

    /** How a server wants to be begun with. */
    private enum Era {
        UNKNOWN,
        HANDSHAKE,
        STATELESS
    }

    private final ClientSettings settings;
    private final OutboundClient outbound;
    private final Optional<ClientTokens> tokens;
    private volatile Era era = Era.UNKNOWN;
    private volatile boolean sse;

    ClientConnector(ClientSettings settings, OutboundClient outbound) {
        this.settings = settings;
        this.outbound = outbound;
        this.tokens =
                settings.endpoint() instanceof ClientEndpoint.Url url
                        ? url.auth().map(auth -> new ClientTokens(outbound, url.url(), auth))
                        : Optional.empty();
        this.sse =
                settings.endpoint() instanceof ClientEndpoint.Url url
                        && url.http() == ClientEndpoint.Http.SSE;
        settings.revision()
                .ifPresent(fixed -> era = fixed.isAtLeast(MODERN) ? Era.STATELESS : Era.HANDSHAKE);
    }

    /**
     * A new connection.
     *
     * @param userToken the token of the user whose connection it will be; "" for one of all
     * @throws ClientException if there is none
     */
    ClientConnection open(String userToken, ClientTransport.Listener listener) {
        Deadline deadline = Deadline.after(settings.connect());
        try {
            return tryOpen(userToken, listener, deadline);
        } catch (ClientException.Lost | ClientException.Unsupported | ClientException.TimedOut e) {
            if (settings.revision().isEmpty() && era != Era.UNKNOWN && !sse) {
                era = Era.UNKNOWN; // It may have become another server.
            }
            throw e;
        }
    }

    private ClientConnection tryOpen(
            String userToken, ClientTransport.Listener listener, Deadline deadline) {
        return switch (settings.endpoint()) {
            case ClientEndpoint.Command command -> {
                try {
                    yield negotiate(
                            StdioTransport.start(settings.name(), command, listener),
                            listener,
                            deadline);
                } catch (ProbeFailed _) {
                    // It does not take what it does not know: begin again, as it knows it.
                    era = Era.HANDSHAKE;
                    yield negotiate(
                            StdioTransport.start(settings.name(), command, listener),
                            listener,
                            deadline);
                }
            }
            case ClientEndpoint.Url url -> {
                var web = new ClientWeb(outbound, url, tokens, userToken, settings.connect());
                if (sse) {
                    yield older(web, listener, deadline);
                }
                try {
                    yield negotiate(new ClientHttp(settings.name(), web), listener, deadline);
                } catch (ClientException.Unsupported e) {
                    if (url.http() != ClientEndpoint.Http.AUTO
                            || !List.of(400, 404, 405).contains(e.status())) {
                        throw e;
                    }
                    ClientConnection older = older(web, listener, deadline);
                    sse = true;
                    yield older;
                }
            }
        };
    }

    private ClientConnection older(
            ClientWeb web, ClientTransport.Listener listener, Deadline deadline) {
        var transport = ClientSse.open(settings.name(), web, listener, deadline);
        return closedUnless(
                transport, () -> handshake(transport, new AtomicLong(), listener, deadline));
    }

    /** The process ended when it was asked what it does not know. */
    private static final class ProbeFailed extends RuntimeException {}

    private interface Opening {
        ClientConnection open();
    }

    private static ClientConnection closedUnless(ClientTransport transport, Opening opening) {
        boolean open = false;
        try {
            ClientConnection connection = opening.open();
            open = true;
            return connection;
        } finally {
            if (!open) {
                transport.close();
            }
        }
    }

    private ClientConnection negotiate(
            ClientTransport transport, ClientTransport.Listener listener, Deadline deadline) {
        return closedUnless(
                transport,
                () -> {
                    var ids = new AtomicLong();
                    Era known = era;
                    if (known != Era.HANDSHAKE) {
                        Optional<JsonNode> found = probe(transport, ids, deadline);
                        if (found.isPresent()) {
                            era = Era.STATELESS;
                            transport.speak(MODERN);
                            return connection(transport, MODERN, found.get(), ids, listener);
                        }
                    }
                    ClientConnection connection = handshake(transport, ids, listener, deadline);
                    era = Era.HANDSHAKE;
                    return connection;
                });
    }

    private ClientConnection connection(
            ClientTransport transport,
            Revision revision,
            JsonNode capabilities,
            AtomicLong ids,
            ClientTransport.Listener listener) {
        return new ClientConnection(
                settings.name(), transport, revision, capabilities, ids, listener::heard);
    }

    /** The capabilities of a server without handshake; empty where it is one with a handshake. */
    private Optional<JsonNode> probe(ClientTransport transport, AtomicLong ids, Deadline deadline) {
        String method = "server/discover";
        ObjectNode params = ClientConnection.withMeta(Json.object(), MODERN);
        var request =
                new ClientRequest(
                        ids.incrementAndGet(),
                        method,
                        params,
                        ClientConnection.headers(method, params, MODERN),
                        _ -> {});
        ClientMessage.Answer answer;
        boolean only = settings.revision().isPresent();
        try {
            answer = transport.ask(request, only ? deadline : Deadline.after(PROBE).or(deadline));
        } catch (ClientException.TimedOut | ClientException.Unsupported e) {
            if (only || deadline.hasPassed()) {
                throw e;
            }
            return Optional.empty();
        } catch (ClientException.Lost e) {
            if (only || deadline.hasPassed()) {
                throw e;
            }
            if (transport instanceof StdioTransport) {
                throw new ProbeFailed();
            }
            return Optional.empty();
        }
        return switch (answer) {
            case ClientMessage.Result result ->
                    speaks(result.result().path("supportedVersions"))
                            ? Optional.of(result.result().path("capabilities"))
                            : none(result.result().path("supportedVersions"));
            case ClientMessage.Failure failure -> {
                if (failure.code() == ClientMessage.UNSUPPORTED_VERSION) {
                    yield none(failure.data().path("supported"));
                }
                if (failure.isModern() || only) {
                    throw new ClientException.Failed(failure);
                }
                yield Optional.empty();
            }
        };
    }

    private static boolean speaks(JsonNode versions) {
        for (JsonNode each : versions) {
            if (each.asString("").equals(MODERN.date())) {
                return true;
            }
        }
        return false;
    }

    /** It knows how it is asked, but speaks no revision of that kind that we do. */
    private static Optional<JsonNode> none(JsonNode versions) {
        var told = new ArrayList<String>();
        for (JsonNode each : versions) {
            Optional<Revision> known = Revision.of(each.asString(""));
            if (known.isPresent() && !known.get().isAtLeast(MODERN)) {
                return Optional.empty();
            }
            told.add(each.asString(""));
        }
        if (told.isEmpty()) {
            return Optional.empty();
        }
        throw new ClientException.Malformed(
                "the server speaks no revision of the protocol that we do, but "
                        + String.join(", ", told));
    }

    private ClientConnection handshake(
            ClientTransport transport,
            AtomicLong ids,
            ClientTransport.Listener listener,
            Deadline deadline) {
        Revision asked =
                settings.revision()
                        .filter(fixed -> !fixed.isAtLeast(MODERN))
                        .orElse(NEWEST_WITH_HANDSHAKE);
        var params = Json.object().put("protocolVersion", asked.date());
        params.set("capabilities", Json.object());
        params.set("clientInfo", ClientConnection.self());
        ObjectNode result =
                ClientConnection.result(
                        transport.ask(
                                new ClientRequest(
                                        ids.incrementAndGet(),
                                        "initialize",
                                        params,
                                        Map.of(),
                                        listener::heard),
                                deadline));
        String date = result.path("protocolVersion").asString("");
        Revision agreed =
                Revision.of(date)
                        .filter(each -> !each.isAtLeast(MODERN))
                        .orElseThrow(
                                () ->
                                        new ClientException.Malformed(
                                                "the server answered with the revision '"
                                                        + date
                                                        + "', which is not spoken here"));
        transport.speak(agreed);
        transport.tell(
                ClientMessage.notification("notifications/initialized", Json.object()), deadline);
        LOG.debug("MCP server {} speaks {}", settings.name(), agreed.date());
        return connection(transport, agreed, result.path("capabilities"), ids, listener);
    }
}
