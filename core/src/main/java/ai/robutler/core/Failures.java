package ai.robutler.core;

/** What a thrown thing means for a run. */
final class Failures {
    private Failures() {}

    /**
     * The exception to throw on: known failures and cancellation as they are, the rest as a 500.
     */
    static RuntimeException of(Throwable thrown) {
        return switch (thrown) {
            case ApiException known -> known;
            case CancelledException cancelled -> cancelled;
            case InterruptedException _ -> {
                Thread.currentThread().interrupt();
                yield new CancelledException("interrupted");
            }
            default -> new InternalException(thrown);
        };
    }
}
