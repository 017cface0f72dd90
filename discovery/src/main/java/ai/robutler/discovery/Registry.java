package ai.robutler.discovery;

import ai.robutler.core.Caller;
import ai.robutler.core.InvalidRequestException;

import java.util.List;

/**
 * Who is listed: here, in this program's database, or on a remote platform. Thread-safe; callers
 * block, so they belong on virtual threads.
 *
 * <p>All of it throws {@link ai.robutler.core.UnavailableException} if nobody can tell now.
 */
public interface Registry {

    /** The agents that fit best, of those that the caller may talk to, the best first. */
    List<Found> search(Query query, Caller caller);

    /**
     * Lists an agent of the caller's, or prolongs its listing.
     *
     * @throws InvalidRequestException if something of it cannot be listed
     * @throws ai.robutler.core.PermissionException if it is not the caller's
     * @throws ai.robutler.core.ConflictException if its name or URL is another's
     * @throws ai.robutler.core.RateLimitException if the caller publishes too much
     */
    Published publish(Publication publication, Caller caller);

    /**
     * Takes a registered agent of the caller's off the list.
     *
     * @return whether it was there
     */
    boolean withdraw(String agent, Caller caller);

    /** A page of what the caller may see. */
    Listing.Page list(Listing listing, Caller caller);
}
