package ai.robutler.memory;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Cuts documents into pieces that can be found and read by themselves: within one section, at the
 * ends of paragraphs where that goes, else of sentences, else anywhere. The end of a piece is the
 * beginning of the next, so that what stands at the cut is whole in one of them.
 *
 * @param size of a piece, in tokens
 * @param overlap of two pieces, in tokens
 */
record DocumentChunks(int size, int overlap) {
    private static final int MOST = 10_000;

    /**
     * A piece.
     *
     * @param headings that it stands below, from the topmost, parted by {@code ›}
     */
    record Chunk(String headings, String text) {}

    List<Chunk> of(DocumentText document) {
        List<Chunk> chunks = new ArrayList<>();
        for (DocumentText.Section section : document.sections()) {
            String headings = String.join(" › ", section.headings());
            for (String piece : pieces(section.text())) {
                if (chunks.size() == MOST) {
                    return chunks;
                }
                chunks.add(new Chunk(headings, piece));
            }
        }
        return chunks;
    }

    private List<String> pieces(String text) {
        if (tokens(text) <= size) {
            return List.of(text);
        }
        List<String> pieces = new ArrayList<>();
        List<String> open = new ArrayList<>();
        int tokens = 0;
        for (String part : parts(text)) {
            int more = tokens(part);
            if (!open.isEmpty() && tokens + more > size) {
                pieces.add(String.join("", open).strip());
                open = tail(open, size - more);
                tokens = open.stream().mapToInt(DocumentChunks::tokens).sum();
            }
            open.add(part);
            tokens += more;
        }
        String last = String.join("", open).strip();
        if (!last.isEmpty()) {
            pieces.add(last);
        }
        return pieces;
    }

    /** The last parts, as many as the overlap, and the room beside the next part, take. */
    private List<String> tail(List<String> parts, int room) {
        int from = parts.size();
        int tokens = 0;
        while (from > 1) {
            tokens += tokens(parts.get(from - 1));
            if (tokens > Math.min(overlap, room)) {
                break;
            }
            from--;
        }
        return new ArrayList<>(parts.subList(from, parts.size()));
    }

    /** Paragraphs, or what fits of those that are too long. */
    private List<String> parts(String text) {
        List<String> parts = new ArrayList<>();
        for (String paragraph : text.split("(?<=\\n\\n)")) {
            if (tokens(paragraph) <= size / 2) {
                parts.add(paragraph);
            } else {
                sentences(paragraph, parts);
            }
        }
        return parts;
    }

    private void sentences(String paragraph, List<String> parts) {
        BreakIterator bounds = BreakIterator.getSentenceInstance(Locale.ROOT);
        bounds.setText(paragraph);
        int from = bounds.first();
        for (int to = bounds.next(); to != BreakIterator.DONE; from = to, to = bounds.next()) {
            slices(paragraph.substring(from, to), parts);
        }
    }

    private void slices(String sentence, List<String> parts) {
        int from = 0;
        while (from < sentence.length()) {
            int to = fitting(sentence, from);
            parts.add(sentence.substring(from, to));
            from = to;
        }
    }

    /** Up to where the text fits from there; at the end of a word where there is one. */
    private int fitting(String text, int from) {
        int quarters = 0;
        int end = from;
        while (end < text.length() && quarters < (size - 1) * 4) {
            quarters += weight(text.charAt(end++));
        }
        if (end == text.length()) {
            return end;
        }
        int space = text.lastIndexOf(' ', end - 1);
        int cut = space > from + (end - from) / 2 ? space + 1 : end;
        return Character.isHighSurrogate(text.charAt(cut - 1)) ? cut - 1 : cut;
    }

    /** About as models count: four letters of an alphabet, or one sign of another script. */
    static int tokens(String text) {
        int quarters = 0;
        for (int i = 0; i < text.length(); i++) {
            quarters += weight(text.charAt(i));
        }
        return quarters / 4 + 1;
    }

    private static int weight(char c) {
        return c < 0x250 ? 1 : 4;
    }
}
