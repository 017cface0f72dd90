package ai.robutler.identity;

import ai.robutler.core.Agent;
import ai.robutler.core.AgentEndpoint;
import ai.robutler.core.Caller;
import ai.robutler.core.ChatCompletion;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.ChatStream;
import ai.robutler.core.Completer;
import ai.robutler.core.Deadline;
import ai.robutler.core.EndpointReply;
import ai.robutler.core.Headers;
import ai.robutler.core.Invocation;
import ai.robutler.core.Json;
import ai.robutler.core.ReplyHeaders;
import ai.robutler.core.Settings;
import ai.robutler.outbound.AddressPolicy;
import ai.robutler.outbound.OutboundClient;
import ai.robutler.outbound.OutboundSettings;
import ai.robutler.store.Database;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

import java.nio.file.Path;
import java.util.Map;

/** A server's identity, on a database that it may share with others. */
final class Node implements AutoCloseable {
    static final String ISSUER = "https://agents.example.com";

    final Identity identity;
    private final OutboundClient outbound =
            OutboundClient.open(
                    new OutboundSettings(AddressPolicy.publicOnly().allowing("127.0.0.1"), 64));

    Node(AuthSettings settings, Database database, Path folder, TestClock clock) {
        identity = Identity.open(settings, database, folder, new HttpDocuments(outbound), clock);
    }

    static Node open(ObjectNode settings, Database database, Path folder, TestClock clock) {
        return new Node(settings(settings), database, folder, clock);
    }

    /** A node that asks for credentials, and knows no issuer. */
    static Node open(Database database, Path folder, TestClock clock) {
        return open(Json.object().put("mode", "required"), database, folder, clock);
    }

    static AuthSettings settings(ObjectNode json) {
        Settings settings = Settings.of(json, _ -> "");
        AuthSettings read = AuthSettings.read(settings, ISSUER);
        if (!settings.problems().isEmpty()) {
            throw new IllegalArgumentException(settings.problems().toString());
        }
        return read;
    }

    Caller authenticate(Headers headers) {
        return identity.authenticate(headers);
    }

    /** Calls an endpoint as the server does. */
    static EndpointReply call(
            Object endpoints, String path, Caller caller, Headers headers, JsonNode body) {
        Agent host = Agent.builder("platform").model("none/none", NONE).skill(endpoints).build();
        AgentEndpoint endpoint =
                host.endpoints().stream()
                        .filter(each -> each.path().equals(path))
                        .findFirst()
                        .orElseThrow();
        return host.call(
                endpoint,
                new AgentEndpoint.Call(Map.of(), Map.of(), body),
                Invocation.of(new ChatRequest(Json.object()))
                        .withCaller(caller)
                        .withHeaders(headers, new ReplyHeaders()));
    }

    static EndpointReply call(Object endpoints, String path, Caller caller) {
        return call(endpoints, path, caller, Headers.NONE, MissingNode.getInstance());
    }

    @Override
    public void close() {
        identity.close();
        outbound.close();
    }

    private static final Completer NONE =
            new Completer() {
                @Override
                public ChatCompletion complete(ChatRequest request, Deadline deadline) {
                    throw new UnsupportedOperationException();
                }

                @Override
                public ChatStream stream(ChatRequest request, Deadline deadline) {
                    throw new UnsupportedOperationException();
                }
            };
}
