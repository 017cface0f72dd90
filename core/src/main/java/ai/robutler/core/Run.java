package ai.robutler.core;

/** One run of an agent. */
final class Run {
    Run(Agent agent, Invocation invocation) {}

    @SuppressWarnings("DoNotCallSuggester")
    ChatCompletion complete() {
        throw new IllegalStateException("no run loop yet");
    }

    @SuppressWarnings("DoNotCallSuggester")
    void stream(ChunkSink sink) {
        throw new IllegalStateException("no run loop yet");
    }

    static ApiException failure(Throwable thrown) {
        return thrown instanceof ApiException known ? known : new InternalException(thrown);
    }
}
