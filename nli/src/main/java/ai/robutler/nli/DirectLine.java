package ai.robutler.nli;

import ai.robutler.core.Agent;
import ai.robutler.core.ApiException;
import ai.robutler.core.Caller;
import ai.robutler.core.ChatChunk;
import ai.robutler.core.ChatCompletion;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.ChatStream;
import ai.robutler.core.Credential;
import ai.robutler.core.Deadline;
import ai.robutler.core.Headers;
import ai.robutler.core.Invocation;
import ai.robutler.core.Json;
import ai.robutler.core.ReplyHeaders;
import ai.robutler.core.RunContext;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/** An agent of this process, called without HTTP, but knowing no more than it would over it. */
final class DirectLine implements Line {
    private final Here here;

    DirectLine(Here here) {
        this.here = here;
    }

    @Override
    public ChatStream open(
            Target target, ChatRequest request, Map<String, String> headers, Deadline deadline) {
        var options = Json.object().put("include_usage", true);
        ChatStream stream =
                agent(target).stream(
                        invocation(target, request.with("stream_options", options), headers));
        var pieces = new Pieces(stream);
        boolean begun = false;
        try {
            // A refusal comes with the first piece.
            Chunks first = pieces.begun();
            begun = true;
            return first;
        } finally {
            if (!begun) {
                stream.close();
            }
        }
    }

    @Override
    public ChatCompletion whole(
            Target target, ChatRequest request, Map<String, String> headers, Deadline deadline) {
        Agent agent = agent(target);
        return refusing(() -> agent.run(invocation(target, request, headers)));
    }

    private Agent agent(Target target) {
        return here.find(target.name())
                .orElseThrow(
                        () ->
                                new NliException(
                                        NliException.Kind.NOT_FOUND,
                                        target.shown() + " is not here any more."));
    }

    private static Invocation invocation(
            Target target, ChatRequest request, Map<String, String> headers) {
        RunContext run = RunContext.current();
        var byName = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        byName.putAll(headers);
        Headers came = name -> byName.containsKey(name) ? List.of(byName.get(name)) : List.of();
        return Invocation.of(request)
                .withCaller(caller(target, run))
                .withRequestId(run.requestId())
                .withListener(run.listener())
                .withHeaders(came, new ReplyHeaders());
    }

    /** Whom an owner assertion would make of the caller. */
    private static Caller caller(Target target, RunContext run) {
        return switch (run.caller()) {
            case Caller.Anonymous anonymous -> anonymous;
            case Caller.User user ->
                    new Caller.User(
                            user.id(),
                            Set.of(),
                            new Credential(
                                    "agent:" + run.agent().name(),
                                    run.agent().name(),
                                    Set.of(target.name()),
                                    List.of()));
        };
    }

    private static <T> T refusing(Supplier<T> body) {
        try {
            return body.get();
        } catch (ApiException e) {
            throw Refusal.of(e);
        }
    }

    private static final class Pieces extends Chunks {
        private final ChatStream stream;
        private final Iterator<ChatChunk> chunks;

        Pieces(ChatStream stream) {
            this.stream = stream;
            this.chunks = stream.iterator();
        }

        @Override
        Optional<ChatChunk> read() {
            return refusing(() -> chunks.hasNext() ? Optional.of(chunks.next()) : Optional.empty());
        }

        @Override
        public void close() {
            stream.close();
        }
    }
}
