package ai.robutler.app;

import ai.robutler.core.Agent;
import ai.robutler.core.Embedder;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Says in plain words what is configured, reachable and missing. */
final class DoctorCommand implements Command {
    @Override
    public CommandSpec spec() {
        var spec = Specs.command("doctor", "Says what is set up, reachable, and missing.");
        return Specs.withPaths(Specs.withConfig(spec, Option.ALL));
    }

    @Override
    public int run(ParseResult parsed, Io io) {
        var findings = new Findings();
        try (Setup setup = Setup.read(parsed, Specs.paths(parsed), io, findings)) {
            setup.requireSafe(findings);
            line(io, "Program", "robutler " + Version.current());
            line(io, "Java", Runtime.version() + " in " + System.getProperty("java.home"));
            line(io, "Config file", file(setup.config()));
            PlatformConfig platform = setup.platformConfig();
            line(io, "Data folder", data(platform.data()));
            line(io, "Database", PlatformReport.database(platform.database()));
            line(io, "Callers", PlatformReport.callers(platform.auth()));
            line(io, "Payments", PlatformReport.payments(platform));
            line(io, "Discovery", PlatformReport.discovery(platform));
            line(io, "Memory", PlatformReport.memory(setup.agents()));
            line(
                    io,
                    "Server",
                    "%s, port %d"
                            .formatted(
                                    setup.server().host().value(), setup.server().port().value()));
            line(io, "Default model", model(setup));
            line(
                    io,
                    "Embeddings",
                    setup.embedder()
                            .map(Embedder::name)
                            .orElse("none; search goes by words (embeddings.model names one)"));
            for (ProviderReport provider : ProviderReport.all(setup)) {
                line(io, "Provider", provider.name() + ": " + provider.words());
            }
            line(io, "Agents", agents(setup));
            line(io, "Skills", list(setup.skills().names()));
            findings.warnings().forEach(warning -> line(io, "Warning", warning.toString()));
            findings.problems().forEach(problem -> line(io, "Problem", problem.toString()));
        }
        return findings.isClean() ? OK : FAILED;
    }

    private static void line(Io io, String what, String words) {
        io.out().println("%-14s %s".formatted(what + ":", Redaction.mask(words)));
    }

    private static String file(Config config) {
        return config.file()
                .map(yaml -> yaml.file() + " is used")
                .orElse("none; " + Config.FILE + " in this folder would be used");
    }

    private static String data(Path data) {
        Path at = data.toAbsolutePath();
        if (Files.isDirectory(at)) {
            return data
                    + (Files.isWritable(at)
                            ? " can be written"
                            : " CANNOT be written; change its permissions");
        }
        if (Files.exists(at)) {
            return data + " is no folder; name another with --data";
        }
        Path above = at.getParent();
        while (above != null && !Files.exists(above)) {
            above = above.getParent();
        }
        return above != null && Files.isWritable(above)
                ? data + " does not exist yet; it will be made when it is needed"
                : data + " cannot be made; name another with --data";
    }

    private static String model(Setup setup) {
        if (setup.model().isEmpty()) {
            return "none; give a provider's key, or name a model with --model";
        }
        return setup.model().startsWith("offline/")
                ? setup.model() + " (a rule-based stand-in; give a provider's key for a real model)"
                : setup.model();
    }

    private static String agents(Setup setup) {
        String where = list(setup.fleet().paths().paths().stream().map(Path::toString).toList());
        return list(setup.agents().stream().map(Agent::name).toList()) + " in " + where;
    }

    private static String list(List<String> names) {
        return names.isEmpty() ? "none" : String.join(", ", names);
    }
}
