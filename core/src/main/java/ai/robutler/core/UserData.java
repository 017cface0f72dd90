package ai.robutler.core;

import tools.jackson.databind.JsonNode;

import java.util.function.Consumer;

/**
 * What a module keeps of users, so that each can have a copy of it, and have it deleted.
 * Thread-safe; calls block and may take a while.
 */
public interface UserData {

    /** What it is called in a copy, such as {@code sessions}. */
    String name();

    /**
     * Gives all that is kept of a user, item by item, without secrets.
     *
     * @throws UnavailableException if nobody can tell now
     */
    void export(String user, Consumer<JsonNode> items);

    /**
     * Deletes all of it that may be deleted. Once more does no harm.
     *
     * @throws UnavailableException if nobody can now; some of it may be gone by then
     */
    Deletion delete(String user);

    /**
     * What became of it.
     *
     * @param items how many are gone, or of no use any more
     * @param kept what stays, and why; "" where nothing does
     */
    record Deletion(long items, String kept) {
        public Deletion(long items) {
            this(items, "");
        }
    }
}
