package ai.robutler.discovery;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Which of an agent's intents a question is about, by the pieces of words that both have. */
final class Likeness {
    private static final int PIECE = 3;

    private Likeness() {}

    static String nearest(String question, List<String> intents) {
        Set<String> asked = pieces(question);
        String nearest = "";
        double best = -1;
        for (String intent : intents) {
            Set<String> said = pieces(intent);
            long common = said.stream().filter(asked::contains).count();
            double likeness = said.isEmpty() ? 0 : common / Math.sqrt(said.size());
            if (likeness > best) {
                best = likeness;
                nearest = intent;
            }
        }
        return nearest;
    }

    private static Set<String> pieces(String text) {
        var pieces = new HashSet<String>();
        for (String word : text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+")) {
            String padded = " " + word + " ";
            for (int i = 0; i + PIECE <= padded.length(); i++) {
                pieces.add(padded.substring(i, i + PIECE));
            }
        }
        return pieces;
    }
}
