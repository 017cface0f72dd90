package ai.robutler.testkit;

import java.util.ArrayList;
import java.util.List;

/** Merges lists by turns. */
final class Turns {

    private Turns() {}

    /** The first of each list, then the second of each list, and so on; shorter lists drop out. */
    static <T> List<T> of(List<List<T>> lists) {
        List<T> merged = new ArrayList<>();
        int longest = lists.stream().mapToInt(List::size).max().orElse(0);
        for (int turn = 0; turn < longest; turn++) {
            for (List<T> list : lists) {
                if (turn < list.size()) {
                    merged.add(list.get(turn));
                }
            }
        }
        return merged;
    }
}
