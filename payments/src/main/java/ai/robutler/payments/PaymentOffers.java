package ai.robutler.payments;

import ai.robutler.core.Agent;
import ai.robutler.core.Json;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The ways to pay for a request of an agent: by x402, if it is configured, and by token. */
final class PaymentOffers {
    /** The scheme of this server's own payment tokens. */
    static final String TOKEN = "token";

    private final Optional<X402Settings> x402;
    private final String issuer;

    /**
     * @param issuer whose tokens are good here: a URL or a host
     */
    PaymentOffers(Optional<X402Settings> x402, String issuer) {
        this.x402 = x402;
        this.issuer = issuer.replaceFirst("^https?://", "").replaceFirst("/.*$", "");
    }

    /**
     * All of them; those that programs of others know come first.
     *
     * @param neededNanoUsd what a token must be good for
     */
    List<PaymentOffer> of(Agent agent, AgentPrice price, long neededNanoUsd) {
        var offers = new ArrayList<>(byX402(price));
        offers.add(byToken(agent, neededNanoUsd));
        return offers;
    }

    List<PaymentOffer> byX402(AgentPrice price) {
        var offers = new ArrayList<PaymentOffer>();
        x402.ifPresent(
                settings -> {
                    if (settings.schemes().contains(X402Settings.EXACT) && price.exact() > 0) {
                        offers.add(offer(settings, X402Settings.EXACT, price.exact()));
                    }
                    if (settings.schemes().contains(X402Settings.UPTO) && price.uptoNanoUsd() > 0) {
                        offers.add(offer(settings, X402Settings.UPTO, price.uptoNanoUsd()));
                    }
                });
        return offers;
    }

    private static PaymentOffer offer(X402Settings settings, String scheme, long nanoUsd) {
        X402Asset asset = settings.asset();
        var extra = asset.domain();
        if (scheme.equals(X402Settings.UPTO) && !settings.facilitatorAddress().isEmpty()) {
            extra.put("facilitatorAddress", settings.facilitatorAddress());
        }
        return new PaymentOffer(
                scheme,
                asset.network(),
                asset.units(nanoUsd),
                asset.address(),
                settings.payTo(),
                settings.authorizedFor().toSeconds(),
                extra);
    }

    /** Amounts of tokens are nano-dollars. */
    private PaymentOffer byToken(Agent agent, long neededNanoUsd) {
        return new PaymentOffer(
                TOKEN,
                "robutler:" + issuer,
                Long.toString(neededNanoUsd),
                "USD",
                Split.ownerOf(agent),
                Math.max(1, agent.limits().time().toSeconds()),
                Json.object()
                        .put("header", PaymentHeaders.TOKEN)
                        .put("decimals", 9)
                        .put("agent", agent.name()));
    }
}
