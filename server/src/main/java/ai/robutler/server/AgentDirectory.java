package ai.robutler.server;

import ai.robutler.core.Agent;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The agents that a server serves by name. Asked for each request, from any threads; what it
 * answers may change from one request to the next, and a run goes on with the agent it began with.
 * It must answer at once: what needs a look-up elsewhere is an {@link AgentResolver}.
 */
public interface AgentDirectory {

    /** The agent of this name; names that no agent can have are asked for too. */
    Optional<Agent> find(String name);

    /** All of them, in the order in which they are listed. */
    Collection<Agent> all();

    /**
     * Just these, for good.
     *
     * @throws IllegalArgumentException if two have the same name
     */
    static AgentDirectory of(Collection<Agent> agents) {
        Map<String, Agent> byName = new LinkedHashMap<>();
        for (Agent agent : agents) {
            if (byName.putIfAbsent(agent.name(), agent) != null) {
                throw new IllegalArgumentException(
                        "two agents are called '"
                                + agent.name()
                                + "'; give one of them another name");
            }
        }
        return new AgentDirectory() {
            @Override
            public Optional<Agent> find(String name) {
                return Optional.ofNullable(byName.get(name));
            }

            @Override
            public Collection<Agent> all() {
                return byName.values();
            }
        };
    }
}
