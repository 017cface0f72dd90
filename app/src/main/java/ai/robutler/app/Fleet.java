package ai.robutler.app;

import ai.robutler.core.Agent;
import ai.robutler.server.AgentDirectory;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The agents of some files. A file that breaks keeps the agent that it last made; runs keep the
 * agent with which they began. Reading is for one thread at a time; looking up is for all.
 */
final class Fleet implements AgentDirectory, AutoCloseable {
    /** Who found an agent just before it was replaced has this long to begin a run. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    /** What an agent was made of: the same again makes no new agent. */
    private record Origin(String text, List<String> handoffs) {}

    private record Entry(AgentFile file, Origin origin, Agent agent) {}

    /** All that was found in one reading. */
    private record State(
            Map<Path, Stamp> stamps,
            Map<Path, Entry> entries,
            Map<String, Agent> agents,
            Findings findings) {
        static State of(Map<Path, Stamp> stamps, Map<Path, Entry> entries, Findings findings) {
            var agents = new TreeMap<String, Agent>();
            entries.values().forEach(entry -> agents.put(entry.agent().name(), entry.agent()));
            return new State(stamps, Map.copyOf(entries), agents, findings);
        }
    }

    private final AgentPaths paths;
    private final Environment environment;
    private final AgentMaker maker;
    private volatile boolean serving;
    private volatile State state = State.of(Map.of(), Map.of(), new Findings());

    Fleet(AgentPaths paths, Environment environment, AgentMaker maker) {
        this.paths = paths;
        this.environment = environment;
        this.maker = maker;
    }

    AgentPaths paths() {
        return paths;
    }

    @Override
    public Optional<Agent> find(String name) {
        return Optional.ofNullable(state.agents().get(name));
    }

    /** By name. */
    @Override
    public List<Agent> all() {
        return List.copyOf(state.agents().values());
    }

    /** What the last reading found. */
    Findings findings() {
        return state.findings();
    }

    /** How the files were when they were last read. */
    Map<Path, Stamp> stamps() {
        return state.stamps();
    }

    /** Starts what the agents' skills hold, now and whenever an agent is made anew. */
    void serve() {
        serving = true;
        state.agents().values().forEach(Agent::start);
    }

    /** Agents that were there and are no more: who was about to run them still may. */
    private void replace(State now) {
        State old = state;
        state = now;
        if (serving) {
            now.agents().values().forEach(Agent::start);
        }
        var current = Set.copyOf(now.agents().values());
        List<Agent> gone =
                old.agents().values().stream().filter(agent -> !current.contains(agent)).toList();
        if (!gone.isEmpty()) {
            Thread.ofVirtual().name("replaced-agents").start(() -> closeSoon(gone));
        }
    }

    private static void closeSoon(List<Agent> agents) {
        try {
            Thread.sleep(GRACE);
        } catch (InterruptedException e) {
            // Then at once.
        }
        agents.forEach(Agent::close);
    }

    @Override
    public void close() {
        all().forEach(Agent::close);
    }

    /** Reads all files again. */
    Findings read() {
        var findings = new Findings();
        State old = state;
        // Taken first: what changes while it is read is read again.
        Map<Path, Stamp> stamps = paths.stamps();
        List<AgentFile> files = paths.find(findings);
        // A folder that cannot be read says nothing about its agents: they stay.
        var entries =
                new LinkedHashMap<>(findings.isClean() ? Map.<Path, Entry>of() : old.entries());
        var texts = new LinkedHashMap<AgentFile, String>();
        var specs = new LinkedHashMap<AgentFile, AgentSpec>();
        for (AgentFile file : files) {
            Entry last = old.entries().get(file.path());
            if (last != null) {
                entries.put(file.path(), last);
            }
            text(file, findings).ifPresent(text -> texts.put(file, text));
        }
        texts.forEach(
                (file, text) ->
                        new AgentReader(environment, findings)
                                .read(file, text)
                                .ifPresent(spec -> specs.put(file, spec)));
        Map<String, String> descriptions = descriptions(entries.values(), specs.values());
        // A handoff to a file that exists, but is broken, is no mistake of its own.
        files.forEach(file -> descriptions.putIfAbsent(file.name(), ""));
        specs.forEach(
                (file, spec) -> {
                    var origin = new Origin(texts.getOrDefault(file, ""), told(spec, descriptions));
                    Entry last = entries.get(file.path());
                    if (last == null || !last.origin().equals(origin)) {
                        maker.make(spec, descriptions, this::find, findings)
                                .ifPresent(
                                        agent ->
                                                entries.put(
                                                        file.path(),
                                                        new Entry(file, origin, agent)));
                    }
                });
        replace(State.of(stamps, entries, findings));
        return findings;
    }

    private static Map<String, String> descriptions(
            Iterable<Entry> entries, Iterable<AgentSpec> specs) {
        var descriptions = new TreeMap<String, String>();
        entries.forEach(
                entry -> descriptions.put(entry.agent().name(), entry.agent().description()));
        specs.forEach(spec -> descriptions.put(spec.name(), spec.description()));
        return descriptions;
    }

    private static List<String> told(AgentSpec spec, Map<String, String> descriptions) {
        return spec.handoffs().stream()
                .map(name -> name + ":" + descriptions.getOrDefault(name, ""))
                .toList();
    }

    private static Optional<String> text(AgentFile file, Findings findings) {
        try {
            return Optional.of(Files.readString(file.path()));
        } catch (CharacterCodingException e) {
            findings.problem(file.shown(), 1, "is not UTF-8 text; save it as UTF-8");
        } catch (IOException e) {
            findings.problem(file.shown(), 0, "cannot be read; check its permissions");
        }
        return Optional.empty();
    }
}
