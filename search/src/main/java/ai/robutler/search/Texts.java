package ai.robutler.search;

import ai.robutler.core.Deadline;
import ai.robutler.core.Embedder;
import ai.robutler.core.ProviderException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Embeds any number of texts: in calls that no provider finds too large, and around texts that a
 * provider refuses.
 */
record Texts(Embedder embedder, Duration patience) {
    private static final int MOST_TEXTS = 64;
    private static final int MOST_TOKENS = 60_000;
    private static final int LONGEST_TOKENS = 7_500;
    private static final String HARMLESS = "text";

    /**
     * A vector for each text, in their order; empty where the model does not take the text.
     *
     * @throws ai.robutler.core.ApiException if the provider fails, or refuses everything
     */
    List<Optional<float[]>> embed(List<String> texts) {
        var vectors = new ArrayList<Optional<float[]>>(texts.size());
        List<String> batch = new ArrayList<>();
        int tokens = 0;
        for (String text : texts) {
            String bounded = bounded(text);
            int more = tokens(bounded);
            if (!batch.isEmpty() && (batch.size() == MOST_TEXTS || tokens + more > MOST_TOKENS)) {
                vectors.addAll(around(batch));
                batch.clear();
                tokens = 0;
            }
            batch.add(bounded);
            tokens += more;
        }
        if (!batch.isEmpty()) {
            vectors.addAll(around(batch));
        }
        return vectors;
    }

    private List<Optional<float[]>> around(List<String> batch) {
        try {
            return all(batch);
        } catch (ProviderException.Permanent e) {
            if (e.status() != 400) {
                throw e;
            }
            // Refuses it anything at all, then nothing is wrong with these texts.
            all(List.of(HARMLESS));
            return batch.size() == 1 ? List.of(Optional.empty()) : halves(batch);
        }
    }

    private List<Optional<float[]>> halves(List<String> batch) {
        int half = batch.size() / 2;
        var both = new ArrayList<>(around(batch.subList(0, half)));
        both.addAll(around(batch.subList(half, batch.size())));
        return both;
    }

    private List<Optional<float[]>> all(List<String> batch) {
        return embedder.embed(List.copyOf(batch), Deadline.after(patience)).stream()
                .map(Vector::of)
                .toList();
    }

    /** About as models count: four letters of an alphabet, or one sign of another script. */
    static int tokens(String text) {
        int quarters = 0;
        for (int i = 0; i < text.length(); i++) {
            quarters += text.charAt(i) < 0x250 ? 1 : 4;
        }
        return quarters / 4 + 1;
    }

    private static String bounded(String text) {
        String whole = text.isBlank() ? HARMLESS : text;
        if (tokens(whole) <= LONGEST_TOKENS) {
            return whole;
        }
        int quarters = 0;
        int end = 0;
        while (quarters < LONGEST_TOKENS * 4) {
            quarters += whole.charAt(end++) < 0x250 ? 1 : 4;
        }
        return whole.substring(0, Character.isHighSurrogate(whole.charAt(end - 1)) ? end - 1 : end);
    }
}
