package ai.robutler.search;

import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.cjk.CJKBigramFilter;
import org.apache.lucene.analysis.cjk.CJKWidthFilter;
import org.apache.lucene.analysis.en.EnglishMinimalStemFilter;
import org.apache.lucene.analysis.miscellaneous.KeywordRepeatFilter;
import org.apache.lucene.analysis.miscellaneous.LimitTokenCountFilter;
import org.apache.lucene.analysis.miscellaneous.RemoveDuplicatesTokenFilter;
import org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter;
import org.apache.lucene.analysis.standard.StandardTokenizer;

/**
 * Words of any language: bounds by Unicode's rules, parts of compound names ({@code maxTokens},
 * {@code robutler.yaml}) beside the whole, small letters, no accents, pairs of signs where a
 * language has no spaces, and the English singular beside the plural. No list of stop words: what
 * is frequent counts little by itself.
 */
final class WordAnalyzer extends Analyzer {
    /** Raised with each change to what is indexed: indexes of other versions are made anew. */
    static final int VERSION = 1;

    private static final int MOST_WORDS = 20_000;
    private static final int ALL_SCRIPTS =
            CJKBigramFilter.HAN
                    | CJKBigramFilter.HIRAGANA
                    | CJKBigramFilter.KATAKANA
                    | CJKBigramFilter.HANGUL;
    private static final int PARTS =
            WordDelimiterGraphFilter.GENERATE_WORD_PARTS
                    | WordDelimiterGraphFilter.GENERATE_NUMBER_PARTS
                    | WordDelimiterGraphFilter.PRESERVE_ORIGINAL
                    | WordDelimiterGraphFilter.SPLIT_ON_CASE_CHANGE;

    private final boolean indexing;

    private WordAnalyzer(boolean indexing) {
        this.indexing = indexing;
    }

    /** For documents: single signs too, for queries of one sign. */
    static WordAnalyzer ofDocuments() {
        return new WordAnalyzer(true);
    }

    static WordAnalyzer ofQueries() {
        return new WordAnalyzer(false);
    }

    @Override
    protected TokenStreamComponents createComponents(String field) {
        var words = new StandardTokenizer();
        TokenStream stream = new WordDelimiterGraphFilter(words, PARTS, null);
        stream = new LowerCaseFilter(new CJKWidthFilter(stream));
        stream = new CJKBigramFilter(stream, ALL_SCRIPTS, indexing);
        stream = new FoldingFilter(stream);
        stream = new EnglishMinimalStemFilter(new KeywordRepeatFilter(stream));
        stream = new RemoveDuplicatesTokenFilter(stream);
        return new TokenStreamComponents(words, new LimitTokenCountFilter(stream, MOST_WORDS));
    }
}
