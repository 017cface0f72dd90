package ai.robutler.core;

import org.jspecify.annotations.Nullable;

/** A method in a model's place: whatever it returns is given whole or in pieces, as asked. */
final class MethodCompleter implements Completer {

    /** Returns a {@link ChatCompletion}, a {@link ChatStream} or a text. */
    @FunctionalInterface
    interface Function {
        @Nullable Object answer(ChatRequest request) throws Exception;
    }

    private final Function function;

    MethodCompleter(Function function) {
        this.function = function;
    }

    /** A skill's own work is its owner's to price: no provider charges for it. */
    @Override
    public Cost cost(ChatCompletion turn) {
        return Cost.zero();
    }

    @Override
    public Cost ceiling(ChatRequest request) {
        return Cost.zero();
    }

    @Override
    public boolean isPriced() {
        return true;
    }

    @Override
    public ChatCompletion complete(ChatRequest request, Deadline deadline) {
        Object answer = answer(request);
        if (answer instanceof ChatStream stream) {
            try (stream) {
                var whole = new TurnAssembler(_ -> true);
                stream.forEach(whole::accept);
                return whole.completion();
            }
        }
        return completion(answer);
    }

    @Override
    public ChatStream stream(ChatRequest request, Deadline deadline) {
        Object answer = answer(request);
        return answer instanceof ChatStream stream
                ? stream
                : ChatStream.of(CompletionChunks.of(completion(answer)));
    }

    private static ChatCompletion completion(@Nullable Object answer) {
        return switch (answer) {
            case ChatCompletion completion -> completion;
            case String text -> ChatCompletion.text(text);
            case null, default ->
                    throw new InternalException(
                            new IllegalStateException("the handoff returned no answer"));
        };
    }

    private @Nullable Object answer(ChatRequest request) {
        try {
            return function.answer(request);
        } catch (ApiException | CancelledException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException("interrupted while a handoff answered");
        } catch (Exception e) {
            throw new InternalException(e);
        }
    }
}
