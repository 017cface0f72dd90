package ai.robutler.models;

import ai.robutler.core.ChatRequest;
import ai.robutler.core.Cost;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tools.jackson.databind.JsonNode;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The most that one call of a model can cost: its {@linkplain PromptBound prompt at its longest}
 * and at the dearest price that can apply, and the longest answers. Thinking is a part of the
 * answer's limit with all providers here. Whatever is not known to leave the price alone makes the
 * ceiling unknown. Thread-safe.
 *
 * <p>It is one attempt's: what a failed attempt made is not charged by any answer.
 *
 * @param name of the model
 * @param image the most tokens of an image, 0 where that is not known
 * @param cachesUnasked whether the provider may write to its cache without being asked to
 * @param capped whether no call goes beyond the window and the output of the catalog
 */
record Ceiling(
        String name,
        Optional<CatalogModel> facts,
        long image,
        boolean cachesUnasked,
        boolean capped) {
    private static final Logger LOG = LoggerFactory.getLogger(Ceiling.class);

    /** These enter the prompt, and are counted there. */
    private static final Set<String> PROMPT =
            Set.of(
                    "messages",
                    "system",
                    "tools",
                    "functions",
                    "response_format",
                    "output_config",
                    "prediction",
                    "cache_control");

    /** These neither enter the prompt nor change a price; some of them are looked into below. */
    private static final Set<String> FREE =
            Set.of(
                    "model",
                    "stream",
                    "stream_options",
                    "max_tokens",
                    "max_completion_tokens",
                    "n",
                    "temperature",
                    "top_p",
                    "top_k",
                    "min_p",
                    "presence_penalty",
                    "frequency_penalty",
                    "repetition_penalty",
                    "seed",
                    "random_seed",
                    "stop",
                    "stop_sequences",
                    "logit_bias",
                    "logprobs",
                    "top_logprobs",
                    "user",
                    "metadata",
                    "store",
                    "safety_identifier",
                    "prompt_cache_key",
                    "prompt_cache_retention",
                    "tool_choice",
                    "function_call",
                    "parallel_tool_calls",
                    "reasoning_effort",
                    "reasoning",
                    "reasoning_format",
                    "include_reasoning",
                    "thinking",
                    "verbosity",
                    "safe_prompt",
                    "usage",
                    "service_tier",
                    "modalities");

    /** The usual price, or less; what the provider's account chooses itself shows in the answer. */
    private static final Set<String> TIERS =
            Set.of("", "auto", "default", "standard", "standard_only", "on_demand", "flex");

    /** Models that search, run tools or draw, at prices of their own. */
    private static final Pattern FEES =
            Pattern.compile("-search|:online$|compound|deep-research|-image");

    private static final BigDecimal NANO_USD = BigDecimal.valueOf(1_000);

    /**
     * @param output the most tokens of an answer that are asked for; 0 where the provider is left
     *     to its own limit
     */
    Cost of(ChatRequest request, long output) {
        try {
            return new Cost.Known(nanoUsd(request, output));
        } catch (PromptBound.Unbounded e) {
            LOG.debug("no ceiling for a call of {}: {}", name, e.getMessage());
        } catch (ArithmeticException e) {
            LOG.debug("no ceiling for a call of {}: beyond all bounds", name);
        }
        return Cost.unknown();
    }

    /** As the request says; values that no provider takes count as if it were left open. */
    static long limit(ChatRequest request) {
        return Math.max(
                limit(request.field("max_completion_tokens")), limit(request.field("max_tokens")));
    }

    private static long limit(JsonNode given) {
        return given.isIntegralNumber() && given.canConvertToLong()
                ? Math.max(0, given.longValue())
                : 0;
    }

    private long nanoUsd(ChatRequest request, long output) throws PromptBound.Unbounded {
        CatalogModel model =
                facts.orElseThrow(() -> new PromptBound.Unbounded("not in the catalog"));
        if (FEES.matcher(name).find()) {
            throw new PromptBound.Unbounded("it has prices of its own");
        }
        checkFields(request);
        PromptBound bound = PromptBound.of(request, image);
        long prompt = prompt(bound, model);
        long answers = Math.multiplyExact(answer(output, model), choices(request));
        JsonNode prediction = request.field("prediction");
        if (prediction.isObject()) {
            // What was predicted and does not come is paid like what comes.
            answers = Math.addExact(answers, TextBound.json(prediction, 0));
        }
        return dearest(model, prompt, answers, cachesUnasked || bound.marksCache());
    }

    private static void checkFields(ChatRequest request) throws PromptBound.Unbounded {
        for (String field : request.json().propertyNames()) {
            if (!FREE.contains(field)
                    && !PROMPT.contains(field)
                    && !request.field(field).isNull()) {
                throw new PromptBound.Unbounded("the field '" + field + "' may cost more");
            }
        }
        if (!TIERS.contains(request.field("service_tier").asString(""))) {
            throw new PromptBound.Unbounded("a tier with other prices");
        }
        for (JsonNode kind : request.field("modalities")) {
            if (!kind.asString("").equals("text")) {
                throw new PromptBound.Unbounded("answers other than text");
            }
        }
    }

    private long prompt(PromptBound bound, CatalogModel model) throws PromptBound.Unbounded {
        long window = capped ? model.window() : 0;
        if (bound.takesWholeWindow()) {
            if (window == 0) {
                throw new PromptBound.Unbounded("a document or an image, and an unknown window");
            }
            return window;
        }
        return window == 0 ? bound.tokens() : Math.min(bound.tokens(), window);
    }

    private long answer(long output, CatalogModel model) throws PromptBound.Unbounded {
        long most = model.output();
        if (output == 0 && most == 0) {
            throw new PromptBound.Unbounded("answers may have any length");
        }
        if (output == 0) {
            return most;
        }
        return capped && most > 0 ? Math.min(output, most) : output;
    }

    private static long choices(ChatRequest request) throws PromptBound.Unbounded {
        JsonNode n = request.field("n");
        if (n.isMissingNode() || n.isNull()) {
            return 1;
        }
        if (!n.canConvertToLong() || !n.isIntegralNumber() || n.longValue() < 1) {
            throw new PromptBound.Unbounded("'n' is no number of answers");
        }
        return n.longValue();
    }

    /** The prompt may turn out shorter, and the price of a shorter one be dearer. */
    private static long dearest(CatalogModel model, long prompt, long answers, boolean writes)
            throws PromptBound.Unbounded {
        BigDecimal dearest = BigDecimal.ZERO;
        boolean any = false;
        for (Tariff tariff : model.tariffs()) {
            if (tariff.above() >= Math.max(prompt, 1)) {
                break;
            }
            Prices prices =
                    tariff.prices()
                            .orElseThrow(
                                    () ->
                                            new PromptBound.Unbounded(
                                                    "so long a prompt has no known price"));
            any |= tariff.above() == 0;
            BigDecimal input = prices.input().max(prices.cached());
            BigDecimal whole =
                    (writes ? input.max(prices.cacheWrite()) : input)
                            .multiply(BigDecimal.valueOf(prompt))
                            .add(prices.output().multiply(BigDecimal.valueOf(answers)));
            dearest = dearest.max(whole);
        }
        if (!any) {
            throw new PromptBound.Unbounded("no known price");
        }
        return dearest.multiply(NANO_USD).setScale(0, RoundingMode.CEILING).longValueExact();
    }
}
