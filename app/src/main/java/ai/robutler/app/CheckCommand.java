package ai.robutler.app;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Validates agent files and config. */
final class CheckCommand implements Command {
    @Override
    public CommandSpec spec() {
        var spec =
                Specs.command(
                        "check",
                        "Validates agent files and config: every problem with its file and line.");
        return Specs.withPaths(Specs.withConfig(spec, Option.ALL));
    }

    @Override
    public int run(ParseResult parsed, Io io) {
        var findings = new Findings();
        int agents;
        try (Setup setup = Setup.read(parsed, Specs.paths(parsed), io, findings)) {
            setup.requireSafe(findings);
            agents = setup.agents().size();
        }
        findings.warnings().forEach(warning -> io.out().println("warning: " + warning));
        findings.problems().forEach(io.out()::println);
        int problems = findings.problems().size();
        io.out()
                .println(
                        problems == 0
                                ? "No problems in " + count(agents, "agent") + "."
                                : count(problems, "problem") + ".");
        return problems == 0 ? OK : FAILED;
    }

    static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }
}
