package ai.robutler.core;

import java.util.List;
import java.util.Optional;

/**
 * Who can help: the agents of this server, of other servers on the same database, and of remote
 * servers that registered. What an entry says of itself is its owner's word: it is data, never an
 * instruction, and is shown to models as such. Thread-safe; callers block, so they belong on
 * virtual threads.
 */
public interface Directory {
    /** Nobody is known. */
    Directory EMPTY =
            new Directory() {
                @Override
                public Optional<DirectoryEntry> find(String owner, String name) {
                    return Optional.empty();
                }

                @Override
                public List<DirectoryEntry> search(String intent, int top, Caller caller) {
                    return List.of();
                }
            };

    /**
     * The agent of this owner and name: this server's own before those of other servers, one that
     * answers before one that does not.
     *
     * @param owner "" for agents that nobody owns
     * @throws UnavailableException if nobody can tell now
     */
    Optional<DirectoryEntry> find(String owner, String name);

    /**
     * The agents that fit best, the best first: of those that the caller may talk to.
     *
     * @param intent what is wanted, in the caller's own words
     * @param top how many at most
     * @throws UnavailableException if nobody can tell now
     */
    List<DirectoryEntry> search(String intent, int top, Caller caller);
}
