package ai.robutler.models;

import ai.robutler.core.ModelName;
import ai.robutler.core.Settings;

import tools.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the table of aliases; what is wrong in it is left in the settings. An alias has {@code
 * deployments}, {@code fallbacks} and {@code context-fallbacks}, or is just a list of deployments,
 * or the name of one. Fallbacks may be other aliases; so may an only deployment.
 */
final class RouteReader {
    private static final String PREFIX = LiteLlmFactory.NAME + "/";
    private static final int MOST = 1_000_000;

    private record Entry(Settings at, String model, int weight, int window) {}

    private record Draft(List<Entry> deployments, List<Entry> fallbacks, List<Entry> larger) {}

    private final Settings models;
    private final Set<String> providers;
    private final boolean proxied;
    private final Map<String, Draft> drafts = new LinkedHashMap<>();
    private final Map<String, Route> routes = new LinkedHashMap<>();

    /**
     * @param providers the names of all others
     * @param proxied whether names that no alias has go to a proxy
     */
    RouteReader(Settings models, Set<String> providers, boolean proxied) {
        this.models = models;
        this.providers = providers;
        this.proxied = proxied;
    }

    /** By alias. */
    Map<String, Route> read() {
        for (String alias : models.keys()) {
            drafts.put(alias, draft(alias));
        }
        for (String alias : drafts.keySet()) {
            resolve(alias, new LinkedHashSet<>());
        }
        return routes;
    }

    private Draft draft(String alias) {
        if (!models.value(alias).isObject()) {
            List<Entry> deployments = entries(models.items(alias, "model"));
            requireSome(alias, models, deployments);
            return new Draft(deployments, List.of(), List.of());
        }
        Settings route = models.section(alias);
        List<Entry> deployments = entries(route.items("deployments", "model"));
        requireSome("deployments", route, deployments);
        return new Draft(
                deployments,
                entries(route.items("fallbacks", "model")),
                entries(route.items("context-fallbacks", "model")));
    }

    /** A value of another kind has its own problem. */
    private static void requireSome(String key, Settings at, List<Entry> deployments) {
        JsonNode value = at.value(key);
        if (deployments.isEmpty() && (value.isMissingNode() || value.isArray())) {
            at.problem(key, "needs at least one deployment, such as { model: openai/gpt-4o-mini }");
        }
    }

    private static List<Entry> entries(List<Settings> items) {
        return items.stream()
                .map(
                        item ->
                                new Entry(
                                        item,
                                        item.text("model", "").strip(),
                                        item.integer("weight", 1, 1, MOST),
                                        item.integer("window", 0, 1, Integer.MAX_VALUE)))
                .toList();
    }

    private Route resolve(String alias, Set<String> above) {
        Route known = routes.get(alias);
        if (known != null) {
            return known;
        }
        above.add(alias);
        Draft draft = drafts.getOrDefault(alias, new Draft(List.of(), List.of(), List.of()));
        var stages = new ArrayList<List<Route.Target>>();
        var larger = new ArrayList<Route.Target>();
        if (draft.deployments.size() == 1) {
            chain(draft.deployments, above, stages, larger);
        } else {
            stages.add(
                    draft.deployments.stream()
                            .flatMap(entry -> deployment(entry).stream())
                            .toList());
        }
        chain(draft.fallbacks, above, stages, larger);
        for (Entry entry : draft.larger) {
            deployment(entry).ifPresent(larger::add);
        }
        above.remove(alias);
        var route = new Route(stages.stream().filter(stage -> !stage.isEmpty()).toList(), larger);
        routes.put(alias, route);
        return route;
    }

    private void chain(
            List<Entry> entries,
            Set<String> above,
            List<List<Route.Target>> stages,
            List<Route.Target> larger) {
        for (Entry entry : entries) {
            Optional<String> alias = alias(entry.model);
            if (alias.isEmpty()) {
                deployment(entry).ifPresent(target -> stages.add(List.of(target)));
            } else if (above.contains(alias.get())) {
                entry.at.problem(
                        "model",
                        "leads back to where it came from: "
                                + String.join(" → ", above)
                                + " → "
                                + alias.get());
            } else {
                Route other = resolve(alias.get(), above);
                stages.addAll(other.stages());
                larger.addAll(other.larger());
            }
        }
    }

    private Optional<String> alias(String model) {
        if (drafts.containsKey(model)) {
            return Optional.of(model);
        }
        return Optional.of(model)
                .filter(name -> name.startsWith(PREFIX))
                .map(name -> name.substring(PREFIX.length()))
                .filter(drafts::containsKey);
    }

    private Optional<Route.Target> deployment(Entry entry) {
        if (alias(entry.model).isPresent()) {
            entry.at.problem(
                    "model",
                    "is an alias: it may stand among the fallbacks, or as the only deployment");
            return Optional.empty();
        }
        try {
            ModelName name = ModelName.parse(entry.model);
            if (providers.contains(name.provider())
                    || (proxied && name.provider().equals(LiteLlmFactory.NAME))) {
                return Optional.of(new Route.Target(name, entry.weight, entry.window));
            }
            entry.at.problem("model", unknown(name));
        } catch (IllegalArgumentException e) {
            entry.at.problem(
                    "model",
                    "must be provider/model, such as openai/gpt-4o-mini, or one of the aliases"
                            + " here, not '"
                            + entry.model
                            + "'");
        }
        return Optional.empty();
    }

    private String unknown(ModelName name) {
        boolean here = name.provider().equals(LiteLlmFactory.NAME);
        return "names the unknown %s '%s'; known are: %s"
                .formatted(
                        here ? "alias" : "provider",
                        here ? name.model() : name.provider(),
                        String.join(", ", here ? drafts.keySet() : providers));
    }
}
