package ai.robutler.app;

import ai.robutler.core.Agent;
import ai.robutler.nli.Here;
import ai.robutler.server.AgentDirectory;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** This server's agents as they call one another; empty until it serves. */
final class LocalAgents implements Here {
    private final AtomicReference<AgentDirectory> agents =
            new AtomicReference<>(AgentDirectory.of(List.of()));
    private final AtomicReference<String> served = new AtomicReference<>("");
    private final String publicUrl;
    private final String prefix;

    /**
     * @param publicUrl where others find the server, "" where that is its own address
     * @param prefix what the paths of agents begin with, as it was configured
     */
    LocalAgents(String publicUrl, String prefix) {
        String path = prefix.replaceAll("^/+|/+$", "");
        this.prefix = path.isEmpty() ? "" : "/" + path;
        this.publicUrl = publicUrl.isEmpty() ? "" : publicUrl.replaceAll("/+$", "") + this.prefix;
    }

    void agents(AgentDirectory directory) {
        agents.set(directory);
    }

    /** Listening on all addresses, it is reached by the loopback's. */
    void servedAt(String url) {
        served.set(
                url.replaceFirst("//0\\.0\\.0\\.0(?=[:/]|$)", "//127.0.0.1")
                                .replaceFirst("//\\[(::|0:0:0:0:0:0:0:0)](?=[:/]|$)", "//[::1]")
                        + prefix);
    }

    @Override
    public String url() {
        return served.get();
    }

    @Override
    public String publicUrl() {
        return publicUrl.isEmpty() ? url() : publicUrl;
    }

    @Override
    public Optional<Agent> find(String name) {
        return agents.get().find(name);
    }

    @Override
    public List<String> names() {
        return agents.get().all().stream().map(Agent::name).toList();
    }
}
