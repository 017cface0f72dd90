package ai.robutler.search;

/** The last change of a document. */
record Change(String id, long seq, boolean gone) {}
