package ai.robutler.langchain4j;

import ai.robutler.core.ModelProvider;
import ai.robutler.core.ProviderFactory;
import ai.robutler.core.Settings;

import dev.langchain4j.model.embedding.EmbeddingModel;

import java.util.ServiceLoader;
import java.util.TreeMap;

/** Makes the provider {@code langchain4j} from the models on the class path. */
public final class LangChain4jFactory implements ProviderFactory {
    static final String NAME = "langchain4j";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int rank() {
        return 60;
    }

    /** Reads {@code default-model}: the model for agents that name none; no model by default. */
    @Override
    public ModelProvider create(Settings settings) {
        var models = new TreeMap<String, LangChain4jModel>();
        var embedding = new TreeMap<String, EmbeddingModel>();
        for (LangChain4jModels source : ServiceLoader.load(LangChain4jModels.class)) {
            models.putAll(source.models());
            embedding.putAll(source.embeddingModels());
        }
        String chosen = settings.text("default-model", "");
        if (!chosen.isEmpty() && !models.containsKey(chosen)) {
            settings.problem(
                    "default-model",
                    "is no LangChain4j model on the class path; known are: "
                            + String.join(", ", models.keySet()));
        }
        return new LangChain4jProvider(models, embedding, chosen);
    }
}
