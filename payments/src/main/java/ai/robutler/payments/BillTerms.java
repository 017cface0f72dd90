package ai.robutler.payments;

import ai.robutler.core.Agent;

import java.time.Duration;
import java.util.function.Supplier;

/**
 * What the bills of an agent have in common.
 *
 * @param baseUrl of this server, "" where it is not known
 */
record BillTerms(
        Ledger ledger,
        UnwrittenCharges unwritten,
        SharedHolds shared,
        PaymentsSettings settings,
        AgentPrice price,
        PaymentOffers offers,
        Supplier<String> baseUrl) {

    Split split(Agent agent) {
        return new Split(Split.ownerOf(agent), price.margin(), settings.fee());
    }

    PaymentDemand demand(Agent agent) {
        return new PaymentDemand(agent, price, offers, baseUrl.get());
    }

    Duration holdLifetime() {
        return settings.holdLifetime();
    }
}
