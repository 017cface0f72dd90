package ai.robutler.identity;

import ai.robutler.core.Budget;
import ai.robutler.core.Names;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What an API key is to be. See {@link ApiKey} for the components.
 *
 * @param budgets at most one for each period
 */
public record NewApiKey(
        String user,
        String name,
        Set<String> scopes,
        Set<String> agents,
        List<Budget> budgets,
        Optional<Instant> expires) {
    private static final int MOST_NAMES = 100;
    private static final int LONGEST_NAME = 200;

    /**
     * @throws IllegalArgumentException if there can be no such key; the message says why
     */
    public NewApiKey {
        Users.require(user);
        if (name.length() > LONGEST_NAME || name.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "a key's name has at most 200 characters, and no control characters");
        }
        if (scopes.size() > MOST_NAMES || agents.size() > MOST_NAMES) {
            throw new IllegalArgumentException("a key has at most 100 scopes, and 100 agents");
        }
        scopes.forEach(ScopeNames::requireGrantable);
        agents.forEach(Names::requireAgent);
        var periods = new HashSet<Budget.Period>();
        for (Budget budget : budgets) {
            if (!periods.add(budget.period())) {
                throw new IllegalArgumentException(
                        "a key has one budget for each period; there are two for "
                                + budget.period());
            }
        }
        scopes = Set.copyOf(scopes);
        agents = Set.copyOf(agents);
        budgets = List.copyOf(budgets);
    }

    /** A key of a user that never expires, without scopes, for all agents, without budgets. */
    public static NewApiKey of(String user) {
        return new NewApiKey(user, "", Set.of(), Set.of(), List.of(), Optional.empty());
    }

    public NewApiKey named(String name) {
        return new NewApiKey(user, name, scopes, agents, budgets, expires);
    }

    public NewApiKey withScopes(String... scopes) {
        return new NewApiKey(user, name, Set.of(scopes), agents, budgets, expires);
    }

    public NewApiKey forAgents(String... agents) {
        return new NewApiKey(user, name, scopes, Set.of(agents), budgets, expires);
    }

    public NewApiKey withBudgets(Budget... budgets) {
        return new NewApiKey(user, name, scopes, agents, List.of(budgets), expires);
    }

    public NewApiKey expiring(Instant expires) {
        return new NewApiKey(user, name, scopes, agents, budgets, Optional.of(expires));
    }
}
