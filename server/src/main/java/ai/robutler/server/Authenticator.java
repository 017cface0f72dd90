package ai.robutler.server;

import ai.robutler.core.Caller;

/**
 * Tells who makes a request, by its head alone. Called on the request's virtual thread, from many
 * at once; it may block.
 */
@FunctionalInterface
public interface Authenticator {

    /**
     * The caller; {@link Caller#anonymous()} where there are no credentials.
     *
     * @throws ai.robutler.core.ApiException if the credentials are wrong (401), or nobody can tell
     *     now (503)
     */
    Caller authenticate(RequestHead head);
}
