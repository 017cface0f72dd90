package ai.robutler.models;

import ai.robutler.core.ModelName;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Under which names a model may stand in a catalog. */
final class CatalogNames {
    /** 2024-07-18, 20240718, 2407, 0709. */
    private static final Pattern DATE =
            Pattern.compile("[-@](\\d{4}-\\d{2}-\\d{2}|\\d{8}|\\d{4})$");

    private static final Pattern TAG = Pattern.compile(":[^:/]*$");

    /** Who makes the models that OpenRouter sells, by its names for them. */
    private static final Map<String, String> MAKERS =
            Map.of(
                    "openai", "openai",
                    "anthropic", "anthropic",
                    "x-ai", "xai",
                    "google", "gemini",
                    "mistralai", "mistral",
                    "deepseek", "deepseek");

    private CatalogNames() {}

    /** The likeliest first. */
    static Set<String> of(String provider, String model) {
        var names = new LinkedHashSet<String>();
        names.add(provider + "/" + model);
        names.add(provider + "/" + DATE.matcher(model).replaceFirst(""));
        if (provider.equals("ollama")) {
            names.add(provider + "/" + TAG.matcher(model).replaceFirst(""));
        }
        names.add(provider + "/*");
        return names;
    }

    /** Whose model it is, where the provider only passes it on. */
    static Optional<ModelName> resold(String provider, String model) {
        int slash = model.indexOf('/');
        if (!provider.equals("openrouter") || slash < 1 || slash == model.length() - 1) {
            return Optional.empty();
        }
        String maker = MAKERS.get(model.substring(0, slash));
        if (maker == null) {
            return Optional.empty();
        }
        String name = TAG.matcher(model.substring(slash + 1)).replaceFirst("");
        // OpenRouter writes versions of Claude with a dot.
        return Optional.of(
                new ModelName(maker, maker.equals("anthropic") ? name.replace('.', '-') : name));
    }
}
