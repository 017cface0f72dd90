package ai.robutler.discovery;

import ai.robutler.core.Agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** Agents, and questions that one of them should answer. */
final class QualitySet {
    /** A question. */
    record Question(String kind, String asked, String agent) {}

    /**
     * How well questions were answered.
     *
     * @param recall the share of questions whose agent is among the first five
     * @param mrr the mean of 1/place of the right agent among the first ten
     */
    record Score(int questions, double recall, double mrr) {}

    private QualitySet() {}

    static Agent[] agents() {
        return lines("agents.txt").stream()
                .map(each -> Node.agent(each[0], each[1], each[2].split("; ")))
                .toArray(Agent[]::new);
    }

    static List<Question> questions() {
        return lines("queries.txt").stream()
                .map(each -> new Question(each[0], each[1], each[2]))
                .toList();
    }

    private static List<String[]> lines(String file) {
        try (var in = QualitySet.class.getResourceAsStream("/quality/" + file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split(" \\| "))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** By kinds of questions, and of all under {@code all}. */
    static Map<String, Score> scores(Function<String, List<String>> search) {
        Map<String, double[]> sums = new TreeMap<>();
        for (Question question : questions()) {
            int place = search.apply(question.asked()).indexOf(question.agent()) + 1;
            for (String kind : List.of("all", question.kind())) {
                double[] sum = sums.computeIfAbsent(kind, _ -> new double[3]);
                sum[0]++;
                sum[1] += place >= 1 && place <= 5 ? 1 : 0;
                sum[2] += place >= 1 && place <= 10 ? 1.0 / place : 0;
            }
        }
        var scores = new TreeMap<String, Score>();
        sums.forEach(
                (kind, sum) ->
                        scores.put(
                                kind, new Score((int) sum[0], sum[1] / sum[0], sum[2] / sum[0])));
        return scores;
    }
}
