package ai.robutler.models;

import ai.robutler.core.ChatChunk;
import ai.robutler.core.ChatCompletion;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.ChatStream;
import ai.robutler.core.Completer;
import ai.robutler.core.Cost;
import ai.robutler.core.Deadline;
import ai.robutler.core.Json;

import tools.jackson.databind.node.ObjectNode;

import java.time.Duration;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A model that is in several places. Which place answered stands in the answer's {@code model}, as
 * {@code provider/model}.
 */
final class Router implements Completer {
    private final List<List<Deployment>> stages;
    private final List<Deployment> larger;
    private final Attempts attempts;
    private final Duration total;

    /**
     * @param larger for prompts that fit nowhere else
     * @param attempts of a call, wherever they go
     */
    Router(
            List<List<Deployment>> stages,
            List<Deployment> larger,
            Attempts attempts,
            Duration total) {
        this.stages = List.copyOf(stages);
        this.larger = List.copyOf(larger);
        this.attempts = attempts;
        this.total = total;
    }

    @Override
    public ChatCompletion complete(ChatRequest request, Deadline deadline) {
        ChatRequest clean = ForeignFields.without(request);
        boolean shared = all().limit(2).count() > 1;
        return call(clean, deadline)
                .run(
                        (place, until, left) ->
                                served(
                                        place,
                                        place.model()
                                                .complete(
                                                        clean,
                                                        shared ? share(until, left) : until)));
    }

    /**
     * A silent place must not eat up all of the time while the answer could come from another: each
     * attempt has its share of what is left.
     */
    private static Deadline share(Deadline until, int attemptsLeft) {
        return Deadline.after(until.remaining().dividedBy(attemptsLeft)).or(until);
    }

    @Override
    public ChatStream stream(ChatRequest request, Deadline deadline) {
        ChatRequest clean = ForeignFields.without(request);
        return call(clean, deadline)
                .run((place, until, _) -> served(place, place.model().stream(clean, until)));
    }

    private RoutedCall call(ChatRequest request, Deadline deadline) {
        return new RoutedCall(
                stages, larger, request, attempts, Deadline.after(total).or(deadline));
    }

    private static ChatCompletion served(Deployment place, ChatCompletion completion) {
        return place.isProxied()
                ? completion
                : new ChatCompletion(served(place, completion.json()));
    }

    private static ObjectNode served(Deployment place, ObjectNode json) {
        return Json.shallowCopy(json).put("model", place.name());
    }

    private static ChatStream served(Deployment place, ChatStream stream) {
        if (place.isProxied()) {
            return stream;
        }
        return new ChatStream() {
            @Override
            public Iterator<ChatChunk> iterator() {
                Iterator<ChatChunk> chunks = stream.iterator();
                return new Iterator<>() {
                    @Override
                    public boolean hasNext() {
                        return chunks.hasNext();
                    }

                    @Override
                    public ChatChunk next() {
                        return new ChatChunk(served(place, chunks.next().json()));
                    }
                };
            }

            @Override
            public void close() {
                stream.close();
            }
        };
    }

    /** As the place tells that served the turn; nobody can tell where its name is missing. */
    @Override
    public Cost cost(ChatCompletion turn) {
        String served = turn.json().path("model").asString("");
        return Stream.concat(all(), larger.stream())
                .filter(place -> place.name().equals(served) || place.isProxied())
                .findFirst()
                .map(place -> place.model().cost(turn))
                .orElseGet(Cost::unknown);
    }

    /** The largest of all places that may be tried; one that nobody can tell makes all unknown. */
    @Override
    public Cost ceiling(ChatRequest request) {
        ChatRequest clean = ForeignFields.without(request);
        return Stream.concat(all(), larger.stream())
                .map(place -> place.model().ceiling(clean))
                .reduce(Router::larger)
                .orElseGet(Cost::unknown);
    }

    private static Cost larger(Cost one, Cost other) {
        if (!one.isKnown() || !other.isKnown()) {
            return Cost.unknown();
        }
        return one.nanoUsd() >= other.nanoUsd() ? one : other;
    }

    /** Only if every place is: nobody knows beforehand which will serve. */
    @Override
    public boolean isPriced() {
        return Stream.concat(all(), larger.stream()).allMatch(place -> place.model().isPriced());
    }

    @Override
    public Duration pause() {
        return all().map(Deployment::pause).min(Comparator.naturalOrder()).orElse(Duration.ZERO);
    }

    private Stream<Deployment> all() {
        return stages.stream().flatMap(List::stream);
    }
}
