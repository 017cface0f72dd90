package ai.robutler.models;

import ai.robutler.core.ChatCompletion;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.ChatStream;
import ai.robutler.core.Completer;
import ai.robutler.core.Cost;
import ai.robutler.core.Deadline;
import ai.robutler.core.Json;
import ai.robutler.core.JsonSyntaxException;
import ai.robutler.core.ProviderException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tools.jackson.databind.node.ObjectNode;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * One model of Anthropic's: Chat Completions in, Messages out, and back. A turn that the provider
 * pauses (its own tools took long) is continued here, at most {@link #MOST_ANSWERS} answers long.
 *
 * <p>Source of the wire format: Anthropic, "Create a message".
 */
final class AnthropicModel implements Completer {
    static final int MOST_ANSWERS = 6;
    private static final Logger LOG = LoggerFactory.getLogger(AnthropicModel.class);
    private static final int MAX_ANSWER_BYTES = 64 << 20;
    private static final int MAX_ERROR_BYTES = 64 << 10;

    private final Once<Bill> bill;
    private final String model;
    private final Once<AnthropicFamily> family;
    private final Once<Ceiling> ceiling;
    private final AnthropicSettings settings;
    private final Upstream upstream;
    private final Quota quota;
    private final AnthropicErrors errors;
    private final URI uri;

    /**
     * @param facts are asked for when a call, or its price, first needs them
     * @param quota learns what the provider tells of its limits
     */
    AnthropicModel(
            String model,
            AnthropicSettings settings,
            Supplier<Optional<CatalogModel>> facts,
            Upstream upstream,
            Quota quota) {
        this.bill = new Once<>(() -> new Bill(facts.get(), ""));
        this.model = model;
        this.family = new Once<>(() -> AnthropicFamily.of(model).within(facts.get()));
        this.ceiling =
                new Once<>(
                        () ->
                                new Ceiling(
                                        model,
                                        facts.get(),
                                        ImageBound.of(AnthropicSettings.PROVIDER, model),
                                        settings.cacheAuto(),
                                        !settings.hasBetas()));
        this.settings = settings;
        this.upstream = upstream;
        this.quota = quota;
        this.errors =
                new AnthropicErrors(
                        new OpenAiErrors(
                                AnthropicSettings.PROVIDER,
                                model,
                                settings.key(),
                                settings.callers(),
                                Quirks.NONE));
        this.uri = settings.messages();
    }

    @Override
    public ChatCompletion complete(ChatRequest request, Deadline deadline) {
        AnthropicCall call = AnthropicCall.of(request, model, family.get(), settings.cacheAuto());
        var turn = new AnthropicTurn(call.customTools());
        do {
            AnthropicCall next = call.continued(turn.blocks());
            turn.acceptWhole(answer(next, deadline));
        } while (turn.paused() && turn.answers() < MOST_ANSWERS);
        return turn.completion();
    }

    private ObjectNode answer(AnthropicCall call, Deadline deadline) {
        try (Exchange exchange =
                send(call, "application/json", settings.timeouts().whole(), deadline)) {
            return message(exchange.readAll(MAX_ANSWER_BYTES), requestId(exchange));
        }
    }

    /** The message in a body of status 200, which can be an error all the same. */
    ObjectNode message(byte[] body, Optional<String> requestId) {
        ObjectNode json;
        try {
            json = Json.parseObject(body);
        } catch (JsonSyntaxException e) {
            throw Exchange.logged(
                    ProviderException.failed(
                            AnthropicSettings.PROVIDER,
                            "answered with something else than JSON",
                            e));
        }
        errors.throwIfError(json, requestId);
        if (!json.path("content").isArray()) {
            throw ProviderException.failed(
                    AnthropicSettings.PROVIDER, "answered without any content", null);
        }
        return json;
    }

    @Override
    public ChatStream stream(ChatRequest request, Deadline deadline) {
        AnthropicCall call =
                AnthropicCall.of(request, model, family.get(), settings.cacheAuto()).streamed();
        return new AnthropicStream(this, call, deadline);
    }

    @Override
    public Cost cost(ChatCompletion turn) {
        return bill.get().of(turn);
    }

    @Override
    public Cost ceiling(ChatRequest request) {
        return ceiling.get().of(request, AnthropicThinking.mostTokens(request, family.get()));
    }

    @Override
    public boolean isPriced() {
        return bill.get().isPriced();
    }

    /** An exchange that promises the events of an answer to this call. */
    Exchange events(AnthropicCall call, Deadline deadline) {
        return send(call, "text/event-stream", settings.timeouts(), deadline);
    }

    AnthropicErrors errors() {
        return errors;
    }

    /** An exchange with a status that promises an answer. */
    private Exchange send(AnthropicCall call, String accept, Timeouts timeouts, Deadline deadline) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.put("Accept", accept);
        headers.putAll(settings.headers());
        headers.put("Content-Type", "application/json");
        call.betaHeader(settings.betas(), headers.getOrDefault("anthropic-beta", ""))
                .ifPresent(betas -> headers.put("anthropic-beta", betas));
        byte[] body = Json.writeBytes(call.body());
        Exchange exchange = upstream.send("POST", uri, headers, body, timeouts, deadline);
        quota.seen(exchange::header);
        LOG.debug("anthropic: request-id {}", requestId(exchange).orElse("unknown"));
        if (exchange.status() / 100 == 2) {
            return exchange;
        }
        try (exchange) {
            Duration retryAfter = RetryAfter.from(exchange::header, Instant.now());
            throw errors.of(
                    exchange.status(),
                    retryAfter,
                    exchange.readSome(MAX_ERROR_BYTES),
                    requestId(exchange));
        }
    }

    static Optional<String> requestId(Exchange exchange) {
        return exchange.header("request-id");
    }
}
