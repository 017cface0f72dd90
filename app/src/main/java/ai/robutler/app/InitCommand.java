package ai.robutler.app;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Lays out a new project: one agent, one skill in Java, config, README. */
final class InitCommand implements Command {
    private static final List<String> FILES =
            List.of(
                    "README.md",
                    "robutler.yaml",
                    "pom.xml",
                    "agents/greeter.md",
                    "src/main/java/greeter/GreetingSkill.java",
                    "src/main/java/greeter/GreetingSkillFactory.java",
                    "src/main/resources/META-INF/services/ai.robutler.core.SkillFactory");

    @Override
    public CommandSpec spec() {
        return Specs.command("init", "Begins a new project in an empty folder.")
                .addPositional(
                        PositionalParamSpec.builder()
                                .index("0")
                                .arity("1")
                                .required(true)
                                .paramLabel("DIR")
                                .type(String.class)
                                .description("The folder; it is made where there is none.")
                                .build());
    }

    @Override
    public int run(ParseResult parsed, Io io) {
        Path folder = Path.of(Specs.paths(parsed).getFirst());
        try {
            if (Files.exists(folder) && !isEmptyFolder(folder)) {
                io.err()
                        .println(
                                folder
                                        + " is not an empty folder; name one that is, or a new one.");
                return WRONG;
            }
            for (String file : FILES) {
                Path target = folder.resolve(file);
                Files.createDirectories(target.getParent());
                Files.writeString(target, content(file, io));
            }
        } catch (IOException e) {
            io.err().println(folder + " cannot be written; check its permissions.");
            return FAILED;
        }
        io.out().println("A new project is in " + folder + ". Its README.md says how to run it.");
        return OK;
    }

    private static boolean isEmptyFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.findAny().isEmpty();
        }
    }

    private static String content(String file, Io io) throws IOException {
        String resource = "init/" + file.substring(file.lastIndexOf('/') + 1);
        try (InputStream in = InitCommand.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the program lacks its file " + resource);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("@robutler.version@", Version.current())
                    .replace("@robutler.jar@", io.home().code().toString());
        }
    }
}
