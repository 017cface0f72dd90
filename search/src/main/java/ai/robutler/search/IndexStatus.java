package ai.robutler.search;

import java.util.Optional;

/**
 * How an index stands, for health and commands.
 *
 * @param documents how many can be found
 * @param position the number of the last change that can be found
 * @param head the number of the last change that is known of
 * @param withoutMeaning how many documents wait for their vectors; 0 without an embedding model
 * @param stored whether it is kept in a folder; else in memory
 * @param trouble what is wrong, without secrets; empty where all is well
 */
public record IndexStatus(
        long documents,
        long position,
        long head,
        long withoutMeaning,
        boolean stored,
        Optional<String> trouble) {

    /** Whether all changes that are known of can be found. */
    public boolean isCurrent() {
        return position >= head;
    }
}
