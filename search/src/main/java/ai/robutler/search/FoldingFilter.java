package ai.robutler.search;

import org.apache.lucene.analysis.TokenFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;

import java.io.IOException;
import java.text.Normalizer;
import java.text.Normalizer.Form;

/**
 * Makes equal what readers take for equal: accents of Latin, Greek and Cyrillic letters, vowel
 * points of Hebrew and Arabic, widths, ligatures. Marks of other scripts are letters of their own,
 * and stay.
 */
final class FoldingFilter extends TokenFilter {
    private static final int LONGEST = 255;

    private final CharTermAttribute term = addAttribute(CharTermAttribute.class);

    FoldingFilter(TokenStream input) {
        super(input);
    }

    @Override
    public boolean incrementToken() throws IOException {
        if (!input.incrementToken()) {
            return false;
        }
        if (!isAscii()) {
            fold();
        }
        return true;
    }

    private boolean isAscii() {
        for (int i = 0; i < term.length(); i++) {
            if (term.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    private void fold() {
        String parts = Normalizer.normalize(term, Form.NFKD);
        var plain = new StringBuilder(parts.length());
        parts.chars().filter(c -> !isDecoration(c)).forEach(c -> plain.append((char) c));
        String whole = Normalizer.normalize(plain, Form.NFKC);
        int length = Math.min(whole.length(), LONGEST);
        char[] folded = new char[length * 4];
        int end = ASCIIFoldingFilter.foldToASCII(whole.toCharArray(), 0, folded, 0, length);
        // A word of nothing but marks stays as it is.
        if (end > 0) {
            term.copyBuffer(folded, 0, end);
        }
    }

    private static boolean isDecoration(int c) {
        return (c >= 0x300 && c <= 0x36F)
                || (c >= 0x591 && c <= 0x5C7)
                || (c >= 0x64B && c <= 0x652)
                || c == 0x640
                || c == 0x670;
    }
}
