package ai.robutler.payments;

import ai.robutler.core.Agent;
import ai.robutler.payments.Ledger.Share;

import java.util.ArrayList;
import java.util.List;

/**
 * Who gets what of a charge. The platform's fee is a part of what the owner gets, never of what a
 * model costs, and nothing on top of the price. Both margin and fee are rounded down to whole
 * nano-dollars: the margin for the payer, the fee for the owner. The parts of a charge are together
 * exactly the charge.
 *
 * @param owner the account of the agent's owner
 */
record Split(String owner, Percent margin, Percent fee) {
    /** Where the owner's part of agents goes that nobody owns. */
    private static final String NOBODY = "platform:agents";

    /** The account of an agent's owner. */
    static String ownerOf(Agent agent) {
        return agent.owner().isEmpty() ? NOBODY : Accounts.ofUser(agent.owner());
    }

    /** What is held for a model call that costs this much at most. */
    long modelHold(long ceiling) {
        return Math.addExact(ceiling, margin.of(ceiling));
    }

    /**
     * A model call's charge: its cost first, then the margin, within what is held.
     *
     * @param charged what of the two is held
     * @param owed what is not
     */
    record ModelBill(List<Share> shares, long charged, long owed) {}

    ModelBill model(long cost, long held) {
        long whole = modelHold(cost);
        long forModel = Math.min(cost, held);
        long forMargin = Math.min(margin.of(cost), held - forModel);
        var shares = new ArrayList<Share>();
        add(shares, Accounts.MODELS, forModel, "model");
        shares.addAll(owners(forMargin, "margin"));
        long charged = forModel + forMargin;
        return new ModelBill(shares, charged, whole - charged);
    }

    /** The owner's charge, with the platform's fee out of it. */
    List<Share> owners(long nanoUsd, String kind) {
        long forPlatform = fee.of(nanoUsd);
        var shares = new ArrayList<Share>();
        add(shares, owner, nanoUsd - forPlatform, kind);
        add(shares, Accounts.FEES, forPlatform, "fee");
        return shares;
    }

    private static void add(List<Share> shares, String account, long nanoUsd, String kind) {
        if (nanoUsd > 0) {
            shares.add(new Share(account, nanoUsd, kind));
        }
    }
}
