package ai.robutler.memory;

import ai.robutler.core.RunContext;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What one run was given of documents, each with the number that the model knows it by. For the
 * run's threads.
 */
final class KnowledgeSources {
    private static final RunContext.Key<KnowledgeSources> KEY =
            RunContext.Key.of("knowledge sources", KnowledgeSources.class);
    private static final int MOST = 200;
    private static final int LONGEST_ANSWER = 1_000_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final List<KnowledgeHit> sources = new ArrayList<>();
    private final StringBuilder answer = new StringBuilder();
    private String prompt = "";
    private boolean prompted;

    /** Those of the run; hooks and prompts come one after the other, tools come after them. */
    static KnowledgeSources of(RunContext context) {
        return context.attribute(KEY)
                .orElseGet(
                        () -> {
                            var sources = new KnowledgeSources();
                            context.attribute(KEY, sources);
                            return sources;
                        });
    }

    /** The number of a source, from 1; 0 where there are too many. */
    int number(KnowledgeHit hit) {
        lock.lock();
        try {
            for (int i = 0; i < sources.size(); i++) {
                if (sources.get(i).id().equals(hit.id())) {
                    return i + 1;
                }
            }
            if (sources.size() == MOST) {
                return 0;
            }
            sources.add(hit);
            return sources.size();
        } finally {
            lock.unlock();
        }
    }

    List<KnowledgeHit> all() {
        lock.lock();
        try {
            return List.copyOf(sources);
        } finally {
            lock.unlock();
        }
    }

    /** What is put before the model, which is the same for all turns. */
    String prompt(java.util.function.Supplier<String> make) {
        if (!prompted) {
            prompt = make.get();
            prompted = true;
        }
        return prompt;
    }

    /** A piece of a streamed answer. */
    void said(String piece) {
        if (answer.length() < LONGEST_ANSWER) {
            answer.append(piece);
        }
    }

    String answer() {
        return answer.toString();
    }
}
