package ai.robutler.examples;

/** An expression without a value; the message says why, for whoever wrote it. */
final class CalculationException extends RuntimeException {
    CalculationException(String message) {
        super(message);
    }
}
