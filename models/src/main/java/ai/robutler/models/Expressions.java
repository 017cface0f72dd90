package ai.robutler.models;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds a calculation in a sentence. */
final class Expressions {
    private static final Pattern DATE = Pattern.compile("\\d{4}-\\d{1,2}-\\d{1,2}|\\d+:\\d+");
    private static final Pattern GROUPED = Pattern.compile("(?<=\\d),(?=\\d{3}(?!\\d))");
    private static final String[][] WORDS = {
        {"(?i)\\bplus\\b|\\badded to\\b", "+"},
        {"(?i)\\bminus\\b", "-"},
        {"(?i)\\b(multiplied by|times)\\b|×|·|∙", "*"},
        {"(?i)\\b(divided by|over)\\b(?=\\s*[\\d(])|÷", "/"},
        {"(?<=\\d)\\s*[xX]\\s*(?=\\d)", " * "},
        {"(?i)\\bto the power of\\b", "^"},
        {"(?i)(?<=[\\d)])\\s*squared\\b", "^2"},
        {"(?i)(?<=[\\d)])\\s*cubed\\b", "^3"},
        {"(?i)\\b(?:the )?square root of\\s*(\\d+(?:\\.\\d+)?)", "sqrt($1)"},
        {"(?i)(\\d+(?:\\.\\d+)?)\\s*(?:%|percent)\\s*of\\s*(\\d+(?:\\.\\d+)?)", "$1 / 100 * $2"},
        {"−|–", "-"},
    };
    private static final Pattern RUN =
            Pattern.compile(
                    "(?:[-+*/^%(),!.\\d\\s]++|\\b(?:sqrt|abs|min|max|round|floor|ceil|sin|cos|tan|log"
                            + "|ln|exp|pow)(?=\\s*\\()|\\bpi\\b)+");
    private static final Pattern OPERATION =
            Pattern.compile("[\\d)]\\s*[-+*/^%]\\s*[-+(\\dasmrfcltep.]|[a-z]\\s*\\(|\\d!");

    private Expressions() {}

    /** The longest calculation in the text; empty if it has none. */
    static Optional<String> in(String text) {
        String plain = GROUPED.matcher(DATE.matcher(text).replaceAll(" ; ")).replaceAll("");
        for (String[] word : WORDS) {
            plain = plain.replaceAll(word[0], word[1]);
        }
        String longest = "";
        Matcher runs = RUN.matcher(plain);
        while (runs.find()) {
            String run = trimmed(runs.group());
            if (run.length() > longest.length() && OPERATION.matcher(run).find()) {
                longest = run;
            }
        }
        return longest.isEmpty() ? Optional.empty() : Optional.of(longest);
    }

    /** Without what the sentence put around it: operators at the ends, brackets without partner. */
    private static String trimmed(String run) {
        String text = run.strip();
        while (!text.isEmpty()) {
            char last = text.charAt(text.length() - 1);
            char first = text.charAt(0);
            if ("*/^,%)!".indexOf(first) >= 0 || (first == '(' && depth(text) > 0)) {
                text = text.substring(1).strip();
            } else if ("+-*/^,.(".indexOf(last) >= 0 || (last == ')' && depth(text) < 0)) {
                text = text.substring(0, text.length() - 1).strip();
            } else {
                return text;
            }
        }
        return text;
    }

    private static int depth(String text) {
        int depth = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
        }
        return depth;
    }
}
