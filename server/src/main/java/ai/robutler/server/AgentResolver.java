package ai.robutler.server;

import ai.robutler.core.Agent;

import java.util.Optional;

/**
 * Finds agents that are not fixed: in a database, at another service. Asked on a virtual thread of
 * its own, once at a time for a name, and only for names that an agent can have. What it finds is
 * kept for a while.
 */
@FunctionalInterface
public interface AgentResolver {

    /**
     * The agent of this name, if there is one.
     *
     * @throws Exception if nobody can tell now; the client is told to come back
     */
    Optional<Agent> resolve(String name) throws Exception;
}
