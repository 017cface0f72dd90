package ai.robutler.payments;

import ai.robutler.core.Settings;

import java.time.Duration;
import java.util.Optional;

/** What the operator says about payments: {@code payments:} in the configuration. Immutable. */
public final class PaymentsSettings {
    /** Nothing configured: no fee, no budgets, no x402. */
    public static final PaymentsSettings DEFAULT =
            new PaymentsSettings(
                    Percent.ZERO, Duration.ofMinutes(10), BudgetRules.NONE, Optional.empty());

    private static final int MOST_FEE = 100;

    private final Percent fee;
    private final Duration holdLifetime;
    private final BudgetRules budgets;
    private final Optional<X402Settings> x402;

    private PaymentsSettings(
            Percent fee, Duration holdLifetime, BudgetRules budgets, Optional<X402Settings> x402) {
        this.fee = fee;
        this.holdLifetime = holdLifetime;
        this.budgets = budgets;
        this.x402 = x402;
    }

    /** Reads the section; what is wrong is noted as a problem. */
    public static PaymentsSettings read(Settings payments) {
        Duration lifetime = payments.duration("hold-lifetime", DEFAULT.holdLifetime);
        if (lifetime.compareTo(Duration.ofSeconds(1)) < 0
                || lifetime.compareTo(Duration.ofDays(1)) > 0) {
            payments.problem("hold-lifetime", "must be from 1s to 1d, such as 10m");
            lifetime = DEFAULT.holdLifetime;
        }
        return new PaymentsSettings(
                Percent.read(payments, "fee-percent", MOST_FEE),
                lifetime,
                BudgetRules.read(payments.section("budgets")),
                payments.keys().contains("x402")
                        ? Optional.of(X402Settings.read(payments.section("x402")))
                        : Optional.empty());
    }

    /** Whether payments by x402 are configured. */
    public boolean takesX402() {
        return x402.isPresent();
    }

    Percent fee() {
        return fee;
    }

    Duration holdLifetime() {
        return holdLifetime;
    }

    BudgetRules budgets() {
        return budgets;
    }

    Optional<X402Settings> x402() {
        return x402;
    }
}
