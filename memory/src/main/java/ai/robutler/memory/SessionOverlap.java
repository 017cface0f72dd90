package ai.robutler.memory;

import ai.robutler.core.ChatMessage;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where a history that a client sends meets the one that is kept.
 *
 * @param turns how many of the kept turns stay: all of them, or fewer if the client went back
 * @param fresh from which of the client's messages on they are new
 */
record SessionOverlap(int turns, int fresh) {
    /** Of a longer history only the end is looked at. */
    private static final int MOST = 4_000;

    /** Whether a client keeps the history itself: who sends answers does. */
    static boolean isHistory(List<ChatMessage> sent) {
        return sent.stream().anyMatch(message -> message.is("assistant"));
    }

    /**
     * The longest part of what was sent that is a part of what is kept, from the beginning of one
     * of both to the end of a turn, with at least one answer in it. Empty if there is none.
     */
    static Optional<SessionOverlap> of(List<SessionSeen> kept, List<ChatMessage> sent) {
        var ours = new ArrayList<String>();
        var ends = new ArrayList<Integer>();
        for (SessionSeen turn : kept) {
            ours.addAll(turn.digests());
            ends.add(ours.size());
        }
        int skipped = Math.max(0, sent.size() - MOST);
        List<ChatMessage> looked = sent.subList(skipped, sent.size());
        List<String> theirs = looked.stream().map(SessionSeen::digest).toList();
        SessionOverlap best = new SessionOverlap(0, 0);
        int longest = 0;
        for (int shift = -(theirs.size() - 1); shift < ours.size(); shift++) {
            int from = Math.max(0, -shift);
            int length = length(ours, theirs, from, shift);
            int turns = turnsWithin(ends, from + shift + length);
            int end = turns == 0 ? 0 : ends.get(turns - 1) - shift;
            boolean isLonger = end - from >= longest && end > from;
            if (isLonger && isHistory(looked.subList(from, end))) {
                longest = end - from;
                best = new SessionOverlap(turns, skipped + end);
            }
        }
        return longest == 0 ? Optional.empty() : Optional.of(best);
    }

    private static int length(List<String> ours, List<String> theirs, int from, int shift) {
        int at = from;
        while (at < theirs.size()
                && at + shift < ours.size()
                && theirs.get(at).equals(ours.get(at + shift))) {
            at++;
        }
        return at - from;
    }

    /** How many turns end at or before a message. */
    private static int turnsWithin(List<Integer> ends, int message) {
        int turns = 0;
        while (turns < ends.size() && ends.get(turns) <= message) {
            turns++;
        }
        return turns;
    }
}
