package ai.robutler.search;

import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.PositionIncrementAttribute;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.DisjunctionMaxQuery;
import org.apache.lucene.search.FuzzyQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The words of a query.
 *
 * @param groups each a word in its forms, of which one is enough
 */
record WordQuery(List<List<String>> groups) {
    private static final WordAnalyzer ANALYZER = WordAnalyzer.ofQueries();
    private static final int LONGEST = 4_000;
    private static final int MOST = 64;
    private static final int MOST_SPELLINGS = 16;

    /** A word in so many documents is no slip of the finger. */
    private static final int COMMON = 30;

    /** For which words those that are nearly the same count, too. */
    enum Near {
        NONE,
        /** Those that few documents have: looking for words takes longer than finding them. */
        OF_RARE,
        OF_ALL
    }

    static WordQuery of(String text) {
        String bounded = text.length() <= LONGEST ? text : text.substring(0, LONGEST);
        Set<List<String>> groups = new LinkedHashSet<>();
        List<String> group = new ArrayList<>();
        try (TokenStream words = ANALYZER.tokenStream(LocalIndex.TEXT, bounded)) {
            var term = words.addAttribute(CharTermAttribute.class);
            var step = words.addAttribute(PositionIncrementAttribute.class);
            words.reset();
            while (words.incrementToken() && groups.size() < MOST) {
                if (step.getPositionIncrement() > 0 && !group.isEmpty()) {
                    groups.add(List.copyOf(group));
                    group.clear();
                }
                if (!group.contains(term.toString())) {
                    group.add(term.toString());
                }
            }
            words.end();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (!group.isEmpty()) {
            groups.add(List.copyOf(group));
        }
        return new WordQuery(List.copyOf(groups));
    }

    boolean isEmpty() {
        return groups.isEmpty();
    }

    Query query(Near near, IndexReader reader) throws IOException {
        var all = new BooleanQuery.Builder();
        for (List<String> group : groups) {
            List<Query> forms = new ArrayList<>();
            group.forEach(word -> forms.add(new TermQuery(term(word))));
            if (near == Near.OF_ALL || (near == Near.OF_RARE && !isCommon(group, reader))) {
                nearly(group.getFirst(), forms);
            }
            all.add(
                    forms.size() == 1 ? forms.getFirst() : new DisjunctionMaxQuery(forms, 0),
                    Occur.SHOULD);
        }
        return all.build();
    }

    boolean hasCommon(IndexReader reader) throws IOException {
        for (List<String> group : groups) {
            if (isCommon(group, reader)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isCommon(List<String> group, IndexReader reader) throws IOException {
        for (String word : group) {
            if (reader.docFreq(term(word)) >= COMMON) {
                return true;
            }
        }
        return false;
    }

    private static void nearly(String word, List<Query> forms) {
        boolean letters = word.codePoints().allMatch(Character::isLetter);
        int length = word.length();
        if (letters && length >= 4) {
            var near = new FuzzyQuery(term(word), length >= 8 ? 2 : 1, 1, MOST_SPELLINGS, true);
            forms.add(new BoostQuery(near, 0.5f));
        }
    }

    /** What a document would get that is about nothing else: the measure of the others. */
    double ideal(IndexReader reader) throws IOException {
        double sum = 0;
        for (List<String> group : groups) {
            int rarest = Integer.MAX_VALUE;
            int most = 0;
            for (String word : group) {
                int documents = reader.docFreq(term(word));
                most = Math.max(most, documents);
                rarest = documents > 0 ? Math.min(rarest, documents) : rarest;
            }
            sum += rarity(most == 0 ? 0 : rarest, reader.maxDoc());
        }
        return sum;
    }

    /** As BM25 has it. */
    private static double rarity(int documents, int of) {
        return Math.log1p((of - documents + 0.5) / (documents + 0.5));
    }

    private static Term term(String word) {
        return new Term(LocalIndex.TEXT, word);
    }
}
