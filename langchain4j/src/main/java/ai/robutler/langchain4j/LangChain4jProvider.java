package ai.robutler.langchain4j;

import ai.robutler.core.Completer;
import ai.robutler.core.Embedder;
import ai.robutler.core.ModelProvider;

import dev.langchain4j.model.embedding.EmbeddingModel;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The models by name; what they hold open is closed by who made them. */
final class LangChain4jProvider implements ModelProvider {
    private final Map<String, LangChain4jModel> models;
    private final Map<String, EmbeddingModel> embedding;
    private final String defaultModel;

    /**
     * @param defaultModel "" for none
     */
    LangChain4jProvider(
            Map<String, LangChain4jModel> models,
            Map<String, EmbeddingModel> embedding,
            String defaultModel) {
        this.models = new TreeMap<>(models);
        this.embedding = new TreeMap<>(embedding);
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

    /** A model's length of vectors is what it was built with: no other can be asked for. */
    @Override
    public Optional<Embedder> embedder(String name, int dimensions) {
        EmbeddingModel model = embedding.get(name);
        if (model == null) {
            throw new IllegalArgumentException(
                    "no embedding model '"
                            + name
                            + "' of LangChain4j is on the class path; known are: "
                            + String.join(", ", embedding.keySet())
                            + ". Bring it with a "
                            + LangChain4jModels.class.getName());
        }
        if (dimensions > 0) {
            throw new IllegalArgumentException(
                    "the length of the vectors of '"
                            + name
                            + "' is set where the model is made, not by 'dimensions'");
        }
        return Optional.of(new LangChain4jEmbedder(name, model));
    }

    @Override
    public Optional<String> defaultModel() {
        return defaultModel.isEmpty() ? Optional.empty() : Optional.of(defaultModel);
    }

    @Override
    public void close() {}
}
