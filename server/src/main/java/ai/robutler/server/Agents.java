package ai.robutler.server;

import ai.robutler.core.Agent;
import ai.robutler.core.ApiException;
import ai.robutler.core.Caller;
import ai.robutler.core.CancelledException;
import ai.robutler.core.InvalidRequestException;
import ai.robutler.core.Names;
import ai.robutler.core.UnavailableException;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Agents by name: the directory's, then those that the resolver knows, kept for a while. A name is
 * looked up once, however many ask for it at the same time, and goes on when one of them leaves.
 */
final class Agents {
    private static final Duration LOOKUP_TIMEOUT = Duration.ofSeconds(10);

    /** What came of asking the resolver. */
    private sealed interface Lookup {
        record Found(Agent agent) implements Lookup {}

        record Nobody() implements Lookup {}

        record Failed(Exception cause) implements Lookup {}
    }

    private final AgentDirectory fixed;
    private final Optional<AgentResolver> resolver;
    private final AsyncCache<String, Lookup> resolved;
    private final Executor lookups =
            task -> Thread.ofVirtual().name("robutler-agent-lookup").start(task);

    Agents(Options options) {
        this.fixed = options.agents();
        this.resolver = options.resolver();
        this.resolved =
                Caffeine.newBuilder()
                        .maximumSize(options.resolverSize())
                        .expireAfterWrite(options.resolverExpiry())
                        .executor(lookups)
                        .buildAsync();
    }

    boolean isDynamic() {
        return resolver.isPresent();
    }

    int fixedCount() {
        return fixed.all().size();
    }

    long dynamicCount() {
        return resolved.synchronous().estimatedSize();
    }

    /** The fixed agents that the caller may talk to. */
    List<Agent> admitting(Caller caller) {
        return fixed.all().stream().filter(agent -> agent.admits(caller)).toList();
    }

    /** Whether it is one of the fixed, which are few enough to be told apart in metrics. */
    boolean isFixed(Agent agent) {
        return fixed(agent.name()).isPresent();
    }

    /** The fixed agent of this name. */
    Optional<Agent> fixed(String name) {
        return fixed.find(name);
    }

    /**
     * The agent of this name.
     *
     * @throws InvalidRequestException if there is none (404)
     * @throws UnavailableException if nobody can tell now
     */
    Agent require(String name) {
        return fixed(name)
                .or(() -> resolve(name))
                .orElseThrow(
                        () ->
                                InvalidRequestException.notFound(
                                        "model_not_found",
                                        "model",
                                        "There is no agent '"
                                                + AccessLog.safe(name)
                                                + "'. GET /agents lists those there are."));
    }

    private Optional<Agent> resolve(String name) {
        if (resolver.isEmpty() || !isPossible(name)) {
            return Optional.empty();
        }
        AgentResolver asked = resolver.get();
        CompletableFuture<Lookup> future =
                resolved.get(
                        name,
                        (key, _) ->
                                CompletableFuture.supplyAsync(() -> lookUp(asked, key), lookups));
        Lookup lookup = await(future);
        if (!(lookup instanceof Lookup.Found)) {
            // What may be there later must not stay unknown.
            resolved.asMap().remove(name, future);
        }
        return switch (lookup) {
            case Lookup.Found(Agent agent) -> Optional.of(agent);
            case Lookup.Nobody _ -> Optional.empty();
            case Lookup.Failed(ApiException told) -> throw told;
            case Lookup.Failed(Exception cause) -> throw unavailable(cause);
        };
    }

    private static boolean isPossible(String name) {
        try {
            Names.requireAgent(name);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static Lookup lookUp(AgentResolver resolver, String name) {
        try {
            Optional<Agent> agent = resolver.resolve(name);
            return agent.isPresent() ? new Lookup.Found(agent.get()) : new Lookup.Nobody();
        } catch (Exception e) {
            return new Lookup.Failed(e);
        }
    }

    private static Lookup await(CompletableFuture<Lookup> future) {
        try {
            return future.get(LOOKUP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            return new Lookup.Failed(e);
        } catch (TimeoutException e) {
            // It goes on: the next request waits for the same look-up instead of adding one.
            throw unavailable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException("interrupted while an agent was looked up");
        }
    }

    private static UnavailableException unavailable(Exception cause) {
        return new UnavailableException(
                "The agent cannot be looked up now. Try again later.",
                Duration.ofSeconds(1),
                cause);
    }
}
