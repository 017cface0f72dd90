package ai.robutler.payments;

/**
 * Checks payments by x402 and carries them out, outside of this program. Thread-safe; calls block.
 *
 * <p>Both calls throw {@link ai.robutler.core.UnavailableException} while it does not answer, and
 * {@link ai.robutler.core.StoppedException} (502) where its answer is none.
 */
interface Facilitator {

    /** Whether a payment is good now. Nothing moves. */
    Verification verify(X402Payload payload, PaymentOffer offer);

    /**
     * Carries a payment out.
     *
     * @param units how much of it, in the asset's units: for {@code upto}, at most what was offered
     */
    SettlementResult settle(X402Payload payload, PaymentOffer offer, String units);

    /**
     * @param reason why it is not good, "" if it is
     */
    record Verification(boolean isValid, String reason) {}

    /**
     * @param isSuccess whether the money has moved
     * @param errorReason why it has not, "" if it has
     * @param transaction its name on the network, "" if there is none
     * @param payer who has paid, "" where it was not said
     */
    record SettlementResult(
            boolean isSuccess, String errorReason, String transaction, String payer) {}
}
