package ai.robutler.server;

import ai.robutler.core.Json;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tools.jackson.databind.node.ObjectNode;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * How the server is. Only the detailed view and readiness ask its components; being alive depends
 * on nothing else.
 */
final class HealthRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(HealthRoutes.class);
    private static final Duration CHECK_TIMEOUT = Duration.ofSeconds(2);

    private static final Health LATE = Health.down("no answer in time");

    private final List<HealthComponent> components;
    private final Agents agents;
    private final long begun = System.nanoTime();
    private volatile boolean draining;

    HealthRoutes(Options options, Agents agents) {
        this.components =
                Stream.concat(
                                options.health().stream(),
                                ProviderComponent.all(options.providers()).stream())
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
        List<HealthComponent> essential =
                components.stream().filter(HealthComponent::isEssential).toList();
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

    /** Asks them all at once, in their order; a check that does not end in time is interrupted. */
    private static Map<HealthComponent, Health> check(List<HealthComponent> components) {
        var answers = new LinkedHashMap<HealthComponent, CompletableFuture<Health>>();
        for (HealthComponent component : components) {
            var answer = new CompletableFuture<Health>();
            Thread thread =
                    Thread.ofVirtual()
                            .name("health-" + component.name())
                            .start(() -> answer.complete(ask(component)));
            answers.put(
                    component,
                    answer.completeOnTimeout(LATE, CHECK_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                            .whenComplete((_, _) -> thread.interrupt()));
        }
        var results = new LinkedHashMap<HealthComponent, Health>();
        answers.forEach((component, answer) -> results.put(component, answer.join()));
        return results;
    }

    private static Health ask(HealthComponent component) {
        try {
            return component.check();
        } catch (RuntimeException e) {
            LOG.warn("the health check of {} failed", component.name(), e);
            return Health.down("the check failed");
        }
    }
}
