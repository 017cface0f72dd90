package ai.robutler.models;

import ai.robutler.core.Json;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.math.BigDecimal;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Entries of LiteLLM's {@code model_prices_and_context_window.json} as entries of a catalog. What
 * has no use here, or no sense, is left out: the file is somebody else's.
 */
final class LiteLlmPrices {
    private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);
    private static final Pattern ABOVE = Pattern.compile("(.+)_above_(\\d{1,9})k_tokens");

    /** Their names of providers where ours differ. */
    private static final Map<String, String> PROVIDERS =
            Map.of(
                    "together_ai", "together",
                    "fireworks_ai", "fireworks",
                    "fireworks_ai-embedding-models", "fireworks",
                    "hosted_vllm", "vllm",
                    "ollama_chat", "ollama",
                    "text-completion-openai", "openai");

    private static final Map<String, String> PRICES =
            Map.of(
                    "input_cost_per_token", "input",
                    "cache_read_input_token_cost", "cached",
                    "cache_creation_input_token_cost", "cache-write",
                    "output_cost_per_token", "output");

    private static final Map<String, Ability> ABILITIES =
            new TreeMap<>(
                    Map.of(
                            "supports_function_calling", Ability.TOOLS,
                            "supports_vision", Ability.IMAGES,
                            "supports_pdf_input", Ability.DOCUMENTS,
                            "supports_response_schema", Ability.JSON_SCHEMA,
                            "supports_reasoning", Ability.REASONING));

    private LiteLlmPrices() {}

    static boolean is(ObjectNode entry) {
        return entry.has("litellm_provider")
                || entry.has("input_cost_per_token")
                || entry.has("max_input_tokens");
    }

    /** The file begins with an entry that explains the fields. */
    static boolean isModel(String key, ObjectNode entry) {
        return !key.equals("sample_spec")
                && (key.indexOf('/') > 0 || entry.path("litellm_provider").isString());
    }

    /** Keys have their provider before a slash, or in a field, or in both places. */
    static String name(String key, ObjectNode entry) {
        String theirs = entry.path("litellm_provider").asString("");
        if (theirs.isEmpty()) {
            theirs = key.substring(0, key.indexOf('/'));
        }
        String model = key.startsWith(theirs + "/") ? key.substring(theirs.length() + 1) : key;
        return PROVIDERS.getOrDefault(theirs, theirs) + "/" + model;
    }

    static ObjectNode entry(ObjectNode theirs) {
        ObjectNode entry = Json.object();
        number(entry, "window", theirs.path("max_input_tokens"));
        JsonNode output = theirs.path("max_output_tokens");
        number(entry, "output", output.isNumber() ? output : theirs.path("max_tokens"));
        var abilities = Json.array();
        ABILITIES.forEach(
                (flag, ability) -> {
                    if (theirs.path(flag).asBoolean(false)) {
                        abilities.add(ability.word());
                    }
                });
        entry.set("abilities", abilities);
        ObjectNode price = price(theirs);
        if (price.has("input") && price.has("output")) {
            entry.set("price", price);
        }
        return entry;
    }

    private static void number(ObjectNode entry, String name, JsonNode value) {
        if (value.isNumber()
                && value.decimalValue().signum() > 0
                && value.decimalValue().stripTrailingZeros().scale() <= 0) {
            entry.put(name, value.decimalValue().toPlainString());
        }
    }

    private static ObjectNode price(ObjectNode theirs) {
        ObjectNode price = Json.object();
        ObjectNode above = Json.object();
        for (var field : theirs.properties()) {
            Matcher tier = ABOVE.matcher(field.getKey());
            boolean tiered = tier.matches();
            String name = PRICES.get(tiered ? tier.group(1) : field.getKey());
            if (name == null || !isPrice(field.getValue())) {
                continue;
            }
            ObjectNode into = tiered ? above.withObjectProperty(tier.group(2) + "000") : price;
            BigDecimal perMillion = field.getValue().decimalValue().multiply(MILLION);
            into.put(name, perMillion.toPlainString());
        }
        // What costs more beyond some length may leave the rest as it is.
        for (var tier : above.properties()) {
            ObjectNode whole = Json.shallowCopy(price);
            whole.setAll((ObjectNode) tier.getValue());
            tier.setValue(whole);
        }
        if (!above.isEmpty()) {
            price.set("above", above);
        }
        return price;
    }

    private static boolean isPrice(JsonNode value) {
        return value.isNumber() && value.decimalValue().signum() >= 0;
    }
}
