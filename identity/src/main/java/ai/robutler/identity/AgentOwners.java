package ai.robutler.identity;

import java.util.Optional;

/** Tells who owns the agents of this server. Thread-safe. */
@FunctionalInterface
public interface AgentOwners {

    /** The owner of an agent, "" where nobody owns it; nothing where there is no such agent. */
    Optional<String> ownerOf(String agent);
}
