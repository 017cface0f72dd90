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

    public Credential {
        agents = Set.copyOf(agents);
        budgets = List.copyOf(budgets);
    }

    /** One that says no more than its name. */
    public static Credential of(String id) {
        return new Credential(id, "", Set.of(), List.of());
    }

    boolean reaches(String agent) {
        return agents.isEmpty() || agents.contains(agent);
    }
}
