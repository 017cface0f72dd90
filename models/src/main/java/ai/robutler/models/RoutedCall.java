package ai.robutler.models;

import ai.robutler.core.ChatRequest;
import ai.robutler.core.Deadline;
import ai.robutler.core.ProviderException;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/**
 * One call on its way through a route, with one budget of attempts and one deadline. For one
 * thread.
 */
final class RoutedCall {
    private static final Logger LOG = LoggerFactory.getLogger(RoutedCall.class);

    /** One attempt at one place. */
    interface Attempt<T> {
        /**
         * @param left how many attempts there are, this one included
         */
        T at(Deployment place, Deadline deadline, int left);
    }

    private final List<Deployment> larger;
    private final Attempts attempts;
    private final Deadline deadline;
    private final long tokens;

    /** Where to look next; changes once the prompt turns out to be too long. */
    private List<List<Deployment>> stages;

    /** What was tried here and may work next time, the latest at the end. */
    private final Map<Deployment, ProviderException.Transient> failed = new LinkedHashMap<>();

    /** Not again during this call. */
    private final Set<Deployment> out = new HashSet<>();

    private @Nullable ProviderException lastFailure;

    RoutedCall(
            List<List<Deployment>> stages,
            List<Deployment> larger,
            ChatRequest request,
            Attempts attempts,
            Deadline deadline) {
        this.larger = larger;
        this.attempts = attempts;
        this.deadline = deadline;
        this.tokens = PromptSize.tokens(request);
        this.stages = fitting(stages);
    }

    /** Without the places that are known to be too small; none fits: as if nothing were known. */
    private List<List<Deployment>> fitting(List<List<Deployment>> all) {
        for (List<List<Deployment>> some : List.of(all, fallbacks().toList())) {
            List<List<Deployment>> fitting =
                    some.stream().map(stage -> stage.stream().filter(this::fits).toList()).toList();
            if (fitting.stream().anyMatch(stage -> !stage.isEmpty())) {
                return fitting;
            }
        }
        return all;
    }

    private Stream<List<Deployment>> fallbacks() {
        return larger.stream().map(List::of);
    }

    private boolean fits(Deployment place) {
        return place.window() == 0 || tokens <= place.window();
    }

    /**
     * The first success.
     *
     * @throws ProviderException that tells best why there is none
     */
    <T> T run(Attempt<T> attempt) {
        var budget = new Budget(attempts.most());
        return budget.share(() -> run(attempt, budget));
    }

    private <T> T run(Attempt<T> attempt, Budget budget) {
        int round = 0;
        for (Optional<Deployment> next = next(); next.isPresent(); next = next()) {
            Deployment place = next.get();
            ProviderException.Transient before = failed.get(place);
            if (before != null && !waited(++round, before, budget)) {
                break;
            }
            int left = budget.left();
            if (!budget.take() || (lastFailure != null && deadline.hasPassed())) {
                break;
            }
            try {
                return attempt.at(place, deadline, left);
            } catch (ProviderException e) {
                note(place, e, budget);
            }
        }
        throw failure();
    }

    /** Whether there was a pause, and time for it. */
    private boolean waited(int round, ProviderException.Transient failure, Budget budget) {
        Duration pause = attempts.pause(round, failure.retryAfter());
        if (budget.isUsedUp() || deadline.remaining().compareTo(pause) <= 0) {
            return false;
        }
        Attempts.sleep(pause);
        return true;
    }

    private void note(Deployment place, ProviderException failure, Budget budget) {
        LOG.debug("{}: {}", place.name(), failure.getMessage());
        switch (failure) {
            case ProviderException.Transient e -> {
                failed.remove(place);
                failed.put(place, e);
                lastFailure = e;
            }
            case ProviderException.Unavailable e -> {
                budget.giveBack(); // Nothing was sent.
                out.add(place);
                lastFailure = lastFailure == null ? e : lastFailure;
            }
            case ProviderException.Permanent e -> {
                out.add(place);
                if (e.status() != 400) {
                    place.refused();
                    LOG.warn("{} is passed over: {}", place.name(), e.getMessage());
                    lastFailure = failed.isEmpty() ? e : lastFailure;
                } else if (PromptSize.isTooLong(e) && hasLarger()) {
                    stages = fallbacks().toList();
                    lastFailure = e;
                } else {
                    throw e;
                }
            }
        }
    }

    private boolean hasLarger() {
        return larger.stream().anyMatch(place -> !out.contains(place));
    }

    private ProviderException failure() {
        if (lastFailure == null) {
            throw new IllegalStateException("a route has at least one place");
        }
        return lastFailure;
    }

    /**
     * Who has not failed in this call and is ready, stage by stage; then who has failed, the one
     * with the least to wait for first, and then the one that failed longest ago.
     */
    private Optional<Deployment> next() {
        for (List<Deployment> stage : stages) {
            List<Deployment> ready =
                    stage.stream()
                            .filter(place -> !out.contains(place) && !failed.containsKey(place))
                            .filter(Deployment::isReady)
                            .toList();
            if (!ready.isEmpty()) {
                return Optional.of(byWeight(ready));
            }
        }
        List<Deployment> order = List.copyOf(failed.keySet());
        return stages.stream()
                .flatMap(List::stream)
                .filter(place -> !out.contains(place))
                .min(Comparator.comparing(Deployment::pause).thenComparingInt(order::indexOf));
    }

    private static Deployment byWeight(List<Deployment> places) {
        long all = places.stream().mapToLong(Deployment::weight).sum();
        long at = ThreadLocalRandom.current().nextLong(all);
        for (Deployment place : places) {
            at -= place.weight();
            if (at < 0) {
                return place;
            }
        }
        throw new IllegalStateException("weights are positive");
    }
}
