package ai.robutler.payments;

import ai.robutler.core.Budget;
import ai.robutler.core.Caller;
import ai.robutler.core.Settings;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What the operator lets be spent: by each user and at each agent, and by some of them otherwise.
 * {@code budgets:} in the configuration.
 */
record BudgetRules(
        List<Budget> perUser,
        Map<String, List<Budget>> users,
        List<Budget> perAgent,
        Map<String, List<Budget>> agents) {
    static final BudgetRules NONE = new BudgetRules(List.of(), Map.of(), List.of(), Map.of());

    BudgetRules {
        perUser = List.copyOf(perUser);
        users = Map.copyOf(users);
        perAgent = List.copyOf(perAgent);
        agents = Map.copyOf(agents);
    }

    static BudgetRules read(Settings budgets) {
        return new BudgetRules(
                budgets(budgets.section("per-user")),
                named(budgets.section("users")),
                budgets(budgets.section("per-agent")),
                named(budgets.section("agents")));
    }

    private static Map<String, List<Budget>> named(Settings names) {
        var named = new HashMap<String, List<Budget>>();
        names.keys().forEach(name -> named.put(name, budgets(names.section(name))));
        return named;
    }

    private static List<Budget> budgets(Settings settings) {
        var budgets = new ArrayList<Budget>();
        for (Budget.Period period : Budget.Period.values()) {
            Amounts.read(settings, period.name().toLowerCase(Locale.ROOT))
                    .ifPresent(nanoUsd -> budgets.add(new Budget(period, nanoUsd)));
        }
        return budgets;
    }

    /**
     * All limits of a run: the credentials' own, the caller's, the agent's.
     *
     * @param account that pays: who is not known is limited as its user
     * @param run names this run and no other, whatever the request is called
     */
    List<Ledger.Limit> limits(Caller caller, String agent, String account, String run) {
        var limits = new ArrayList<Ledger.Limit>();
        String user = caller.subject();
        if (caller instanceof Caller.User known) {
            String key = known.credential().id();
            add(limits, key.isEmpty() ? Accounts.ofUser(user) : "key:" + key, run, budgets(known));
        }
        if (user.isEmpty() && account.startsWith("user:")) {
            user = account.substring("user:".length());
        }
        if (!user.isEmpty()) {
            add(limits, Accounts.ofUser(user), run, users.getOrDefault(user, perUser));
        }
        add(limits, "agent:" + agent, run, agents.getOrDefault(agent, perAgent));
        return limits;
    }

    private static List<Budget> budgets(Caller.User user) {
        return user.credential().budgets();
    }

    private static void add(
            List<Ledger.Limit> limits, String subject, String run, List<Budget> budgets) {
        budgets.forEach(budget -> limits.add(new Ledger.Limit(subject, budget, run)));
    }
}
