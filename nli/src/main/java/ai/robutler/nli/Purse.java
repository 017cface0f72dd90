package ai.robutler.nli;

import ai.robutler.core.ApiException;
import ai.robutler.core.Cost;
import ai.robutler.core.PaymentRequiredException;
import ai.robutler.core.RunContext;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What one call may be paid with: tokens for its target, together good for no more than was
 * authorized and than the run has left. For one thread.
 */
final class Purse {
    private final RunContext run;
    private final Target target;
    private final long authorized;
    private final List<String> given = new ArrayList<>();
    private String why = "";

    Purse(RunContext run, Target target, long authorizedNanoUsd) {
        this.run = run;
        this.target = target;
        this.authorized = authorizedNanoUsd;
    }

    long authorized() {
        return authorized;
    }

    /** Why nothing is paid, "" while nothing is known against it. */
    String why() {
        return why;
    }

    boolean isUntouched() {
        return given.isEmpty();
    }

    /** A token; empty where there is nothing to pay with. */
    Optional<String> token() {
        long most = authorized - charged().orElse(given.isEmpty() ? 0 : authorized);
        if (most <= 0) {
            return Optional.empty();
        }
        Optional<String> token = delegated(most);
        token.ifPresent(given::add);
        return token;
    }

    private Optional<String> delegated(long nanoUsd) {
        try {
            return run.tab().delegate(nanoUsd, target.name());
        } catch (PaymentRequiredException e) {
            long left = available(e);
            if (left > 0 && left < nanoUsd) {
                return delegatedRest(left);
            }
            why = "This run has no money left for it.";
            return Optional.empty();
        } catch (ApiException e) {
            why = "This run's payment cannot be passed on: " + e.getMessage();
            return Optional.empty();
        }
    }

    /** Less is left than was asked for; between the two calls it may have become less still. */
    private Optional<String> delegatedRest(long left) {
        try {
            return run.tab().delegate(left, target.name());
        } catch (ApiException e) {
            why = "This run has no money left for it.";
            return Optional.empty();
        }
    }

    private static long available(PaymentRequiredException e) {
        try {
            return Cost.nanoUsd(e.details().path("available_usd").asString(""));
        } catch (IllegalArgumentException notTold) {
            return 0;
        }
    }

    /** What was charged to its tokens so far; empty where none was given, or nobody can tell. */
    OptionalLong charged() {
        if (given.isEmpty()) {
            return OptionalLong.empty();
        }
        long sum = 0;
        for (String token : given) {
            OptionalLong charged = run.tab().charged(token, target.name());
            if (charged.isEmpty()) {
                return OptionalLong.empty();
            }
            sum = Math.addExact(sum, charged.getAsLong());
        }
        return OptionalLong.of(sum);
    }
}
