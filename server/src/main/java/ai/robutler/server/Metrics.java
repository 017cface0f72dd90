package ai.robutler.server;

import ai.robutler.core.Agent;
import ai.robutler.core.ProviderHealth;
import ai.robutler.core.RunListener;
import ai.robutler.core.RunOutcome;
import ai.robutler.core.Usage;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * What is counted. All labels are bounded: routes are templates, agents are the fixed ones ({@code
 * dynamic} stands for all others), methods are the known ones.
 */
final class Metrics implements RunListener, AutoCloseable {
    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(5),
        Duration.ofMillis(25),
        Duration.ofMillis(100),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2_500),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofSeconds(60),
        Duration.ofSeconds(300)
    };

    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics gc = new JvmGcMetrics();
    private final AtomicInteger inProgress = new AtomicInteger();
    private final Agents agents;

    Metrics(Agents agents) {
        this.agents = agents;
        // Their names break the rules of Prometheus.
        registry.config().meterFilter(MeterFilter.denyNameStartsWith("process.cpu.time"));
        registry.config().meterFilter(MeterFilter.denyNameStartsWith("system.cpu.count"));
        gauge("robutler.http.requests.in.progress", "Requests being answered.", inProgress::get);
        gauge("robutler.active.agents", "Agents that are served.", agents::fixedCount);
        gauge(
                "robutler.dynamic.agents.cache.size",
                "Agents from the resolver that are kept.",
                agents::dynamicCount);
        new ClassLoaderMetrics().bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        gc.bindTo(registry);
    }

    private void gauge(String name, String description, Supplier<Number> value) {
        Gauge.builder(name, value).description(description).register(registry);
    }

    /** One gauge for each provider and state: 1 for the state it is in, 0 for the others. */
    void watch(java.util.function.Supplier<List<ProviderHealth>> providers) {
        for (ProviderHealth known : providers.get()) {
            for (ProviderHealth.Circuit state : ProviderHealth.Circuit.values()) {
                Gauge.builder(
                                "robutler.provider.circuit.state",
                                () -> isIn(state, known.name(), providers.get()) ? 1 : 0)
                        .description("Whether the circuit breaker of a model provider is so.")
                        .tags("provider", known.name(), "state", ProviderComponent.label(state))
                        .register(registry);
            }
        }
    }

    private static boolean isIn(
            ProviderHealth.Circuit state, String name, List<ProviderHealth> providers) {
        return providers.stream()
                .anyMatch(health -> health.name().equals(name) && health.circuit() == state);
    }

    /** All of it, in the text format of Prometheus. */
    String scrape() {
        return registry.scrape();
    }

    void httpBegun() {
        inProgress.incrementAndGet();
    }

    void httpEnded(String method, String route, int status, long nanos) {
        inProgress.decrementAndGet();
        http(method, route, status, nanos);
    }

    /** A request that was refused before it was here completely. */
    void httpRefused(String method, int status, long nanos) {
        http(method, "refused", status, nanos);
    }

    private void http(String method, String route, int status, long nanos) {
        String known = METHODS.contains(method) ? method : "other";
        Counter.builder("robutler.http.requests")
                .description("Requests answered.")
                .tags("method", known, "route", route, "status", Integer.toString(status))
                .register(registry)
                .increment();
        timer(
                        "robutler.http.request.duration",
                        "Time from a request to the end of its answer.",
                        "method",
                        known,
                        "route",
                        route)
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void firstToken(Agent agent, Duration sinceCall) {
        timer(
                        "robutler.llm.time.to.first.token",
                        "Time from a model call to the first piece of its answer.",
                        "agent",
                        label(agent))
                .record(sinceCall);
    }

    @Override
    public void modelCall(Agent agent, Duration took, Usage usage, RunOutcome outcome) {
        tokens(agent, "input", usage.promptTokens());
        tokens(agent, "output", usage.completionTokens());
    }

    private void tokens(Agent agent, String direction, long count) {
        Counter.builder("robutler.llm.tokens")
                .description("Tokens that model providers reported.")
                .tags("agent", label(agent), "direction", direction)
                .register(registry)
                .increment((double) count);
    }

    @Override
    public void toolCall(Agent agent, String tool, Duration took, boolean failed) {
        Counter.builder("robutler.tool.calls")
                .description("Tool calls that ran here.")
                .tags("agent", label(agent), "tool", agents.isFixed(agent) ? tool : "dynamic")
                .tag("outcome", failed ? "failed" : "completed")
                .register(registry)
                .increment();
    }

    @Override
    public void charged(Agent agent, long nanoUsd) {
        Counter.builder("robutler.credits.spent.nanousd")
                .description("What callers were charged, in nano-dollars.")
                .tags("agent", label(agent))
                .register(registry)
                .increment((double) nanoUsd);
    }

    @Override
    public void run(Agent agent, Duration took, Usage usage, RunOutcome outcome) {
        Counter.builder("robutler.agent.requests")
                .description("Runs of agents.")
                .tags("agent", label(agent), "outcome", outcome.name().toLowerCase(Locale.ROOT))
                .register(registry)
                .increment();
        timer(
                        "robutler.agent.request.duration",
                        "Time that runs of agents took.",
                        "agent",
                        label(agent))
                .record(took);
        if (outcome == RunOutcome.FAILED) {
            Counter.builder("robutler.agent.errors")
                    .description("Runs of agents that an error ended.")
                    .tag("agent", label(agent))
                    .register(registry)
                    .increment();
        }
    }

    private Timer timer(String name, String description, String... tags) {
        return Timer.builder(name)
                .description(description)
                .tags(tags)
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    private String label(Agent agent) {
        return agents.isFixed(agent) ? agent.name() : "dynamic";
    }

    @Override
    public void close() {
        gc.close();
        registry.close();
    }
}
