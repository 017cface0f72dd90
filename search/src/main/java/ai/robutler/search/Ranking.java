package ai.robutler.search;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Joins what was found by words with what was found by meaning, by the places in both lists. */
final class Ranking {
    /** How little the first places differ; the value of the paper that proposed it. */
    private static final double FLATNESS = 60;

    private Ranking() {}

    /** One list, best first. The similarity is from 0 to 1. */
    record Found(String id, double similarity) {}

    static List<SearchHit> words(List<Found> words, int limit) {
        return words.stream()
                .limit(limit)
                .map(each -> new SearchHit(each.id(), each.similarity(), each.similarity(), 0))
                .toList();
    }

    static List<SearchHit> both(List<Found> words, List<Found> meaning, int limit) {
        Map<String, Double> scores = new LinkedHashMap<>();
        add(scores, words);
        add(scores, meaning);
        Map<String, Double> byWords = similarities(words);
        Map<String, Double> byMeaning = similarities(meaning);
        return scores.entrySet().stream()
                .map(
                        each ->
                                new SearchHit(
                                        each.getKey(),
                                        each.getValue(),
                                        byWords.getOrDefault(each.getKey(), 0.0),
                                        byMeaning.getOrDefault(each.getKey(), 0.0)))
                .sorted(
                        Comparator.comparingDouble(SearchHit::score)
                                .thenComparingDouble(SearchHit::similarity)
                                .reversed()
                                .thenComparing(SearchHit::id))
                .limit(limit)
                .toList();
    }

    private static void add(Map<String, Double> scores, List<Found> list) {
        for (int i = 0; i < list.size(); i++) {
            // First in both lists is 1.
            double share = (FLATNESS + 1) / (FLATNESS + 1 + i) / 2;
            scores.merge(list.get(i).id(), share, Double::sum);
        }
    }

    private static Map<String, Double> similarities(List<Found> list) {
        var byId = new LinkedHashMap<String, Double>();
        list.forEach(each -> byId.put(each.id(), each.similarity()));
        return byId;
    }
}
