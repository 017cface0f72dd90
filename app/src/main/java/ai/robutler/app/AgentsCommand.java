package ai.robutler.app;

import ai.robutler.core.Agent;
import ai.robutler.core.ToolDefinition;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

import java.util.ArrayList;
import java.util.List;

/** Lists agents with model, skills and tools. */
final class AgentsCommand implements Command {
    @Override
    public CommandSpec spec() {
        var spec = Specs.command("agents", "Lists agents with model, skills and tools.");
        return Specs.withPaths(Specs.withConfig(spec, List.of(Option.MODEL)));
    }

    @Override
    public int run(ParseResult parsed, Io io) {
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
        var tools = agent.tools(Setup.OPERATOR).stream().map(ToolDefinition::name).toList();
        return List.of(
                agent.name(),
                agent.model(),
                String.join(", ", agent.skillNames()),
                String.join(", ", tools));
    }
}
