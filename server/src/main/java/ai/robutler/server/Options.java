package ai.robutler.server;

import ai.robutler.core.AgentEndpoint;
import ai.robutler.core.AnswerLog;
import ai.robutler.core.ProviderHealth;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** What a server was told by its builder, checked. */
record Options(
        String host,
        int port,
        String urlPrefix,
        String publicUrl,
        AgentDirectory agents,
        Optional<AgentResolver> resolver,
        Duration resolverExpiry,
        int resolverSize,
        Authenticator authenticator,
        boolean callersRequired,
        List<Mount> mounts,
        List<AgentEndpoint> agentEndpoints,
        Challenge challenge,
        Runnable drained,
        AnswerLog answers,
        Set<String> corsOrigins,
        int maxBodyBytes,
        int maxHeaderBytes,
        int maxConcurrentRuns,
        Duration slowReaderTimeout,
        Duration slowSenderTimeout,
        Duration idleTimeout,
        Duration heartbeat,
        Duration drainTimeout,
        Optional<Tls> tls,
        List<HealthComponent> health,
        Supplier<List<ProviderHealth>> providers,
        LandingPage landingPage) {

    Options {
        mounts = List.copyOf(mounts);
        agentEndpoints = List.copyOf(agentEndpoints);
        corsOrigins = Set.copyOf(corsOrigins);
        health = List.copyOf(health);
    }

    /** Where clients find this server, if nothing tells otherwise. */
    String baseUrl(int actualPort) {
        String literal = host.contains(":") ? "[" + host + "]" : host;
        return (tls.isPresent() ? "https://" : "http://") + literal + ":" + actualPort;
    }
}
