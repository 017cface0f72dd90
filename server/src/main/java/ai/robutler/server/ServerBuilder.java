package ai.robutler.server;

import ai.robutler.core.Agent;
import ai.robutler.core.AgentEndpoint;
import ai.robutler.core.AnswerLog;
import ai.robutler.core.Caller;
import ai.robutler.core.ProviderHealth;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Collects the settings of a server; each has a default. For one thread. Wrong settings throw
 * {@link IllegalArgumentException} with what to change.
 */
public final class ServerBuilder {
    private static final Pattern PREFIX = Pattern.compile("(/[A-Za-z0-9._~-]+)*");
    private static final Set<String> UNPREFIXED =
            Set.of("health", "metrics", "api", "docs", "ui", ".well-known");

    private String host = "127.0.0.1";
    private int port = 8000;
    private String urlPrefix = "";
    private String publicUrl = "";
    private @Nullable AgentDirectory directory;
    private final List<Agent> agents = new ArrayList<>();
    private Optional<AgentResolver> resolver = Optional.empty();
    private Duration resolverExpiry = Duration.ofMinutes(5);
    private int resolverSize = 1_000;
    private Authenticator authenticator = _ -> Caller.anonymous();
    private boolean callersRequired;
    private final List<Mount> mounts = new ArrayList<>();
    private Challenge challenge = Challenge.NONE;
    private Runnable drained = () -> {};
    private final List<AgentEndpoint> agentEndpoints = new ArrayList<>();
    private AnswerLog answers = AnswerLog.inMemory();
    private Set<String> corsOrigins = Set.of();
    private int maxBodyBytes = 10 << 20;
    private int maxHeaderBytes = 16 << 10;
    private int maxConcurrentRuns = 10_000;
    private Duration slowReaderTimeout = Duration.ofSeconds(30);
    private Duration slowSenderTimeout = Duration.ofSeconds(30);
    private Duration idleTimeout = Duration.ofSeconds(75);
    private Duration heartbeat = Duration.ofSeconds(15);
    private Duration drainTimeout = Duration.ofSeconds(30);
    private Optional<Tls> tls = Optional.empty();
    private final List<HealthComponent> health = new ArrayList<>();
    private Supplier<List<ProviderHealth>> providers = List::of;
    private LandingPage landingPage = new PlainLandingPage();

    ServerBuilder() {}

    /** Adds an agent that is served for good. Not together with {@link #agents}. */
    public ServerBuilder agent(Agent agent) {
        agents.add(agent);
        return this;
    }

    /** The agents to serve, as they are at each request. Not together with {@link #agent}. */
    public ServerBuilder agents(AgentDirectory directory) {
        this.directory = directory;
        return this;
    }

    /** Who is asked for agents that the directory does not have; nobody by default. */
    public ServerBuilder resolver(AgentResolver resolver) {
        this.resolver = Optional.of(resolver);
        return this;
    }

    /** How long an agent from the resolver is kept (5 minutes), and how many are (1,000). */
    public ServerBuilder resolverCache(Duration expiry, int size) {
        this.resolverExpiry = positive("the resolver's expiry", expiry);
        this.resolverSize = positive("the resolver's cache", size);
        return this;
    }

    /** The address to listen on: 127.0.0.1 by default. */
    public ServerBuilder host(String host) {
        if (host.isBlank()) {
            throw new IllegalArgumentException("the host is empty; 127.0.0.1 is the default");
        }
        this.host = host;
        return this;
    }

