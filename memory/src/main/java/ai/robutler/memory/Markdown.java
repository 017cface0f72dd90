package ai.robutler.memory;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Markdown: its headings; all else is text as it stands, which models read well. */
final class Markdown {
    private static final Pattern HEADING = Pattern.compile(" {0,3}(#{1,6})[ \\t](.*)");
    private static final Pattern FENCE = Pattern.compile(" {0,3}(```+|~~~+).*");
    private static final String FRONT_MATTER = "---";

    private Markdown() {}

    static void read(byte[] bytes, DocumentBounds bounds, DocumentWriter to) {
        String[] lines = PlainText.decoded(bytes).split("\\R", -1);
        String fence = "";
        for (int i = body(lines); i < lines.length; i++) {
            String line = lines[i];
            Matcher heading = HEADING.matcher(line);
            if (fence.isEmpty() && heading.matches()) {
                to.heading(heading.group(1).length(), words(heading.group(2)));
            } else if (fence.isEmpty() && isUnderlined(lines, i)) {
                to.heading(lines[i + 1].strip().startsWith("=") ? 1 : 2, line);
                i++;
            } else {
                fence = fence(fence, line);
                to.text(line + "\n");
            }
        }
    }

    /** Without the signs that may close a heading. */
    private static String words(String heading) {
        int end = heading.length();
        while (end > 0 && " \t#".indexOf(heading.charAt(end - 1)) >= 0) {
            end--;
        }
        return heading.substring(0, end);
    }

    /** Where the text begins, after what is written about it. */
    private static int body(String[] lines) {
        if (!lines[0].strip().equals(FRONT_MATTER)) {
            return 0;
        }
        for (int i = 1; i < lines.length; i++) {
            if (lines[i].strip().equals(FRONT_MATTER)) {
                return i + 1;
            }
        }
        return 0;
    }

    private static boolean isUnderlined(String[] lines, int at) {
        if (at + 1 >= lines.length || lines[at].isBlank()) {
            return false;
        }
        String under = lines[at + 1].strip();
        boolean alone = at == 0 || lines[at - 1].isBlank();
        return alone
                && under.length() >= 2
                && (under.chars().allMatch(c -> c == '=') || under.chars().allMatch(c -> c == '-'));
    }

    /** What ends the code that the line is in, "" outside of code. */
    private static String fence(String open, String line) {
        Matcher fence = FENCE.matcher(line);
        if (!fence.matches()) {
            return open;
        }
        if (open.isEmpty()) {
            return fence.group(1);
        }
        return line.strip().startsWith(open) ? "" : open;
    }
}
