package ai.robutler.testkit;

import java.util.ArrayList;
import java.util.List;

/** Cuts texts between characters. */
final class Pieces {

    private Pieces() {}

    /** Pieces of so many code points, the last may be shorter; none of an empty text. */
    static List<String> of(String text, int size) {
        List<String> pieces = new ArrayList<>();
        int from = 0;
        while (from < text.length()) {
            int left = text.codePointCount(from, text.length());
            int to = left <= size ? text.length() : text.offsetByCodePoints(from, size);
            pieces.add(text.substring(from, to));
            from = to;
        }
        return pieces;
    }
}