    /** The port to listen on: 8000 by default, 0 for any free one. */
    public ServerBuilder port(int port) {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("the port must be 0 to 65535, not " + port);
        }
        this.port = port;
        return this;
    }

    /** A path before all routes of agents, such as {@code /ai}; none by default. */
    public ServerBuilder urlPrefix(String prefix) {
        String trimmed = prefix.replaceAll("/+$", "");
        String path = trimmed.isEmpty() || trimmed.startsWith("/") ? trimmed : "/" + trimmed;
        if (!PREFIX.matcher(path).matches() || path.contains("/.")) {
            throw new IllegalArgumentException(
                    "the URL prefix must be a path such as /ai, not '" + prefix + "'");
        }
        if (!path.isEmpty() && UNPREFIXED.contains(path.split("/")[1])) {
            throw new IllegalArgumentException(
                    "the URL prefix must not begin with a path of the server: " + path);
        }
        this.urlPrefix = path;
        return this;
    }

    /**
     * Where clients find this server, such as {@code https://agents.example.com}, if it is behind a
     * proxy. By default a request's own {@code Host} is believed in the links of its answer.
     */
    public ServerBuilder publicUrl(String url) {
        String trimmed = url.replaceAll("/+$", "");
        URI uri = URI.create(trimmed);
        if (uri.getHost() == null
                || !("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
            throw new IllegalArgumentException(
                    "the public URL must be like https://agents.example.com, not '" + url + "'");
        }
        this.publicUrl = trimmed;
        return this;
    }

    /** Who tells who calls; by default all callers are anonymous. */
    public ServerBuilder authenticator(Authenticator authenticator) {
        this.authenticator = authenticator;
        return this;
    }

    /**
     * Whether nobody is served who is not known (401): neither agents nor what is told of them.
     * What monitors and other servers need ({@code /health}, open endpoints of the platform) is for
     * everybody all the same. Not by default.
     */
    public ServerBuilder callersRequired(boolean required) {
        this.callersRequired = required;
        return this;
    }

    /**
     * Serves the {@link ai.robutler.core.HttpEndpoint} methods of an object below a path such as
     * {@code /api/payments}. A URL prefix does not move it. Each endpoint's own scope tells who may
     * call it; with scope {@code all} that is everybody, even where callers are required. Several
     * objects may share a path.
     *
     * @throws IllegalArgumentException if the object has none, or the path is not below {@code
     *     /api}, {@code /docs}, {@code /ui} or {@code /.well-known}
     */
    public ServerBuilder mount(String path, Object endpoints) {
        mounts.add(Mount.of(path, endpoints, false));
        return this;
    }

    /** Like {@link #mount}, but nobody is asked who calls: for what is public. */
    public ServerBuilder mountOpen(String path, Object endpoints) {
        mounts.add(Mount.of(path, endpoints, true));
        return this;
    }

    /**
     * Serves the {@link ai.robutler.core.HttpEndpoint} methods of an object below the path of every
     * agent, as if each had them itself: in the agent's context, for who may talk to the agent. An
     * agent's own endpoints, and the server's, come before them.
     *
     * @throws IllegalArgumentException if the object has none
     */
    public ServerBuilder mountAgents(Object endpoints) {
        agentEndpoints.addAll(Mount.endpoints(endpoints));
        return this;
    }

    /** What is added to {@code WWW-Authenticate}, see {@link Challenge}; nothing by default. */
    public ServerBuilder challenge(Challenge challenge) {
        this.challenge = challenge;
        return this;
    }

    /** Is run once when a stop begins, before it waits for what goes on: ends what never would. */
    public ServerBuilder onDrain(Runnable told) {
        Runnable before = drained;
        this.drained =
                () -> {
                    before.run();
                    told.run();
                };
        return this;
    }

    /**
     * What remembers answers of requests with an {@code Idempotency-Key}: this process by default.
     * Where several nodes serve the same agents, it must be shared.
     */
    public ServerBuilder answers(AnswerLog log) {
        this.answers = log;
        return this;
    }

    /**
     * The web origins whose pages may call, such as {@code https://app.example.com}; {@code *} for
     * all, without credentials. None by default.
     */
    public ServerBuilder corsOrigins(String... origins) {
        var set = new LinkedHashSet<String>();
        for (String origin : origins) {
            set.add(Cors.requireOrigin(origin));
        }
        if (set.contains("*") && set.size() > 1) {
            throw new IllegalArgumentException(
                    "CORS origins are '*' or a list of origins, not both: "
                            + Arrays.toString(origins));
        }
        this.corsOrigins = set;
        return this;
    }

    /** The largest request body: 10 MB by default. */
    public ServerBuilder maxBodyBytes(int bytes) {
        this.maxBodyBytes = positive("the largest body", bytes);
        return this;
    }

    /** The largest request head: 16 KB by default. */
    public ServerBuilder maxHeaderBytes(int bytes) {
        this.maxHeaderBytes = positive("the largest head", bytes);
        return this;
    }

    /** How many runs may go on at once, 10,000 by default; more are told to come back (503). */
    public ServerBuilder maxConcurrentRuns(int runs) {
        this.maxConcurrentRuns = positive("the number of concurrent runs", runs);
        return this;
    }

    /** A client that takes nothing for this long is cut off: 30 s by default. */
    public ServerBuilder slowReaderTimeout(Duration timeout) {
        this.slowReaderTimeout = positive("the slow reader's time-out", timeout);
        return this;
    }

    /** A request must have arrived completely within this time: 30 s by default. */
    public ServerBuilder slowSenderTimeout(Duration timeout) {
        this.slowSenderTimeout = positive("the slow sender's time-out", timeout);
        return this;
    }

    /** A connection without a request is closed after this time: 75 s by default. */
    public ServerBuilder idleTimeout(Duration timeout) {
        this.idleTimeout = positive("the idle time-out", timeout);
        return this;
    }

    /** A stream that is silent for this long gets a comment: 15 s by default. */
    public ServerBuilder heartbeat(Duration silence) {
        this.heartbeat = positive("the heartbeat", silence);
        return this;
    }

    /** How long runs may go on after {@link RobutlerServer#close}: 30 s by default. */
    public ServerBuilder drainTimeout(Duration timeout) {
        this.drainTimeout = positive("the drain time-out", timeout);
        return this;
    }

    /** Serves HTTPS with this certificate; plain HTTP by default. */
    public ServerBuilder tls(Tls tls) {
        this.tls = Optional.of(tls);
        return this;
    }

    /** Adds a part of the program to {@code /health/detailed} and {@code /health/ready}. */
    public ServerBuilder health(HealthComponent component) {
        health.add(component);
        return this;
    }

    /**
     * How the model providers stand, asked whenever somebody looks: each is a part of {@code
     * /health/detailed} and has its gauge in the metrics. The names must be the same each time.
     */
    public ServerBuilder providers(Supplier<List<ProviderHealth>> health) {
        this.providers = health;
        return this;
    }

    /** The page for browsers; by default one that lists the agents and how to call them. */
    public ServerBuilder landingPage(LandingPage page) {
        this.landingPage = page;
        return this;
    }

    /** A server that has not been started yet. */
    public RobutlerServer build() {
        if (directory != null && !agents.isEmpty()) {
            throw new IllegalArgumentException("give the server agents, or a directory, not both");
        }
        return new RobutlerServer(
                new Options(
                        host,
                        port,
                        urlPrefix,
                        publicUrl,
                        directory != null ? directory : AgentDirectory.of(agents),
                        resolver,
                        resolverExpiry,
                        resolverSize,
                        authenticator,
                        callersRequired,
                        mounts,
                        agentEndpoints,
                        challenge,
                        drained,
                        answers,
                        corsOrigins,
                        maxBodyBytes,
                        maxHeaderBytes,
                        maxConcurrentRuns,
                        slowReaderTimeout,
                        slowSenderTimeout,
                        idleTimeout,
                        heartbeat,
                        drainTimeout,
                        tls,
                        health,
                        providers,
                        landingPage));
    }

    private static Duration positive(String what, Duration duration) {
        if (!duration.isPositive()) {
            throw new IllegalArgumentException(what + " must be positive, not " + duration);
        }
        return duration;
    }

    private static int positive(String what, int number) {
        if (number < 1) {
            throw new IllegalArgumentException(what + " must be 1 or more, not " + number);
        }
        return number;
    }
}
