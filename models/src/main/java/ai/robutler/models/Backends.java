package ai.robutler.models;

import ai.robutler.core.Completer;
import ai.robutler.core.Embedder;
import ai.robutler.core.ModelName;
import ai.robutler.core.ModelProvider;
import ai.robutler.core.ProviderHealth;
import ai.robutler.core.ProviderSource;
import ai.robutler.core.Settings;

import tools.jackson.databind.node.ObjectNode;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The providers that the router passes calls on to: those with a key of the router's own, and the
 * program's for the rest. Each has a breaker; who brings none gets one here. Thread-safe.
 */
final class Backends implements AutoCloseable {
    private static final Set<String> KEY_HEADERS = Set.of("authorization", "x-api-key", "api-key");

    private final Map<String, ModelProvider> byName;
    private final Map<String, ModelProvider> own;

    /** Of those who bring none. */
    private final Map<String, Circuit> circuits = new ConcurrentHashMap<>();

    /** Those of them that stand in routes, in alphabetical order. */
    private final Set<String> watched = new TreeSet<>();

    private Backends(Map<String, ModelProvider> byName, Map<String, ModelProvider> own) {
        this.byName = byName;
        this.own = own;
    }

    /**
     * @param keys by the provider's name
     */
    static Backends of(
            Settings keys,
            ProviderSource others,
            Set<String> names,
            Optional<ModelProvider> proxy) {
        var own = new TreeMap<String, ModelProvider>();
        var all = new TreeMap<String, ModelProvider>();
        names.forEach(name -> all.put(name, others.shared(name)));
        for (String name : keys.keys()) {
            String key = keys.text(name, "").strip();
            if (!names.contains(name)) {
                keys.problem(
                        name, "is no provider to route to; known are: " + String.join(", ", names));
            } else if (key.isEmpty()) {
                keys.problem(name, "is empty: give a key, or take it out");
            } else {
                Settings settings = others.settings(name, section -> withKey(section, key));
                own.put(name, others.create(settings, name));
                report(keys, name, settings);
            }
        }
        proxy.ifPresent(provider -> own.put(LiteLlmFactory.NAME, provider));
        all.putAll(own);
        return new Backends(all, own);
    }

    /** The same, with the breakers of these routes among the healths. For one thread. */
    Backends watching(Collection<Route> routes) {
        routes.stream()
                .flatMap(route -> Stream.concat(Stream.of(route.larger()), route.stages().stream()))
                .flatMap(List::stream)
                .map(target -> target.model().provider())
                .filter(name -> Objects.requireNonNull(byName.get(name)).health().isEmpty())
                .forEach(watched::add);
        return this;
    }

    /** The key in place of any other, one that stands among the headers included. */
    private static ObjectNode withKey(ObjectNode section, String key) {
        section.put("api-key", key);
        if (section.path("headers") instanceof ObjectNode headers) {
            List<String> names = List.copyOf(headers.propertyNames());
            names.stream()
                    .filter(name -> KEY_HEADERS.stream().anyMatch(name::equalsIgnoreCase))
                    .forEach(name -> headers.remove(List.of(name)));
        }
        return section;
    }

    /** Only what is wrong with the key: the rest is told where it stands. */
    private static void report(Settings keys, String name, Settings settings) {
        settings.problems().stream()
                .filter(problem -> problem.path().equals("/api-key"))
                .forEach(
                        problem ->
                                keys.problem(
                                        name,
                                        problem.message().startsWith("unknown")
                                                ? "takes no key"
                                                : problem.message().replace("'api-key' ", "")));
    }

    /**
     * @throws IllegalArgumentException if there is no such model, or no key for it
     */
    Completer model(ModelName name) {
        ModelProvider provider = provider(name);
        Completer model = provider.model(name.model());
        return provider.health().isEmpty()
                ? new GuardedModel(
                        name.provider(),
                        model,
                        circuit(name.provider()),
                        new Quota(),
                        Attempts.of(1),
                        Duration.ofDays(1))
                : model;
    }

    /** Empty where the provider has no such models. */
    Optional<Embedder> embedder(ModelName name, int dimensions) {
        return provider(name).embedder(name.model(), dimensions);
    }

    private ModelProvider provider(ModelName name) {
        ModelProvider provider = byName.get(name.provider());
        if (provider == null) {
            throw new IllegalArgumentException(
                    "unknown model provider '"
                            + name.provider()
                            + "' in 'litellm/"
                            + name
                            + "'; known are: "
                            + String.join(", ", byName.keySet()));
        }
        return provider;
    }

    private Circuit circuit(String provider) {
        return circuits.computeIfAbsent(provider, Circuit::new);
    }

    /** Of the providers that are the router's own, and of the breakers that are kept here. */
    List<ProviderHealth> health() {
        var all = new ArrayList<ProviderHealth>();
        own.forEach((name, provider) -> provider.health().forEach(all::add));
        watched.forEach(name -> all.add(circuit(name).health()));
        return all.stream().map(Backends::throughHere).toList();
    }

    private static ProviderHealth throughHere(ProviderHealth health) {
        return health.name().equals(LiteLlmFactory.NAME)
                ? health
                : new ProviderHealth(
                        LiteLlmFactory.NAME + "/" + health.name(),
                        health.circuit(),
                        health.since(),
                        health.detail());
    }

    @Override
    public void close() {
        own.values().forEach(ModelProvider::close);
    }
}
