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

import tools.jackson.databind.node.ObjectNode;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One model behind Chat Completions. What the request has goes up as it is, and what the provider
 * answers comes back as it is. Each call is one attempt.
 *
 * <p>Source of the wire format: OpenAI, "Create chat completion".
 */
final class OpenAiModel implements Completer {
    private static final int MAX_ANSWER_BYTES = 64 << 20;

    private final String provider;
    private final String model;
    private final boolean asksForUsage;
    private final Once<DialectRequest> requests;
    private final DialectAnswer answers;
    private final Once<Bill> bill;
    private final Once<Ceiling> ceiling;
    private final OpenAiSettings settings;
    private final OpenAiErrors errors;
    private final OpenAiCall call;

    /**
     * @param facts are asked for when a call, or its price, first needs them
     * @param quota learns what the provider tells of its limits
     */
    OpenAiModel(
            OpenAiDialect dialect,
            String model,
            OpenAiSettings settings,
            Supplier<Optional<CatalogModel>> facts,
            Upstream upstream,
            Quota quota) {
        Quirks quirks = dialect.quirks();
        this.provider = dialect.name();
        this.asksForUsage = quirks.streamOptions;
        this.requests = new Once<>(() -> new DialectRequest(quirks, facts.get()));
        this.answers = new DialectAnswer(quirks);
        this.bill = new Once<>(() -> new Bill(facts.get(), quirks.cost));
        this.ceiling =
                new Once<>(
                        () ->
                                new Ceiling(
                                        model,
                                        facts.get(),
                                        ImageBound.of(provider, model),
                                        true,
                                        true));
        this.model = model;
        this.settings = settings;
        this.errors = new OpenAiErrors(provider, model, settings.key(), settings.callers(), quirks);
        this.call = new OpenAiCall("/chat/completions", settings, upstream, quota, errors);
    }

    @Override
    public ChatCompletion complete(ChatRequest request, Deadline deadline) {
        ObjectNode json = requests.get().of(request.withModel(model));
        json.remove(List.of("stream", "stream_options"));
        byte[] body = Json.writeBytes(json);
        try (Exchange exchange =
                call.send(body, "application/json", settings.timeouts().whole(), deadline)) {
            return completion(exchange.readAll(MAX_ANSWER_BYTES));
        }
    }

    /** The completion in a body of status 200, which can be an error all the same. */
    ChatCompletion completion(byte[] body) {
        ObjectNode json;
        try {
            json = Json.parseObject(body);
        } catch (JsonSyntaxException e) {
            throw Exchange.logged(
                    ProviderException.failed(
                            provider, "answered with something else than JSON", e));
        }
        errors.throwIfError("", json);
        answers.mend(json);
        var completion = new ChatCompletion(json);
        if (!completion.hasChoices()) {
            throw ProviderException.failed(provider, "answered without any choice", null);
        }
        return completion;
    }

    @Override
    public ChatStream stream(ChatRequest request, Deadline deadline) {
        ObjectNode json = requests.get().of(request.withModel(model));
        json.put("stream", true);
        ObjectNode options =
                json.remove("stream_options") instanceof ObjectNode given
                        ? Json.shallowCopy(given)
                        : Json.object();
        if (asksForUsage) {
            json.set("stream_options", options.put("include_usage", true));
        }
        byte[] body = Json.writeBytes(json);
        Exchange exchange = call.send(body, "text/event-stream", settings.timeouts(), deadline);
        return new OpenAiStream(provider, exchange, this::completion, answers::mend, errors);
    }

    @Override
    public Cost cost(ChatCompletion turn) {
        return bill.get().of(turn);
    }

    @Override
    public Cost ceiling(ChatRequest request) {
        return ceiling.get().of(request, Ceiling.limit(request));
    }

    @Override
    public boolean isPriced() {
        return bill.get().isPriced();
    }
}
