package ai.robutler.payments;

import ai.robutler.core.Budget;
import ai.robutler.core.Caller;
import ai.robutler.core.HttpEndpoint;
import ai.robutler.core.InvalidRequestException;
import ai.robutler.core.PermissionException;
import ai.robutler.core.RunContext;
import ai.robutler.core.Scope;
import ai.robutler.payments.Ledger.Delegate;
import ai.robutler.payments.Ledger.Limit;
import ai.robutler.payments.Ledger.Lock;
import ai.robutler.payments.Ledger.Settle;
import ai.robutler.payments.Ledger.Share;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The ledger over HTTP, for servers that are paid through this one; mounted at {@code
 * /api/payments}. Every caller is authenticated. Amounts are US dollars as strings of decimals,
 * times are ISO 8601, lifetimes are seconds. Errors are those of the rest of the API.
 *
 * <p>What moves money needs the header {@code Idempotency-Key}: 1 to 128 letters, digits, {@code .
 * _ : -}. It is the id of what is done, and for a lock the name of the hold. It is the caller's
 * own: two callers never meet, and a hold is only known to the caller who locked it. What is
 * settled goes to that caller, less the platform's fee, and to nobody else.
 *
 * <p>Budgets of a lock are the caller's own, too.
 */
public final class PaymentsApi {
    private static final int PAGE = 100;

    private final Ledger ledger;
    private final Percent fee;

    /** Parts of a nano-dollar of the platform's fee are the merchant's. */
    public PaymentsApi(Ledger ledger, PaymentsSettings settings) {
        this(ledger, settings.fee());
    }

    PaymentsApi(Ledger ledger, Percent fee) {
        this.ledger = ledger;
        this.fee = fee;
    }

    /** {@code {token, agent}}: what the token is good for. */
    @HttpEndpoint(path = "/verify", method = "POST", scope = "user")
    public ObjectNode verify(@HttpEndpoint.Body JsonNode body, RunContext context) {
        Merchant.of(context);
        Fields fields = Fields.of(body);
        return Wire.write(ledger.verify(fields.text("token"), fields.text("agent", "")));
    }

    /**
     * {@code {token, agent, amount, lifetime_seconds, reference, budgets: [{subject, period, limit,
     * run}]}}: a hold.
     */
    @HttpEndpoint(path = "/lock", method = "POST", scope = "user")
    public ObjectNode lock(@HttpEndpoint.Body JsonNode body, RunContext context) {
        Merchant merchant = Merchant.of(context);
        Fields fields = Fields.of(body);
        List<Limit> budgets =
                fields.each(
                        "budgets",
                        (each, _) ->
                                new Limit(
                                        merchant.own(each.text("subject")),
                                        new Budget(each.period("period"), each.usd("limit")),
                                        each.text("run", "")));
        return merchant.write(
                ledger.lock(
                        new Lock(
                                merchant.key(context),
                                fields.text("token"),
                                fields.text("agent", ""),
                                fields.usd("amount"),
                                fields.seconds("lifetime_seconds"),
                                budgets,
                                fields.text("reference", ""))));
    }

    /** {@code {amount, lifetime_seconds}}: the hold as it is then. */
    @HttpEndpoint(path = "/lock/{id}", method = "PATCH", scope = "user")
    public ObjectNode adjust(String id, @HttpEndpoint.Body JsonNode body, RunContext context) {
        Merchant merchant = Merchant.of(context);
        Fields fields = Fields.of(body);
        return merchant.write(
                ledger.adjust(
                        merchant.key(context),
                        merchant.id("id", id),
                        fields.usd("amount"),
                        fields.seconds("lifetime_seconds")));
    }

    /**
     * {@code {hold, charges: [{amount, kind}], pending, memo}}: how the hold ended. A charge is the
     * caller's.
     */
    @HttpEndpoint(path = "/settle", method = "POST", scope = "user")
    public ObjectNode settle(@HttpEndpoint.Body JsonNode body, RunContext context) {
        Merchant merchant = Merchant.of(context);
        Fields fields = Fields.of(body);
        List<Share> charges =
                fields.each(
                        "charges",
                        (each, _) ->
                                new Share(
                                        merchant.account(),
                                        each.usd("amount"),
                                        each.text("kind", "request")));
        return merchant.write(
                ledger.settle(
                        new Settle(
                                merchant.key(context),
                                merchant.id("hold", fields.text("hold")),
                                lessFee(charges),
                                fields.flag("pending"),
                                fields.text("memo", ""))));
    }

