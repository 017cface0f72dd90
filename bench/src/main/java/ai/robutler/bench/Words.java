package ai.robutler.bench;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Words as agents use them: those of the quality set, and many more that are rarer and rarer.
 *
 * @param all the most frequent first
 */
record Words(List<String> all) {
    private static final int RARE = 30_000;
    private static final String SYLLABLES = "ba de fi go lu ma ne pi ro su ta ve wi xo ya zu";

    static Words of(List<QualityFiles.Entry> agents) {
        var words = new LinkedHashSet<String>();
        for (QualityFiles.Entry agent : agents) {
            String text = agent.description() + " " + String.join(" ", agent.intents());
            for (String word : text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+")) {
                words.add(word);
            }
        }
        words.remove("");
        var random = new Random(1);
        String[] syllables = SYLLABLES.split(" ");
        while (words.size() < RARE) {
            var word = new StringBuilder();
            for (int i = 0; i < 2 + random.nextInt(3); i++) {
                word.append(syllables[random.nextInt(syllables.length)]);
            }
            words.add(word.toString());
        }
        return new Words(new ArrayList<>(words));
    }

    /** Frequent ones often: half of all are among the first few hundred. */
    private String one(Random random) {
        return all.get((int) (Math.pow(random.nextDouble(), 4) * all.size()));
    }

    String name(Random random) {
        return one(random).replaceAll("[^a-z0-9]", "x");
    }

    String sentence(Random random, int length) {
        var words = new ArrayList<String>();
        for (int i = 0; i < length; i++) {
            words.add(one(random));
        }
        return String.join(" ", words);
    }

    String question(Random random, boolean misspelt) {
        String question = sentence(random, 3 + random.nextInt(4));
        if (!misspelt) {
            return question;
        }
        int at = random.nextInt(question.length() - 1);
        return question.substring(0, at)
                + question.charAt(at + 1)
                + question.charAt(at)
                + question.substring(at + 2);
    }
}
