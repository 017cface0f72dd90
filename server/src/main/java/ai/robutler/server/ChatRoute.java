package ai.robutler.server;

import ai.robutler.core.Agent;
import ai.robutler.core.ApiException;
import ai.robutler.core.CancelledException;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.InvalidRequestException;
import ai.robutler.core.Invocation;
import ai.robutler.core.Json;
import ai.robutler.core.JsonSyntaxException;
import ai.robutler.core.UnavailableException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.concurrent.Semaphore;

/** Chat Completions: a conversation with an agent, whole or in pieces. */
final class ChatRoute {
    private static final Logger LOG = LoggerFactory.getLogger(ChatRoute.class);

    private final Agents agents;
    private final Metrics metrics;
    private final Heartbeat heartbeat;
    private final Idempotency idempotency;
    private final Semaphore runs;

    ChatRoute(Options options, Agents agents, Metrics metrics, Heartbeat heartbeat) {
        this.agents = agents;
        this.metrics = metrics;
        this.heartbeat = heartbeat;
        this.idempotency = new Idempotency(options.answers());
        this.runs = new Semaphore(options.maxConcurrentRuns());
    }

    /** The agent is in the path. */
    void byPath(Exchange exchange, String name) {
        Agent agent = Access.agent(agents, exchange, name);
        answer(exchange, agent, read(exchange));
    }

    /** The agent is the request's model. */
    void byModel(Exchange exchange, String name) {
        // Wrong credentials are told before what is wrong with the body.
        exchange.caller();
        ChatRequest request = read(exchange);
        if (request.model().isEmpty()) {
            throw InvalidRequestException.of(
                    "missing_required_parameter",
                    "model",
                    "Missing required parameter: 'model'. GET /v1/models lists the agents.");
        }
        answer(exchange, Access.agent(agents, exchange, request.model()), request);
    }

    private static ChatRequest read(Exchange exchange) {
        ContentType.requireJson(exchange.head());
        try {
            var request = new ChatRequest(Json.parseObject(exchange.body()));
            RequestRules.check(request.json());
            return request;
        } catch (JsonSyntaxException e) {
            throw InvalidRequestException.of(
                    "invalid_json",
                    "",
                    "The body of the request is wrong: " + e.getMessage() + ".");
        }
    }

    private void answer(Exchange exchange, Agent agent, ChatRequest request) {
        if (!runs.tryAcquire()) {
            throw new UnavailableException(
                    "The server runs as many conversations as it can. Try again later.",
                    Duration.ofSeconds(1),
                    null);
        }
        try {
            Invocation invocation = exchange.invocation(request, metrics);
            idempotency.answer(
                    exchange, agent, recording -> run(exchange, agent, invocation, recording));
        } finally {
            runs.release();
        }
    }

    private void run(Exchange exchange, Agent agent, Invocation invocation, Recording recording) {
        if (invocation.request().stream()) {
            stream(exchange, agent, invocation, recording);
            return;
        }
        Reply reply = Reply.json(agent.run(invocation).json());
        recording.completed(reply);
        exchange.reply(reply);
    }

    private void stream(
            Exchange exchange, Agent agent, Invocation invocation, Recording recording) {
        var events = new EventWire(exchange, EventWire.HEADERS);
        var sink = new SseSink(events, recording);
        heartbeat.add(events);
        try {
            agent.stream(invocation, sink);
            sink.complete();
        } catch (CancelledException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            ApiException failure = Errors.known(e);
            if (!sink.fail(failure)) {
                throw failure;
            }
            Errors.log(LOG, exchange.id(), failure);
        } finally {
            heartbeat.remove(events);
        }
    }
}
