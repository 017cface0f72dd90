package ai.robutler.app;

import ai.robutler.core.Agent;
import ai.robutler.core.ApiException;
import ai.robutler.core.Caller;
import ai.robutler.core.Continuations;
import ai.robutler.core.Embedder;
import ai.robutler.core.ModelName;
import ai.robutler.core.Providers;

import picocli.CommandLine.ParseResult;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;

/**
 * What every command that needs agents begins with: config, providers, skills, agents, in this
 * order, and everything wrong with any of them.
 *
 * @param model the default model as it was chosen, "" where there is none
 * @param embedder tells how near meanings are; empty where none is configured
 * @param platform what serving needs besides; empty for other commands, and while there are
 *     problems
 */
record Setup(
        Config config,
        ServerConfig server,
        Providers providers,
        SkillSet skills,
        Fleet fleet,
        String model,
        PlatformConfig platformConfig,
        Optional<Embedder> embedder,
        Optional<Platform> platform)
        implements AutoCloseable {
    /** Whoever sits at the terminal of this machine may do everything. */
    static final Caller OPERATOR = Caller.user("local", "admin");

    static Setup read(ParseResult parsed, List<String> paths, Io io, Findings findings) {
        return read(Specs.flags(parsed), paths, io, findings, false);
    }

    /** As for {@link #read}, with the platform opened. */
    static Setup serving(ParseResult parsed, List<String> paths, Io io, Findings findings) {
        return read(Specs.flags(parsed), paths, io, findings, true);
    }

    /**
     * As for {@link #read}, with the platform opened if the agent has a skill that needs it. Nobody
     * pays: whoever sits at the terminal does.
     */
    static Setup talking(
            ParseResult parsed, List<String> paths, String agent, Io io, Findings findings) {
        var first = new Findings();
        Setup plain = read(parsed, paths, io, first);
        if (plain.fleet().find(agent).filter(PlatformSkills::areOf).isEmpty()) {
            findings.addAll(first);
            return plain;
        }
        plain.close();
        return read(Specs.flags(parsed), paths, io, findings, true, false);
    }

    static Setup read(
            Map<String, String> flags,
            List<String> paths,
            Io io,
            Findings findings,
            boolean serving) {
        return read(flags, paths, io, findings, serving, true);
    }

    private static Setup read(
            Map<String, String> flags,
            List<String> paths,
            Io io,
            Findings findings,
            boolean serving,
            boolean paid) {
        Config config = Config.read(flags, io.environment(), findings);
        ServerConfig server = ServerConfig.of(config, findings);
        Value<String> model = config.value(Option.MODEL);
        config.catalog();
        Providers providers = Providers.configure(config.providers());
        PlatformConfig platformConfig = PlatformConfig.of(config, findings);
        Optional<Embedder> embedder =
                Embeddings.of(config.settings().section("embeddings"), providers);
        config.finish();
        boolean usable = config.providers().problems().isEmpty();
        String chosen = usable ? chosen(model, providers, findings) : "";
        Optional<Embedder> meaning =
                usable
                        ? embedder(platformConfig.discovery().embedding(), providers, findings)
                                .or(() -> embedder)
                        : Optional.empty();
        Optional<Platform> platform =
                serving && findings.isClean()
                        ? open(platformConfig, embedder, meaning, providers, findings)
                        : Optional.empty();
        SkillSet skills =
                skills(findings).with(PlatformSkills.factories(platform, platformConfig.mcp()));
        var maker =
                new AgentMaker(
                        providers,
                        skills,
                        chosen,
                        platform.<Continuations>map(Platform::continuations)
                                .orElseGet(Continuations::inMemory),
                        paid ? platform.map(Platform::bills) : Optional.empty(),
                        PlatformSkills.nli(platform),
                        io.environment());
        var fleet = new Fleet(AgentPaths.of(paths, io.home()), io.environment(), maker);
        findings.addAll(fleet.read());
        return new Setup(
                config,
                server,
                providers,
                skills,
                fleet,
                chosen,
                platformConfig,
                embedder,
                platform);
    }

    private static Optional<Embedder> embedder(
            String model, Providers providers, Findings findings) {
        if (model.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(providers.embedder(ModelName.parse(model)));
        } catch (IllegalArgumentException e) {
            findings.problem("discovery.embedding", 0, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private static Optional<Platform> open(
            PlatformConfig config,
            Optional<Embedder> embedder,
            Optional<Embedder> meaning,
            Providers providers,
            Findings findings) {
        try {
            return Optional.of(Platform.open(config, embedder, meaning, providers));
        } catch (ApiException | IllegalStateException e) {
            findings.problem("database", 0, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    /** Refuses to be reached from elsewhere while nothing checks who calls. */
    void requireSafe(Findings findings) {
        server.requireSafe(platformConfig.auth().isConfigured(), findings);
    }

    private static String chosen(Value<String> model, Providers providers, Findings findings) {
        if (model.value().isEmpty()) {
            return providers.defaultModel().map(ModelName::toString).orElse("");
        }
        try {
            providers.model(ModelName.parse(model.value()));
            return model.value();
        } catch (IllegalArgumentException e) {
            findings.problem(model.problem(String.valueOf(e.getMessage())));
            return "";
        }
    }

    private static SkillSet skills(Findings findings) {
        try {
            return SkillSet.found();
        } catch (ServiceConfigurationError e) {
            findings.problem(
                    "class path",
                    0,
                    "a jar registers a skill that it does not have: " + e.getMessage());
            return new SkillSet(Map.of());
        }
    }

    List<Agent> agents() {
        return fleet.all();
    }

    @Override
    public void close() {
        fleet.close();
        providers.close();
        platform.ifPresent(Platform::close);
    }
}
