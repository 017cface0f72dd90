package ai.robutler.langchain4j;

import ai.robutler.core.Completer;
import ai.robutler.core.ModelProvider;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The models by name; what they hold open is closed by who made them. */
final class LangChain4jProvider implements ModelProvider {
    private final Map<String, LangChain4jModel> models;
    private final String defaultModel;

    /**
     * @param defaultModel "" for none
     */
    LangChain4jProvider(Map<String, LangChain4jModel> models, String defaultModel) {
        this.models = new TreeMap<>(models);
        this.defaultModel = defaultModel;
    }

    @Override
    public Completer model(String name) {
        LangChain4jModel model = models.get(name);
        if (model == null) {
            throw new IllegalArgumentException(
                    "no LangChain4j model '"
                            + name
                            + "' is on the class path; known are: "
                            + String.join(", ", models.keySet())
                            + ". Bring it with a "
                            + LangChain4jModels.class.getName());
        }
        return new LangChain4jCompleter(name, model);
    }

    @Override
    public Optional<String> defaultModel() {
        return defaultModel.isEmpty() ? Optional.empty() : Optional.of(defaultModel);
    }

    @Override
    public void close() {}
}
