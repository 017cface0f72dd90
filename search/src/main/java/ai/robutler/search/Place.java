package ai.robutler.search;

/**
 * How far an index has come in its feed.
 *
 * @param epoch of the feed, "" before the first change
 * @param seq the last change that is in the index
 * @param forgotten how many removals the feed had forgotten when the index began
 */
record Place(String epoch, long seq, long forgotten) {
    static final Place START = new Place("", 0, 0);

    Place at(long change) {
        return new Place(epoch, change, forgotten);
    }

    /** Whether the feed can tell what happened since; otherwise the index begins anew. */
    boolean isKnownTo(FeedHead head) {
        return seq == 0
                || (epoch.equals(head.epoch())
                        && seq <= head.seq()
                        && head.forgotten() <= Math.max(seq, forgotten));
    }
}
