package ai.robutler.langchain4j;

import dev.langchain4j.model.embedding.EmbeddingModel;

import java.util.Map;

/**
 * Brings LangChain4j models to the provider {@code langchain4j}. Found through {@link
 * java.util.ServiceLoader}: name your class in {@code
 * META-INF/services/ai.robutler.langchain4j.LangChain4jModels}.
 */
public interface LangChain4jModels {

    /**
     * The models by the name after {@code langchain4j/}. Asked once, at start; makes no call. Their
     * keys and time-outs are their own; give them no retries, which agents have of their own.
     */
    Map<String, LangChain4jModel> models();

    /**
     * Models that make vectors of texts, by the name after {@code langchain4j/}, for {@code
     * embeddings.model}; none by default. Otherwise as {@link #models}.
     */
    default Map<String, EmbeddingModel> embeddingModels() {
        return Map.of();
    }
}
