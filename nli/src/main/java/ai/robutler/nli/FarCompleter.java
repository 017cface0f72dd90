package ai.robutler.nli;

import ai.robutler.core.ChatChunk;
import ai.robutler.core.ChatCompletion;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.ChatStream;
import ai.robutler.core.Cost;
import ai.robutler.core.Deadline;
import ai.robutler.core.OtherAgent;

import org.jspecify.annotations.Nullable;

import java.util.Iterator;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** An agent elsewhere that goes on with a conversation. For one run. */
final class FarCompleter implements OtherAgent {
    private final Nli nli;
    private final String agent;
    private final NliSettings rules;
    private volatile @Nullable FarCall last;

    FarCompleter(Nli nli, String agent, NliSettings rules) {
        this.nli = nli;
        this.agent = agent;
        this.rules = rules;
    }

    @Override
    public ChatCompletion complete(ChatRequest request, Deadline deadline) {
        return told(
                () -> {
                    FarCall call = begin();
                    ChatRequest named = request.withModel(call.target().name());
                    ChatCompletion answer =
                            call.part(
                                    () ->
                                            call.send(
                                                    headers ->
                                                            nli.line(call)
                                                                    .whole(
                                                                            call.target(),
                                                                            named,
                                                                            headers,
                                                                            call.deadline())));
                    call.end(Breaker.Outcome.ANSWERED);
                    return answer;
                });
    }

    @Override
    public ChatStream stream(ChatRequest request, Deadline deadline) {
        return told(
                () -> {
                    FarCall call = begin();
                    return new Pieces(call, call.part(() -> nli.open(call, request)));
                });
    }

    private FarCall begin() {
        last = null;
        FarCall call = nli.call(agent, rules.authorizedNanoUsd(), rules);
        last = call;
        return call;
    }

    /** What the payer was charged; nobody else's word counts. */
    @Override
    public Cost cost(ChatCompletion turn) {
        FarCall call = last;
        if (call == null) {
            return Cost.zero();
        }
        OptionalLong charged = call.charged();
        return charged.isPresent() || !call.hasPaid()
                ? new Cost.Known(charged.orElse(0))
                : Cost.unknown();
    }

    private static <T> T told(Supplier<T> body) {
        try {
            return body.get();
        } catch (NliException e) {
            throw e.toApi();
        }
    }

    private static final class Pieces extends Chunks {
        private final FarCall call;
        private final ChatStream stream;
        private final Iterator<ChatChunk> chunks;

        Pieces(FarCall call, ChatStream stream) {
            this.call = call;
            this.stream = stream;
            this.chunks = stream.iterator();
        }

        @Override
        Optional<ChatChunk> read() {
            Optional<ChatChunk> chunk = told(() -> call.part(this::chunk));
            if (chunk.isEmpty()) {
                call.end(Breaker.Outcome.ANSWERED);
            }
            return chunk;
        }

        private Optional<ChatChunk> chunk() {
            return chunks.hasNext() ? Optional.of(chunks.next()) : Optional.empty();
        }

        @Override
        public void close() {
            call.end(Breaker.Outcome.NEITHER);
            stream.close();
        }
    }
}
