package ai.robutler.memory;

import ai.robutler.core.AuthenticationException;
import ai.robutler.core.RunContext;

import java.util.Optional;

/** Whom facts are about. */
final class FactOwner {
    /** No agent is called like this. */
    private static final String SESSION = "~";

    private FactOwner() {}

    /**
     * The caller, or the session of a caller whom nobody knows. Strangers share nothing: without
     * either there is no memory.
     */
    static Optional<MemoryOwner> find(RunContext context) {
        MemoryOwner owner = MemoryOwner.of(context);
        return owner.isKnown()
                ? Optional.of(owner)
                : SessionRuns.of(context)
                        .map(
                                session ->
                                        new MemoryOwner(
                                                owner.agent(), "", SESSION + session.name()));
    }

    static MemoryOwner require(RunContext context) {
        return find(context)
                .orElseThrow(
                        () ->
                                new AuthenticationException(
                                        "authentication_required",
                                        "There is no memory of callers whom nobody knows. It needs"
                                                + " credentials, or a session."));
    }
}
