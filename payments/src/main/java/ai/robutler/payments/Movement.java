package ai.robutler.payments;

import ai.robutler.payments.Ledger.Hold;

/**
 * What was done under an id that its caller gave, and how it was answered. It has entries where
 * money moved.
 *
 * @param seq its place among all, 0 until it has one
 * @param hash of its content
 * @param hold that it is about, "" for none
 * @param account that pays
 * @param isPending whether more may be owed than is known
 * @param unpaid what was owed and could not be charged
 * @param state of the hold afterwards
 * @param held what the hold holds afterwards, for a change of one
 * @param expires until when the hold holds afterwards, for a change of one
 */
record Movement(
        long seq,
        String id,
        Op op,
        String hash,
        long time,
        String hold,
        String account,
        String agent,
        String reference,
        String memo,
        boolean isPending,
        long charged,
        long released,
        long unpaid,
        Hold.State state,
        long held,
        long expires) {

    enum Op {
        CREDIT,
        SETTLE,
        /** Takes a part of a hold, which stays open. */
        CAPTURE,
        VOID,
        ADJUST,
        /** Settles later what was pending or unpaid; its hold is the one of that movement. */
        RECONCILE
    }

    /** Of a hold, for the request that it is for. */
    static Movement of(String id, Op op, String hash, long time, HoldRow hold) {
        return new Movement(
                0,
                id,
                op,
                hash,
                time,
                hold.id(),
                hold.account(),
                hold.agent(),
                hold.reference(),
                "",
                false,
                0,
                0,
                0,
                hold.state(),
                0,
                0);
    }

    Movement withAmounts(long charged, long released, long unpaid) {
        return new Movement(
                seq, id, op, hash, time, hold, account, agent, reference, memo, isPending, charged,
                released, unpaid, state, held, expires);
    }

    /** For another request than the hold's. */
    Movement withReference(String reference) {
        return new Movement(
                seq, id, op, hash, time, hold, account, agent, reference, memo, isPending, charged,
                released, unpaid, state, held, expires);
    }

    Movement withMemo(String memo, boolean isPending) {
        return new Movement(
                seq, id, op, hash, time, hold, account, agent, reference, memo, isPending, charged,
                released, unpaid, state, held, expires);
    }

    Movement withHold(long held, long expires) {
        return new Movement(
                seq, id, op, hash, time, hold, account, agent, reference, memo, isPending, charged,
                released, unpaid, state, held, expires);
    }

    Ledger.Settlement settlement() {
        return new Ledger.Settlement(hold, charged, released, state);
    }
}
