package ai.robutler.server;

import ai.robutler.core.Json;

import tools.jackson.databind.node.ObjectNode;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * How the server is. Only the detailed view and readiness ask its components, at most once a second
 * each; being alive depends on nothing else.
 */
final class HealthRoutes {
    private final List<Checkup> components;
    private final Agents agents;
    private final long begun = System.nanoTime();
    private volatile boolean draining;

    HealthRoutes(Options options, Agents agents) {
        this.components =
                Stream.concat(
                                options.health().stream(),
                                ProviderComponent.all(options.providers()).stream())
                        .map(Checkup::new)
                        .toList();
        this.agents = agents;
    }

    /** From now on the node is not ready: no new work, please. */
    void drain() {
        draining = true;
    }

    Reply summary(Exchange exchange, String name) {
        return Reply.json(summary("healthy"));
    }

    private ObjectNode summary(String status) {
        return Json.object()
                .put("status", status)
                .put("version", Version.CURRENT)
                .put("uptime_seconds", (System.nanoTime() - begun) / 1_000_000_000)
                .put("agents_count", agents.fixedCount())
                .put("dynamic_agents_enabled", agents.isDynamic());
    }

    Reply live(Exchange exchange, String name) {
        return Reply.json(Json.object().put("status", "alive"));
    }

    Reply ready(Exchange exchange, String name) {
        List<Checkup> essential =
                components.stream().filter(part -> part.component().isEssential()).toList();
        boolean down =
                check(essential).values().stream()
                        .anyMatch(health -> health.status() == Health.Status.DOWN);
        if (draining || down) {
            String why = draining ? "stopping" : "unavailable";
            return Reply.json(503, Json.object().put("status", why));
        }
        return Reply.json(Json.object().put("status", "ready"));
    }

    Reply detailed(Exchange exchange, String name) {
        Map<HealthComponent, Health> results = check(components);
        boolean well =
                results.values().stream().allMatch(health -> health.status() == Health.Status.UP);
        ObjectNode json = summary(well ? "healthy" : "degraded");
        ObjectNode parts = json.putObject("components");
        results.forEach(
                (component, health) -> {
                    ObjectNode part = parts.putObject(component.name());
                    part.put("status", health.status().name().toLowerCase(Locale.ROOT));
                    if (!health.detail().isEmpty()) {
                        part.put("detail", health.detail());
                    }
                });
        return Reply.json(json);
    }

    /** Asks them all at once, in their order. */
    private static Map<HealthComponent, Health> check(List<Checkup> checkups) {
        var answers = new LinkedHashMap<HealthComponent, CompletableFuture<Health>>();
        checkups.forEach(checkup -> answers.put(checkup.component(), checkup.health()));
        var results = new LinkedHashMap<HealthComponent, Health>();
        answers.forEach((component, answer) -> results.put(component, answer.join()));
        return results;
    }
}
