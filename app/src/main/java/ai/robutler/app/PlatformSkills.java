package ai.robutler.app;

import ai.robutler.core.Agent;
import ai.robutler.core.Directory;
import ai.robutler.core.SkillFactory;
import ai.robutler.core.UnavailableException;
import ai.robutler.mcp.McpSettings;
import ai.robutler.mcp.McpSkillFactory;
import ai.robutler.memory.KnowledgeSkillFactory;
import ai.robutler.memory.Memory;
import ai.robutler.nli.Nli;
import ai.robutler.nli.NliFactory;
import ai.robutler.nli.NliSettings;
import ai.robutler.outbound.OutboundClient;
import ai.robutler.outbound.OutboundSettings;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The skills that work with what the platform keeps. */
final class PlatformSkills {
    private PlatformSkills() {}

    /** Whether an agent has one of them. */
    static boolean areOf(Agent agent) {
        return factories(Optional.empty(), McpSettings.none()).stream()
                .anyMatch(factory -> agent.skillNames().contains(factory.name()));
    }

    /**
     * @param platform empty for commands that only look at agents: the factories then check
     *     settings, and what they make is never used
     * @param mcp the servers that agents share
     */
    static List<SkillFactory> factories(Optional<Platform> platform, McpSettings mcp) {
        var factories = new ArrayList<SkillFactory>();
        factories.add(new DiscoveryFactory(platform));
        factories.add(new NliFactory(nli(platform)));
        factories.add(new McpSkillFactory(mcp, platform.map(Platform::mcp)));
        factories.add(new KnowledgeSkillFactory(platform.map(Platform::knowledge)));
        factories.addAll(Memory.skills(platform.map(Platform::memory)));
        return factories;
    }

    /** Without a platform nobody is told for whom an agent calls. */
    static Nli nli(Optional<Platform> platform) {
        return platform.map(Platform::nli)
                .orElseGet(
                        () ->
                                new Nli(
                                        NliSettings.DEFAULT,
                                        OutboundClient.open(OutboundSettings.DEFAULT),
                                        new LocalAgents("", ""),
                                        Directory.EMPTY,
                                        (_, _, _, _, _) -> {
                                            throw new UnavailableException(
                                                    "Nothing is served.", Duration.ZERO, null);
                                        }));
    }
}
