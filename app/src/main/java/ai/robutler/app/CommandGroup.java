package ai.robutler.app;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Several commands under one word, such as {@code key create} and {@code key list}. */
final class CommandGroup implements Command {
    private final String name;
    private final String description;
    private final Map<String, Command> commands = new LinkedHashMap<>();

    CommandGroup(String name, String description, List<Command> commands) {
        this.name = name;
        this.description = description;
        commands.forEach(command -> this.commands.put(command.spec().name(), command));
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Specs.command(name, description);
        commands.forEach((word, command) -> spec.addSubcommand(word, command.spec()));
        return spec;
    }

    @Override
    public int run(ParseResult parsed, Io io) throws InterruptedException {
        if (!parsed.hasSubcommand()) {
            parsed.commandSpec().commandLine().usage(io.err());
            return WRONG;
        }
        ParseResult chosen = parsed.subcommand();
        Command command = commands.get(chosen.commandSpec().name());
        if (command == null) {
            throw new IllegalStateException("no such command: " + chosen.commandSpec().name());
        }
        return command.run(chosen, io);
    }
}
