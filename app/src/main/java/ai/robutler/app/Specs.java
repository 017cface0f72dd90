package ai.robutler.app;

import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The pieces of command line that several commands have. */
final class Specs {
    private Specs() {}

    static CommandSpec command(String name, String description) {
        CommandSpec spec = CommandSpec.create().name(name);
        spec.usageMessage().description(description).abbreviateSynopsis(false);
        return spec.addOption(
                OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .description("Shows this help.")
                        .build());
    }

    static CommandSpec withConfig(CommandSpec spec, List<Option<?>> options) {
        options.forEach(option -> spec.addOption(option(option)));
        return spec.addOption(
                OptionSpec.builder(Config.FLAG)
                        .paramLabel("FILE")
                        .type(String.class)
                        .description("The config file; " + Config.FILE + " where it exists.")
                        .build());
    }

    private static OptionSpec option(Option<?> option) {
        var builder = OptionSpec.builder(option.flag());
        String standard = option.fallback().isEmpty() ? "" : " Default: " + option.fallback() + ".";
        return option.placeholder().isEmpty()
                ? builder.arity("0").type(boolean.class).description(option.help()).build()
                : builder.paramLabel(option.placeholder())
                        .type(String.class)
                        .description(option.help() + standard)
                        .build();
    }

    static CommandSpec withPaths(CommandSpec spec) {
        return spec.addPositional(
                PositionalParamSpec.builder()
                        .index("0..*")
                        .arity("0..*")
                        .paramLabel("PATH")
                        .type(List.class)
                        .auxiliaryTypes(String.class)
                        .description("Folders of agents, or agent files. Default: the examples.")
                        .build());
    }

    static List<String> paths(ParseResult parsed) {
        return parsed.matchedPositionals().stream()
                .flatMap(argument -> argument.stringValues().stream())
                .toList();
    }

    /** What was given on the command line, by flag. */
    static Map<String, String> flags(ParseResult parsed) {
        var flags = new LinkedHashMap<String, String>();
        for (OptionSpec option : parsed.matchedOptions()) {
            List<String> values = ((ArgSpec) option).stringValues();
            flags.put(option.longestName(), values.isEmpty() ? "true" : values.getLast());
        }
        return flags;
    }
}
