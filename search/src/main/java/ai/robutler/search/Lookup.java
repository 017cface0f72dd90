package ai.robutler.search;

import ai.robutler.core.Deadline;
import ai.robutler.search.Ranking.Found;
import ai.robutler.search.WordQuery.Near;

import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.util.BytesRef;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One search in the files of Lucene. */
record Lookup(WordQuery words, SearchQuery query, Optional<float[]> vector, Deadline deadline) {
    /** How much deeper than asked both lists go, so that they have something to agree on. */
    private static final int DEPTH = 4;

    private static final int LEAST = 50;

    List<SearchHit> in(IndexSearcher shared) throws IOException {
        IndexReader reader = shared.getIndexReader();
        var searcher = new IndexSearcher(reader);
        // Filters are single terms: a cache of them would hold memory and save nothing.
        searcher.setQueryCache(null);
        searcher.setTimeout(deadline::hasPassed);
        if (vector.isEmpty()) {
            return Ranking.words(byWords(searcher, query.limit()), query.limit());
        }
        int depth = Math.max(LEAST, query.limit() * DEPTH);
        return Ranking.both(
                byWords(searcher, depth), byMeaning(searcher, vector.get(), depth), query.limit());
    }

    private List<Found> byWords(IndexSearcher searcher, int depth) throws IOException {
        if (words.isEmpty()) {
            return List.of();
        }
        if (!query.typos()) {
            return byWords(searcher, depth, Near.NONE);
        }
        List<Found> found = byWords(searcher, depth, Near.OF_RARE);
        boolean enough = found.size() >= depth || !words.hasCommon(searcher.getIndexReader());
        return enough ? found : byWords(searcher, depth, Near.OF_ALL);
    }

    private List<Found> byWords(IndexSearcher searcher, int depth, Near near) throws IOException {
        IndexReader reader = searcher.getIndexReader();
        var all = new BooleanQuery.Builder();
        all.add(words.query(near, reader), Occur.MUST);
        filters().forEach(filter -> all.add(filter, Occur.FILTER));
        double ideal = words.ideal(reader);
        return found(searcher, all.build(), depth, score -> share(score, ideal));
    }

    /** A word counts for 45 % where it is once in a text of usual length, and never for all. */
    private static double share(double score, double ideal) {
        double part = Math.min(1, score / ideal);
        return 2 * part / (1 + part);
    }

    private List<Found> byMeaning(IndexSearcher searcher, float[] point, int depth)
            throws IOException {
        String field = LocalIndex.vector(point.length);
        Query near = new KnnFloatVectorQuery(field, point, depth, filter());
        // Lucene says (1 + cosine) / 2.
        return found(searcher, near, depth, score -> Math.clamp(2 * score - 1, 0, 1));
    }

    private Query filter() {
        List<Query> filters = filters();
        if (filters.isEmpty()) {
            return MatchAllDocsQuery.INSTANCE;
        }
        var all = new BooleanQuery.Builder();
        filters.forEach(filter -> all.add(filter, Occur.FILTER));
        return all.build();
    }

    private List<Query> filters() {
        List<Query> filters = new ArrayList<>();
        query.only().forEach((field, values) -> filters.add(oneOf(field, values)));
        return filters;
    }

    private static Query oneOf(String field, Set<String> values) {
        String exact = LocalIndex.exact(field);
        return switch (values.size()) {
            case 0 -> MatchNoDocsQuery.INSTANCE;
            case 1 -> new TermQuery(new Term(exact, values.iterator().next()));
            default -> new TermInSetQuery(exact, values.stream().map(BytesRef::new).toList());
        };
    }

    @FunctionalInterface
    private interface Similarity {
        double of(double score);
    }

    private static List<Found> found(
            IndexSearcher searcher, Query query, int depth, Similarity similarity)
            throws IOException {
        List<Found> found = new ArrayList<>();
        for (ScoreDoc each : searcher.search(query, depth).scoreDocs) {
            found.add(new Found(LocalIndex.id(searcher, each), similarity.of(each.score)));
        }
        return found;
    }
}
