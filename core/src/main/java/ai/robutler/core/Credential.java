package ai.robutler.core;

import java.util.List;
import java.util.Set;

/**
 * What proved who calls, without any secret of it.
 *
 * @param id names it in logs, limits and statements, such as the public part of an API key; ""
 *     where it has no name
 * @param actingAgent the agent that calls for the user, "" where the user calls in person. An agent
 *     never has its user's ownership or administration.
 * @param agents the agents that it is good for; empty for all
 * @param budgets what may be spent with it
 */
public record Credential(String id, String actingAgent, Set<String> agents, List<Budget> budgets) {
    public static final Credential NONE = new Credential("", "", Set.of(), List.of());

    /** No agent's name begins so: what it is good for is no agent. */
    private static final String PUBLISHES = "publish:";

    public Credential {
        agents = Set.copyOf(agents);
        budgets = List.copyOf(budgets);
    }

    /** One that says no more than its name. */
    public static Credential of(String id) {
        return new Credential(id, "", Set.of(), List.of());
    }

    /**
     * One that is good for a single thing: to tell what an agent of the user's can do. No agent
     * takes it.
     *
     * @param id names it as in {@link Credential}
     * @param agent the agent that tells of itself
     */
    public static Credential toPublish(String id, String agent, List<Budget> budgets) {
        return new Credential(id, agent, Set.of(PUBLISHES + agent), budgets);
    }

    /** Whether it was {@linkplain #toPublish made} to tell what this agent can do. */
    public boolean publishes(String agent) {
        return actingAgent.equals(agent) && agents.equals(Set.of(PUBLISHES + agent));
    }

    boolean reaches(String agent) {
        return agents.isEmpty() || agents.contains(agent);
    }
}