    private List<Share> lessFee(List<Share> charges) {
        var shares = new ArrayList<Share>();
        long fees = 0;
        for (Share charge : charges) {
            long part = fee.of(charge.nanoUsd());
            fees = Math.addExact(fees, part);
            shares.add(new Share(charge.account(), charge.nanoUsd() - part, charge.kind()));
        }
        if (fees > 0) {
            shares.add(new Share(Accounts.FEES, fees, "fee"));
        }
        return shares;
    }

    /** {@code {hold}}: how it ended. */
    @HttpEndpoint(path = "/void", method = "POST", scope = "user")
    public ObjectNode voidHold(@HttpEndpoint.Body JsonNode body, RunContext context) {
        Merchant merchant = Merchant.of(context);
        String hold = Fields.of(body).text("hold");
        return merchant.write(ledger.voidHold(merchant.key(context), merchant.id("hold", hold)));
    }

    /** {@code {token, amount, agent, lifetime_seconds}}: a smaller token. */
    @HttpEndpoint(path = "/delegate", method = "POST", scope = "user")
    public ObjectNode delegate(@HttpEndpoint.Body JsonNode body, RunContext context) {
        Merchant merchant = Merchant.of(context);
        Fields fields = Fields.of(body);
        return Wire.write(
                ledger.delegate(
                        new Delegate(
                                merchant.key(context),
                                fields.text("token"),
                                fields.usd("amount"),
                                fields.text("agent", ""),
                                fields.seconds("lifetime_seconds"))));
    }

    /**
     * A page of the caller's account, the newest first; administrators may name any.
     *
     * @param before the {@code next} of the page before
     * @param limit 1 to 1,000; 100 by default
     */
    @HttpEndpoint(path = "/statement", scope = "user")
    public ObjectNode statement(
            Optional<String> account,
            Optional<String> before,
            Optional<Integer> limit,
            RunContext context) {
        Merchant merchant = Merchant.of(context);
        String whose = account.orElse(merchant.account());
        if (!whose.equals(merchant.account()) && !Scope.ADMIN.admits(context.caller(), "")) {
            throw new PermissionException(
                    "Only the statement of your own account is yours to read.");
        }
        return merchant.write(ledger.statement(whose, before.orElse(""), limit.orElse(PAGE)));
    }

    /**
     * Who calls, and what its ids are called in the ledger.
     *
     * @param namespace that no caller can write
     */
    private record Merchant(String account, String namespace) {
        static Merchant of(RunContext context) {
            return switch (context.caller()) {
                case Caller.Anonymous _ ->
                        throw new PermissionException("Only callers who are known have payments.");
                case Caller.User user when !user.credential().actingAgent().isEmpty() ->
                        throw new PermissionException(
                                "An agent that acts for a user has no payments of the user's.");
                case Caller.User user ->
                        new Merchant(Accounts.ofUser(user.id()), Wire.namespace(user.id()));
            };
        }

        /** The id of what is done. */
        String key(RunContext context) {
            String key =
                    context.header("Idempotency-Key")
                            .orElseThrow(
                                    () ->
                                            InvalidRequestException.of(
                                                    "idempotency_key_required",
                                                    "Idempotency-Key",
                                                    "What moves money needs a header"
                                                            + " Idempotency-Key: a name of your own"
                                                            + " for this request."));
            return id("Idempotency-Key", key);
        }

        String id(String field, String own) {
            if (own.startsWith("~")) {
                throw InvalidRequestException.of(field, field + " must not begin with '~'.");
            }
            return namespace + Terms.id(field, own);
        }

        String own(String name) {
            return namespace + name;
        }

        ObjectNode write(Ledger.Hold hold) {
            return Wire.write(hold, namespace);
        }

        ObjectNode write(Ledger.Settlement settlement) {
            return Wire.write(settlement, namespace);
        }

        ObjectNode write(Ledger.Statement statement) {
            return Wire.write(statement, namespace);
        }
    }
}
