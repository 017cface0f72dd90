package ai.robutler.models;

import ai.robutler.core.Deadline;
import ai.robutler.core.Embedder;
import ai.robutler.core.Json;
import ai.robutler.core.JsonSyntaxException;
import ai.robutler.core.ProviderException;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.List;
import java.util.TreeMap;

/**
 * One embedding model behind {@code /embeddings}, with the breaker, the attempts and the time-outs
 * of its provider's chat models.
 *
 * <p>Source of the wire format: OpenAI, "Create embeddings".
 */
final class OpenAiEmbedder implements Embedder {
    private static final int MAX_ANSWER_BYTES = 64 << 20;

    private final String provider;
    private final String model;
    private final int dimensions;
    private final OpenAiSettings settings;
    private final OpenAiErrors errors;
    private final OpenAiCall call;
    private final Guard guard;

    /**
     * @param dimensions how long vectors are to be, 0 for the model's own length
     */
    OpenAiEmbedder(
            OpenAiDialect dialect,
            String model,
            int dimensions,
            OpenAiSettings settings,
            Upstream upstream,
            Quota quota,
            Guard guard) {
        this.provider = dialect.name();
        this.model = model;
        this.dimensions = dimensions;
        this.settings = settings;
        this.guard = guard;
        this.errors =
                new OpenAiErrors(
                        provider, model, settings.key(), settings.callers(), dialect.quirks());
        this.call = new OpenAiCall("/embeddings", settings, upstream, quota, errors);
    }

    @Override
    public String name() {
        return provider + "/" + model + (dimensions == 0 ? "" : "@" + dimensions);
    }

    @Override
    public List<float[]> embed(List<String> texts, Deadline deadline) {
        if (texts.isEmpty()) {
            return List.of();
        }
        byte[] body = body(texts);
        return guard.call(deadline, until -> once(body, texts.size(), until));
    }

    private byte[] body(List<String> texts) {
        ObjectNode json = Json.object().put("model", model);
        var input = Json.array();
        texts.forEach(input::add);
        json.set("input", input);
        json.put("encoding_format", "float");
        if (dimensions > 0) {
            json.put("dimensions", dimensions);
        }
        return Json.writeBytes(json);
    }

    private List<float[]> once(byte[] body, int texts, Deadline deadline) {
        try (Exchange exchange =
                call.send(body, "application/json", settings.timeouts().whole(), deadline)) {
            return vectors(exchange.readAll(MAX_ANSWER_BYTES), texts);
        }
    }

    private List<float[]> vectors(byte[] body, int texts) {
        ObjectNode json;
        try {
            json = Json.parseObject(body);
        } catch (JsonSyntaxException e) {
            throw wrong("with something else than JSON", e);
        }
        errors.throwIfError("", json);
        JsonNode data = json.path("data");
        if (data.size() != texts) {
            throw wrong("with " + data.size() + " vectors for " + texts + " texts", null);
        }
        var vectors = new TreeMap<Integer, float[]>();
        int length = 0;
        for (JsonNode each : data) {
            float[] vector = vector(each.path("embedding"));
            int at = each.path("index").asInt(vectors.size());
            if (at < 0 || at >= texts || vectors.putIfAbsent(at, vector) != null) {
                throw wrong("with vectors of no order", null);
            }
            if (length != 0 && vector.length != length) {
                throw wrong("with vectors of several lengths", null);
            }
            length = vector.length;
        }
        return List.copyOf(vectors.values());
    }

    private float[] vector(JsonNode numbers) {
        if (numbers.isEmpty() || (dimensions > 0 && numbers.size() != dimensions)) {
            throw wrong(
                    "with a vector of %d numbers%s"
                            .formatted(
                                    numbers.size(),
                                    dimensions > 0 ? " instead of " + dimensions : ""),
                    null);
        }
        var vector = new float[numbers.size()];
        for (int i = 0; i < vector.length; i++) {
            float number = numbers.get(i).floatValue(Float.NaN);
            if (!Float.isFinite(number)) {
                throw wrong("with a vector that has something else than numbers", null);
            }
            vector[i] = number;
        }
        return vector;
    }

    private ProviderException wrong(String how, @Nullable Throwable cause) {
        return Exchange.logged(ProviderException.failed(provider, "answered " + how, cause));
    }
}
