package ai.robutler.app;

import ai.robutler.core.Agent;
import ai.robutler.core.ToolDefinition;
import ai.robutler.mcp.ConfiguredServers;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Lists agents with model, skills and tools. */
final class AgentsCommand implements Command {
    private static final String TOOLS = "--tools";
    private static final int WIDE = 80;

    @Override
    public CommandSpec spec() {
        var spec = Specs.command("agents", "Lists agents with model, skills and tools.");
        spec.addOption(
                OptionSpec.builder(TOOLS)
                        .arity("0")
                        .type(boolean.class)
                        .description(
                                "Lists each tool with what it does, those of MCP servers too, which"
                                        + " are started for it.")
                        .build());
        return Specs.withPaths(
                Specs.withConfig(spec, List.of(Option.MODEL, Option.DATA, Option.DATABASE_URL)));
    }

    @Override
    public int run(ParseResult parsed, Io io) {
        if (parsed.hasMatchedOption(TOOLS)) {
            return tools(parsed, io);
        }
        var findings = new Findings();
        try (Setup setup = Setup.read(parsed, Specs.paths(parsed), io, findings)) {
            io.show(findings);
            var rows = new ArrayList<List<String>>();
            rows.add(List.of("AGENT", "MODEL", "SKILLS", "TOOLS"));
            setup.agents().forEach(agent -> rows.add(row(agent)));
            Table.write(rows, io.out());
        }
        return findings.isClean() ? OK : WRONG;
    }

    private static List<String> row(Agent agent) {
        var tools = new ArrayList<String>();
        agent.tools(Setup.OPERATOR).stream().map(ToolDefinition::name).forEach(tools::add);
        servers(agent).map(AgentsCommand::words).forEach(tools::add);
        return List.of(
                agent.name(),
                agent.model(),
                String.join(", ", agent.skillNames()),
                String.join(", ", tools));
    }

    private static Stream<ConfiguredServers.Server> servers(Agent agent) {
        return agent.offerings(ConfiguredServers.class).stream()
                .flatMap(skill -> skill.servers().stream());
    }

    private static String words(ConfiguredServers.Server server) {
        return server.name() + "_* (MCP, " + server.transport() + ": " + server.where() + ")";
    }

    /** Servers are asked, and are given the time that they have when agents are served. */
    private static int tools(ParseResult parsed, Io io) {
        var findings = new Findings();
        try (Setup setup = Setup.serving(parsed, Specs.paths(parsed), io, findings)) {
            io.show(findings);
            var asked =
                    setup.agents().stream().filter(agent -> servers(agent).count() > 0).toList();
            asked.forEach(Agent::start);
            var rows = new ArrayList<List<String>>();
            rows.add(List.of("AGENT", "TOOL", "DESCRIPTION"));
            for (Agent agent : setup.agents()) {
                for (ToolDefinition tool : agent.tools(Setup.OPERATOR)) {
                    rows.add(List.of(agent.name(), tool.name(), line(tool.description())));
                }
            }
            Table.write(rows, io.out());
            setup.platform().ifPresent(platform -> io.err().print(away(platform)));
        }
        return findings.isClean() ? OK : WRONG;
    }

    private static String away(Platform platform) {
        return platform.mcp().health().stream()
                .filter(server -> !server.up())
                .map(
                        server ->
                                "The MCP server %s is away: %s%n"
                                        .formatted(server.server(), server.words()))
                .collect(Collectors.joining());
    }

    /** What strangers' servers say is no more than text. */
    private static String line(String description) {
        String line = description.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        return line.length() <= WIDE ? line : line.substring(0, WIDE - 1) + "…";
    }
}
