package ai.robutler.bench;

import ai.robutler.core.Agent;
import ai.robutler.core.Caller;
import ai.robutler.core.Deadline;
import ai.robutler.core.Embedder;
import ai.robutler.core.PaidUse;
import ai.robutler.discovery.Discovery;
import ai.robutler.discovery.DiscoverySettings;
import ai.robutler.discovery.Found;
import ai.robutler.discovery.Query;
import ai.robutler.outbound.OutboundClient;
import ai.robutler.outbound.OutboundSettings;
import ai.robutler.store.Database;
import ai.robutler.testkit.ScriptedProvider;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.spi.model.embedding.EmbeddingModelFactory;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;

/**
 * How good discovery is: questions whose agent is among the first five (recall@5), and the mean of
 * 1/place (MRR), by words alone and with vectors beside them. The vectors are those of the
 * embedding model on the class path; without one, those of the testkit, which mean nothing.
 */
final class Quality {
    private Quality() {}

    static void run(int top, PrintStream out) throws Exception {
        Embedder embedder = embedder();
        for (Optional<Embedder> meaning :
                List.of(Optional.<Embedder>empty(), Optional.of(embedder))) {
            try (Stores stores = Stores.open();
                    Database database = stores.create(Database.Kind.SQLITE);
                    OutboundClient outbound = OutboundClient.open(OutboundSettings.DEFAULT);
                    Discovery discovery =
                            Discovery.open(
                                    DiscoverySettings.DEFAULT,
                                    database,
                                    outbound,
                                    PaidUse.NONE,
                                    Optional.empty(),
                                    meaning,
                                    Optional.empty())) {
                List<Agent> agents = agents();
                discovery.list(() -> agents, () -> "https://agents.example.com");
                await(discovery, agents.size());
                out.printf(
                        "%s:%n", meaning.map(m -> "words and " + m.name()).orElse("words alone"));
                report(discovery, top, out);
            }
        }
    }

    private static List<Agent> agents() throws Exception {
        return QualityFiles.agents().stream()
                .map(
                        each ->
                                Agent.builder(each.name())
                                        .model("offline/rules")
                                        .description(each.description())
                                        .intents(each.intents())
                                        .build())
                .toList();
    }

    private static void await(Discovery discovery, int agents) throws InterruptedException {
        // The first search opens the index.
        var _ = discovery.registry().search(Query.of("none", 1), Caller.anonymous());
        for (int i = 0; i < 600; i++) {
            var status = discovery.status();
            if (status.indexed() == agents && status.withoutMeaning() == 0) {
                return;
            }
            Thread.sleep(100);
        }
        throw new IllegalStateException("not indexed: " + discovery.status());
    }

    private static void report(Discovery discovery, int top, PrintStream out) throws Exception {
        Map<String, double[]> sums = new TreeMap<>();
        for (QualityFiles.Question question : QualityFiles.questions()) {
            List<String> names =
                    discovery
                            .registry()
                            .search(Query.of(question.asked(), 10), Caller.anonymous())
                            .stream()
                            .map(Found::agent)
                            .toList();
            int place = names.indexOf(question.agent()) + 1;
            for (String kind : List.of("all", question.kind())) {
                double[] sum = sums.computeIfAbsent(kind, _ -> new double[3]);
                sum[0]++;
                sum[1] += place >= 1 && place <= top ? 1 : 0;
                sum[2] += place >= 1 ? 1.0 / place : 0;
            }
        }
        sums.forEach(
                (kind, sum) ->
                        out.printf(
                                "  %-11s %4.0f questions  recall@%d %.3f  MRR %.3f%n",
                                kind, sum[0], top, sum[1] / sum[0], sum[2] / sum[0]));
    }

    private static Embedder embedder() {
        return ServiceLoader.load(EmbeddingModelFactory.class).stream()
                .findFirst()
                .<Embedder>map(found -> new InProcess(found.get().create()))
                .orElseGet(Nonsense::new);
    }

    /** A real model, within this process. */
    private record InProcess(EmbeddingModel model) implements Embedder {
        @Override
        public String name() {
            return "local/" + model.getClass().getSimpleName();
        }

        @Override
        public List<float[]> embed(List<String> texts, Deadline deadline) {
            return model.embedAll(texts.stream().map(TextSegment::from).toList()).content().stream()
                    .map(Embedding::vector)
                    .toList();
        }
    }

    /** The testkit's vectors: the same for the same text, and without any meaning. */
    private record Nonsense() implements Embedder {
        @Override
        public String name() {
            return "testkit/no-meaning";
        }

        @Override
        public List<float[]> embed(List<String> texts, Deadline deadline) {
            return texts.stream().map(text -> ScriptedProvider.vector(text, 64)).toList();
        }
    }
}
