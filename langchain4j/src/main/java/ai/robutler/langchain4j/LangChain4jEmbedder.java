package ai.robutler.langchain4j;

import ai.robutler.core.CancelledException;
import ai.robutler.core.Deadline;
import ai.robutler.core.Embedder;
import ai.robutler.core.ProviderException;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A LangChain4j embedding model. It knows no deadline, so that each call has a thread of its own,
 * which is interrupted when the time is over.
 */
final class LangChain4jEmbedder implements Embedder {
    private final String name;
    private final EmbeddingModel model;

    LangChain4jEmbedder(String name, EmbeddingModel model) {
        this.name = name;
        this.model = model;
    }

    @Override
    public String name() {
        return LangChain4jFactory.NAME + "/" + name;
    }

    @Override
    public List<float[]> embed(List<String> texts, Deadline deadline) {
        var task = new FutureTask<>(() -> vectors(texts));
        Thread thread = Thread.ofVirtual().name("langchain4j-embed").start(task);
        try {
            return task.get(Math.max(0, deadline.remaining().toNanos()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            thread.interrupt();
            throw ProviderException.timedOut(LangChain4jFactory.NAME, "did not answer in time");
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
            throw new CancelledException("interrupted while waiting for LangChain4j");
        } catch (ExecutionException e) {
            throw Failures.of(e.getCause() == null ? e : e.getCause());
        }
    }

    private List<float[]> vectors(List<String> texts) {
        List<float[]> vectors =
                model.embedAll(texts.stream().map(TextSegment::from).toList()).content().stream()
                        .map(Embedding::vector)
                        .toList();
        if (vectors.size() != texts.size()) {
            throw ProviderException.failed(
                    LangChain4jFactory.NAME,
                    "answered with " + vectors.size() + " vectors for " + texts.size() + " texts",
                    null);
        }
        return vectors;
    }
}
