package ai.robutler.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Text whose words are as frequent and as rare as those of a language: by Zipf's law. */
final class Corpus {
    private static final int WORDS = 60_000;
    private static final String[] SYLLABLES = {
        "ka", "lo", "mi", "ter", "ron", "sel", "va", "du", "pin", "gar", "sto", "ble", "fri", "nes",
        "hul", "mon", "ti", "ec", "or", "un"
    };

    private final List<String> words = new ArrayList<>(WORDS);
    private final double[] upTo = new double[WORDS];
    private final Random random = new Random(20_261_127);

    Corpus() {
        double sum = 0;
        for (int i = 0; i < WORDS; i++) {
            words.add(word(i));
            sum += 1.0 / (i + 2);
            upTo[i] = sum;
        }
    }

    /** The shorter, the more frequent. */
    private static String word(int number) {
        var word = new StringBuilder();
        int rest = number + SYLLABLES.length;
        while (rest > 0) {
            word.append(SYLLABLES[rest % SYLLABLES.length]);
            rest /= SYLLABLES.length;
        }
        return word.toString();
    }

    private String word() {
        double at = random.nextDouble() * upTo[WORDS - 1];
        int found = java.util.Arrays.binarySearch(upTo, at);
        return words.get(Math.min(WORDS - 1, found < 0 ? -found - 1 : found));
    }

    /** So many words, in sentences. */
    String text(int number) {
        var text = new StringBuilder();
        for (int i = 0; i < number; i++) {
            text.append(word()).append(i % 14 == 13 ? ". " : " ");
        }
        return text.toString();
    }

    /** Two to six words, as users ask. */
    String query() {
        return text(2 + random.nextInt(5)).replace(".", "");
    }
}
