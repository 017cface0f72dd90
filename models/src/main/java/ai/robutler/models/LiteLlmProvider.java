package ai.robutler.models;

import ai.robutler.core.Completer;
import ai.robutler.core.Embedder;
import ai.robutler.core.ModelName;
import ai.robutler.core.ModelProvider;
import ai.robutler.core.ProviderHealth;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The aliases, and every model of the other providers by its own name. */
final class LiteLlmProvider implements ModelProvider {
    private static final int FEWEST_ATTEMPTS = 3;
    private static final int MOST_ATTEMPTS = 10;

    private final Map<String, Route> routes;
    private final Map<String, Router> routers = new ConcurrentHashMap<>();
    private final Backends backends;
    private final Catalog catalog;
    private final boolean proxied;
    private final String defaultModel;
    private final Optional<Integer> attempts;
    private final Duration total;

    /**
     * @param attempts of a call in all; by default each deployment has its turn, within bounds
     */
    LiteLlmProvider(
            Map<String, Route> routes,
            Backends backends,
            Catalog catalog,
            boolean proxied,
            String defaultModel,
            Optional<Integer> attempts,
            Duration total) {
        this.routes = Map.copyOf(routes);
        this.backends = backends;
        this.catalog = catalog;
        this.proxied = proxied;
        this.defaultModel = defaultModel;
        this.attempts = attempts;
        this.total = total;
    }

    @Override
    public Completer model(String name) {
        Route route = routes.get(name);
        // One for all agents that use the alias: what it learns of its places is for all.
        return route != null
                ? routers.computeIfAbsent(name, _ -> router(route))
                : router(Route.to(target(name)));
    }

    /** Of one place: vectors of several models cannot be compared, so that no other may step in. */
    @Override
    public Optional<Embedder> embedder(String name, int dimensions) {
        return backends.embedder(target(name), dimensions);
    }

    private ModelName target(String name) {
        if (proxied) {
            return new ModelName(LiteLlmFactory.NAME, name);
        }
        if (name.indexOf('/') < 1) {
            throw new IllegalArgumentException(
                    "litellm has no model '"
                            + name
                            + "'; known are: "
                            + String.join(", ", routes.keySet().stream().sorted().toList())
                            + ". Add it to providers.litellm.models, or write"
                            + " litellm/provider/model");
        }
        return ModelName.parse(name);
    }

    private Router router(Route route) {
        List<List<Deployment>> stages = route.stages().stream().map(this::deployments).toList();
        int most = attempts.orElse(Math.clamp(route.size(), FEWEST_ATTEMPTS, MOST_ATTEMPTS));
        return new Router(stages, deployments(route.larger()), Attempts.of(most), total);
    }

    private List<Deployment> deployments(List<Route.Target> targets) {
        return targets.stream()
                .map(
                        target ->
                                new Deployment(
                                        target, window(target), backends.model(target.model())))
                .toList();
    }

    private long window(Route.Target target) {
        return target.window() > 0
                ? target.window()
                : catalog.find(target.model().provider(), target.model().model())
                        .map(CatalogModel::window)
                        .orElse(0L);
    }

    @Override
    public Optional<String> defaultModel() {
        return defaultModel.isBlank() ? Optional.empty() : Optional.of(defaultModel);
    }

    @Override
    public List<ProviderHealth> health() {
        return backends.health();
    }

    @Override
    public void close() {
        backends.close();
    }
}
