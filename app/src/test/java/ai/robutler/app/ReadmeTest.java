package ai.robutler.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import javax.tools.ToolProvider;

/** What the README shows is what happens: each marked block runs and gives what its mark says. */
class ReadmeTest {
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

    private static List<DocBlock> blocks(String kind) {
        return DocBlock.of("README.md", kind);
    }

    @TestFactory
    Stream<DynamicTest> everyCommandGivesWhatItSays() {
        return blocks("run").stream()
                .map(
                        block ->
                                DynamicTest.dynamicTest(
                                        block.content().strip(),
                                        () -> block.run(Repository.path(""), server.url())));
    }

    @Test
    void theAgentIsRight(@TempDir Path folder) throws Exception {
        for (DocBlock block : blocks("agent")) {
            Files.writeString(folder.resolve(block.mark() + ".md"), block.content());
        }
        try (Program check = Program.start(folder, Map.of(), "check", ".")) {
            assertThat(check.exitCode()).as(check.out()).isZero();
        }
    }

    @Test
    void theJavaRuns(@TempDir Path folder) throws Exception {
        DocBlock block = blocks("java").getFirst();
        Path source = Files.writeString(folder.resolve("Doubler.java"), block.content());
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
        assertThat(out).contains(block.mark());
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
