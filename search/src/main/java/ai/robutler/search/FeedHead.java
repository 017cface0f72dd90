package ai.robutler.search;

/** Where a feed is. */
record FeedHead(String epoch, long seq, long forgotten) {
    static final FeedHead NONE = new FeedHead("", 0, 0);
}
