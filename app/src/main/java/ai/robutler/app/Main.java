package ai.robutler.app;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;

/** The program: finds the command that is asked for and runs it. */
public final class Main {
    private static final List<Command> COMMANDS =
            List.of(
                    new ServeCommand(),
                    new ChatCommand(),
                    new AgentsCommand(),
                    new CheckCommand(),
                    new InitCommand(),
                    new DoctorCommand(),
                    KeyCommands.group(),
                    MoneyCommands.accounts(),
                    MoneyCommands.tokens(),
                    UserCommands.group(),
                    KnowledgeCommands.group(),
                    new TrainCommand());

    private static final Logger LOG = LoggerFactory.getLogger(Main.class);

    private Main() {}

    /** Runs a command and ends with its exit code: 0 well, 1 failed, 2 called or set up wrongly. */
    public static void main(String[] args) {
        System.exit(run(args, Io.system()));
    }

    static int run(String[] args, Io io) {
        var byName = new LinkedHashMap<String, Command>();
        CommandSpec root = root();
        for (Command command : COMMANDS) {
            CommandSpec spec = command.spec();
            byName.put(spec.name(), command);
            root.addSubcommand(spec.name(), spec);
        }
        try {
            return run(new CommandLine(root).parseArgs(args), byName, io);
        } catch (ParameterException e) {
            io.err().println(Redaction.mask(String.valueOf(e.getMessage())));
            CommandLine.UnmatchedArgumentException.printSuggestions(e, io.err());
            String name = e.getCommandLine().getCommandSpec().qualifiedName();
            io.err().println("Try '" + name + " --help'.");
            return Command.WRONG;
        }
    }

    private static int run(ParseResult parsed, Map<String, Command> byName, Io io) {
        ParseResult last = parsed.hasSubcommand() ? parsed.subcommand() : parsed;
        CommandSpec spec = last.commandSpec();
        ParseResult deepest = last.hasSubcommand() ? last.subcommand() : last;
        if (last.isUsageHelpRequested() || deepest.isUsageHelpRequested()) {
            deepest.commandSpec().commandLine().usage(io.out());
            return Command.OK;
        }
        if (parsed.isVersionHelpRequested()) {
            io.out().println("robutler " + Version.current());
            return Command.OK;
        }
        Command command = byName.get(spec.name());
        if (command == null) {
            spec.commandLine().usage(io.err());
            return Command.WRONG;
        }
        try {
            return command.run(last, io);
        } catch (InterruptedException e) {
            return Command.FAILED;
        } catch (RuntimeException | ServiceConfigurationError | LinkageError e) {
            // Nobody saw this coming, so the log has the trace where it is asked for.
            LOG.debug("{} failed", spec.name(), e);
            io.err().println(Redaction.mask("robutler " + spec.name() + " failed: " + e));
            io.err().println("With " + LogSetup.VARIABLE + "=debug it says more.");
            return Command.FAILED;
        }
    }

    private static CommandSpec root() {
        CommandSpec root = Specs.command("robutler", "Serves AI agents over HTTP.");
        root.usageMessage()
                .footer(
                        "",
                        "Begin with: robutler serve",
                        "What is set up, and what is missing: robutler doctor");
        return root.addOption(
                OptionSpec.builder("-V", "--version")
                        .versionHelp(true)
                        .description("Shows the version.")
                        .build());
    }
}
