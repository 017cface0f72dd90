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

    /** An option with a value. */
    static void text(CommandSpec spec, String flag, String placeholder, String help) {
        spec.addOption(
                OptionSpec.builder(flag)
                        .paramLabel(placeholder)
                        .type(String.class)
                        .description(help)
                        .build());
    }

    /** An option with a value that must be given. */
    static void required(CommandSpec spec, String flag, String placeholder, String help) {
        spec.addOption(
                OptionSpec.builder(flag)
                        .paramLabel(placeholder)
                        .type(String.class)
                        .required(true)
                        .description(help)
                        .build());
    }

    /** An option that may be given several times. */
    static void texts(CommandSpec spec, String flag, String placeholder, String help) {
        spec.addOption(
                OptionSpec.builder(flag)
                        .paramLabel(placeholder)
                        .type(List.class)
                        .auxiliaryTypes(String.class)
                        .arity("1")
                        .description(help)
                        .build());
    }

    static void argument(CommandSpec spec, String placeholder, String help) {
        arguments(spec, placeholder, help, 1);
    }

    static void optionalArgument(CommandSpec spec, String placeholder, String help) {
        positional(spec, placeholder, help, "0..1");
    }

    /** As many words as are needed, no more. */
    static void arguments(CommandSpec spec, String placeholder, String help, int number) {
        positional(spec, placeholder, help, Integer.toString(number));
    }

    private static void positional(
            CommandSpec spec, String placeholder, String help, String arity) {
        spec.addPositional(
                PositionalParamSpec.builder()
                        .index("0")
                        .arity(arity)
                        .required(!arity.startsWith("0"))
                        .paramLabel(placeholder)
                        // A label of several words names all of them already.
                        .hideParamSyntax(placeholder.indexOf(' ') > 0)
                        .type(List.class)
                        .auxiliaryTypes(String.class)
                        .description(help)
                        .build());
    }

    /** The value of an option, "" where it was not given. */
    static String one(ParseResult parsed, String flag) {
        return all(parsed, flag).stream().findFirst().orElse("");
    }

    /** All values of an option. */
    static List<String> all(ParseResult parsed, String flag) {
        return parsed.hasMatchedOption(flag)
                ? List.copyOf(((ArgSpec) parsed.matchedOption(flag)).stringValues())
                : List.of();
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
