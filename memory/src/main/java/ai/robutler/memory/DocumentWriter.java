package ai.robutler.memory;

import java.util.ArrayList;
import java.util.List;

/**
 * Collects what a document says while it is read, no more than the bounds allow, and no longer. For
 * one thread.
 */
final class DocumentWriter {
    private static final int LONGEST_HEADING = 200;
    private static final int DEEPEST = 6;
    private static final int DEEPEST_INDENT = 40;

    /** Nothing more is wanted. Without a trace: it is no failure. */
    static final class Full extends RuntimeException {
        Full() {
            super("the bound is reached", null, false, false);
        }
    }

    private final int most;
    private final List<DocumentText.Section> sections = new ArrayList<>();
    private final List<String> headings = new ArrayList<>();
    private final List<Integer> levels = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private String title = "";
    private int written;
    private boolean cut;

    DocumentWriter(DocumentBounds bounds) {
        most = bounds.characters();
    }

    void title(String words) {
        if (title.isEmpty()) {
            title = line(words);
        }
    }

    /** Begins a section below all headings of a lower level. */
    void heading(int level, String words) {
        String heading = line(words);
        if (heading.isEmpty()) {
            return;
        }
        end();
        while (!levels.isEmpty() && levels.getLast() >= level) {
            levels.removeLast();
            headings.removeLast();
        }
        if (levels.size() < DEEPEST) {
            levels.add(level);
            headings.add(heading);
        }
        title(heading);
    }

    private static String line(String words) {
        String one = words.strip().replaceAll("\\s+", " ");
        return one.length() <= LONGEST_HEADING ? one : one.substring(0, LONGEST_HEADING);
    }

    /**
     * Adds text as it is.
     *
     * @throws Full if there is no room for more
     */
    void text(CharSequence more) {
        checkTime();
        int room = most - written;
        if (more.length() > room) {
            text.append(more, 0, room);
            written = most;
            stop();
        }
        text.append(more);
        written += more.length();
    }

    /** Adds a paragraph. */
    void paragraph(CharSequence more) {
        text(more);
        text.append("\n\n");
    }

    /** There is more than is wanted. */
    void stop() {
        cut = true;
        throw new Full();
    }

    /** A reader that is too slow is interrupted. */
    static void checkTime() {
        if (Thread.currentThread().isInterrupted()) {
            throw new DocumentException("it takes too long to read", null);
        }
    }

    private void end() {
        String tidy = tidy(text);
        text.setLength(0);
        if (!tidy.isEmpty()) {
            sections.add(new DocumentText.Section(headings, tidy));
        }
    }

    /**
     * One space for several within a line, one empty line for several; what a line begins with
     * stays, for it may mean something. By hand: patterns would take the square of the time.
     */
    private static String tidy(CharSequence raw) {
        var tidy = new StringBuilder(raw.length());
        int newlines = 0;
        int spaces = 0;
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '\n') {
                newlines++;
                spaces = 0;
            } else if (c == 0 || Character.isWhitespace(c) || c == '\u00a0') {
                spaces++;
            } else {
                boolean begins = newlines > 0 || tidy.isEmpty();
                tidy.append("\n", 0, newlines > 0 && !tidy.isEmpty() ? 1 : 0);
                tidy.append("\n", 0, newlines > 1 && !tidy.isEmpty() ? 1 : 0);
                tidy.repeat(' ', begins ? Math.min(spaces, DEEPEST_INDENT) : Math.min(spaces, 1));
                tidy.append(c);
                newlines = 0;
                spaces = 0;
            }
        }
        return tidy.toString().strip();
    }

    DocumentText whole() {
        end();
        return new DocumentText(title, sections, cut);
    }
}
