package ai.robutler.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.tools.ToolProvider;

/** What the README shows is what happens: each marked block runs and gives what its mark says. */
class ReadmeTest {
    private static final Pattern BLOCK =
            Pattern.compile(
                    "<!-- (run|agent|java): (.*?) -->\\n```\\w+\\n(.*?)```", Pattern.DOTALL);
    private static final String README = Repository.text("README.md");

    private static Program server;

    @BeforeAll
    static void serve(@TempDir Path folder) {
        String examples = Repository.path("examples/agents").toString();
        server = Program.start(folder, Map.of(), "serve", examples, "--port", "0");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static List<MatchResult> blocks(String kind) {
        var blocks =
                BLOCK.matcher(README).results().filter(each -> each.group(1).equals(kind)).toList();
        assertThat(blocks).as(kind).isNotEmpty();
        return blocks;
    }

    @TestFactory
    Stream<DynamicTest> everyCommandGivesWhatItSays() {
        return blocks("run").stream()
                .map(block -> DynamicTest.dynamicTest(block.group(3).strip(), () -> run(block)));
    }

    private static void run(MatchResult block) throws IOException, InterruptedException {
        String launcher =
                Program.command().stream()
                        .map(part -> "'" + part + "'")
                        .collect(Collectors.joining(" "));
        String script =
                block.group(3)
                        .replace("./robutler", launcher)
                        .replace("http://127.0.0.1:8000", server.url());
        var builder =
                new ProcessBuilder("bash", "-c", script).directory(Repository.path("").toFile());
        builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        Process process = builder.start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        for (String expected : block.group(2).split(" \\| ")) {
            assertThat(out).contains(expected);
        }
    }

    @Test
    void theAgentIsRight(@TempDir Path folder) throws Exception {
        for (MatchResult block : blocks("agent")) {
            Files.writeString(folder.resolve(block.group(2) + ".md"), block.group(3));
        }
        try (Program check = Program.start(folder, Map.of(), "check", ".")) {
            assertThat(check.exitCode()).as(check.out()).isZero();
        }
    }

    @Test
    void theJavaRuns(@TempDir Path folder) throws Exception {
        MatchResult block = blocks("java").getFirst();
        Path source = Files.writeString(folder.resolve("Doubler.java"), block.group(3));
        int compiled =
                ToolProvider.getSystemJavaCompiler()
                        .run(
                                null,
                                null,
                                null,
                                "-parameters",
                                "-proc:none",
                                "-cp",
                                System.getProperty("java.class.path"),
                                source.toString());
        assertThat(compiled).isZero();
        var command = new ArrayList<>(Program.command(folder.toString()));
        command.set(command.size() - 1, "Doubler");
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(out).contains(block.group(2));
    }

    @Test
    void theTableOfOptionsIsComplete() {
        for (Option<?> option : Option.ALL) {
            String fallback = option.fallback().isEmpty() ? "" : "`" + option.fallback() + "` ";
            assertThat(README)
                    .contains(
                            "| `%s` | `%s` | `%s` | %s|"
                                    .formatted(
                                            option.flag(),
                                            option.path(),
                                            option.variable(),
                                            fallback));
        }
    }
}
