package ai.robutler.payments;

import ai.robutler.core.Json;
import ai.robutler.core.PaymentRequiredException;
import ai.robutler.core.PaymentRequiredException.Reason;

import java.util.Map;

/** Ends a transaction because a limit has no room, or an account no money. Never leaves here. */
final class NotEnough extends RuntimeException {
    private final Reason reason;
    private final String account;
    private final String words;
    private final long required;
    private final long available;

    private NotEnough(Reason reason, String account, String words, long required, long available) {
        super(words, null, false, false);
        this.reason = reason;
        this.account = account;
        this.words = words;
        this.required = required;
        this.available = Math.max(0, available);
    }

    static NotEnough balance(String account, long required, long available) {
        return new NotEnough(
                Reason.INSUFFICIENT_BALANCE,
                account,
                "The account has not enough money for this; credit it first.",
                required,
                available);
    }

    static NotEnough limit(String words, long required, long available) {
        return new NotEnough(Reason.SPENDING_LIMIT_EXCEEDED, "", words, required, available);
    }

    /** Whose money is short, "" where it is a limit that is. */
    String account() {
        return account;
    }

    /** Whether the money is there, but not in the account's row yet. */
    boolean isUncollected() {
        return !account.isEmpty() && available >= required;
    }

    PaymentRequiredException refusal() {
        var details =
                Json.object()
                        .put("required", Usd.text(required))
                        .put("available", Usd.text(available));
        return new PaymentRequiredException(reason, words, details, Json.object(), Map.of());
    }
}
