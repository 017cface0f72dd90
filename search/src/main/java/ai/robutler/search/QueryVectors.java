package ai.robutler.search;

import ai.robutler.core.ApiException;
import ai.robutler.core.Deadline;
import ai.robutler.core.Embedder;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The vectors of queries: the last ones are kept, and a provider that fails is left alone for a
 * while, since searches go on without it.
 */
final class QueryVectors {
    private static final Logger LOG = LoggerFactory.getLogger(QueryVectors.class);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration REST = Duration.ofSeconds(10);
    private static final int LONGEST = 4_000;

    private final Embedder embedder;
    private final Cache<String, float[]> known =
            Caffeine.newBuilder()
                    .maximumSize(1_000)
                    .expireAfterWrite(Duration.ofMinutes(30))
                    .build();
    private volatile Deadline rest = Deadline.after(Duration.ZERO);

    QueryVectors(Embedder embedder) {
        this.embedder = embedder;
    }

    /** Empty where the provider cannot tell in time. */
    Optional<float[]> of(String text, Duration patience) {
        String query = text.length() <= LONGEST ? text : text.substring(0, LONGEST);
        float[] found = known.getIfPresent(query);
        if (found != null) {
            return Optional.of(found);
        }
        return query.isBlank() || !rest.hasPassed() ? Optional.empty() : asked(query, patience);
    }

    private Optional<float[]> asked(String query, Duration patience) {
        Deadline deadline = Deadline.after(PATIENCE).or(Deadline.after(patience.dividedBy(2)));
        try {
            Optional<float[]> vector =
                    embedder.embed(List.of(query), deadline).stream()
                            .findFirst()
                            .flatMap(Vector::of);
            vector.ifPresent(each -> known.put(query, each));
            return vector;
        } catch (ApiException e) {
            rest = Deadline.after(REST);
            LOG.warn("Searches go by words alone for {} s: {}", REST.toSeconds(), e.getMessage());
            return Optional.empty();
        }
    }
}
