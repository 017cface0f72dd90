package ai.robutler.app;

import ai.robutler.core.Agent;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

import java.util.List;
import java.util.Optional;

/** Talks to an agent in the terminal, without a server. */
final class ChatCommand implements Command {
    @Override
    public CommandSpec spec() {
        CommandSpec spec =
                Specs.withConfig(
                        Specs.command("chat", "Talks to an agent in the terminal."),
                        List.of(Option.MODEL, Option.DATA, Option.DATABASE_URL));
        Specs.text(
                spec,
                "--session",
                "ID",
                "The session to go on with, where the agent keeps sessions.");
        spec.addOption(
                OptionSpec.builder("--agents")
                        .paramLabel("PATH")
                        .type(List.class)
                        .auxiliaryTypes(String.class)
                        .description("A folder of agents, or an agent file. Default: the examples.")
                        .build());
        spec.addPositional(argument("0", "1", "AGENT", "The agent's name."));
        return spec.addPositional(
                argument("1..*", "0..*", "MESSAGE", "What to say; without it, a prompt."));
    }

    private static PositionalParamSpec argument(
            String index, String arity, String label, String description) {
        return PositionalParamSpec.builder()
                .index(index)
                .arity(arity)
                .paramLabel(label)
                .type(List.class)
                .auxiliaryTypes(String.class)
                .description(description)
                .build();
    }

    @Override
    public int run(ParseResult parsed, Io io) {
        List<String> paths = parsed.matchedOptionValue("--agents", List.of());
        List<String> words = Specs.paths(parsed);
        var findings = new Findings();
        try (Setup setup = Setup.talking(parsed, paths, words.getFirst(), io, findings)) {
            io.show(findings);
            if (!findings.isClean()) {
                return WRONG;
            }
            String name = words.getFirst();
            Optional<Agent> agent = setup.fleet().find(name);
            if (agent.isEmpty()) {
                var known = setup.agents().stream().map(Agent::name).toList();
                io.err()
                        .println(
                                "There is no agent '"
                                        + name
                                        + "'"
                                        + AgentMaker.known(name, known)
                                        + ".");
                return WRONG;
            }
            var conversation = new Conversation(agent.get(), Specs.one(parsed, "--session"), io);
            String message = String.join(" ", words.subList(1, words.size()));
            if (!message.isBlank()) {
                return conversation.say(message) ? OK : FAILED;
            }
            return Prompt.isInteractive()
                    ? Prompt.talk(conversation, setup.platformConfig().data(), io)
                    : conversation.sayAll(io.in()) ? OK : FAILED;
        }
    }
}
