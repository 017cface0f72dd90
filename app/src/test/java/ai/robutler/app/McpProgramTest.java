package ai.robutler.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Map;

/** MCP servers in agents' files and in the configuration, as the program reads them. */
class McpProgramTest {
    @TempDir private Path folder;

    @Test
    void theExampleOfTheDocsIsRight() throws Exception {
        var files = new AgentFiles(folder);
        for (DocBlock block : DocBlock.of("docs/mcp.md", "agent")) {
            files.write("agents/" + block.mark() + ".md", block.content());
        }
        try (Program check = Program.start(folder, Map.of(), "check", "agents")) {
            assertThat(check.exitCode()).as(check.err()).isZero();
            assertThat(check.out().strip()).isEqualTo("No problems in 1 agent.");
        }
    }

    @Test
    void sharedServersAreNamedAndMistakesHaveTheirLines() throws Exception {
        var files = new AgentFiles(folder);
        files.write("robutler.yaml", "mcp:\n  servers:\n    git: { command: [git-mcp] }\n");
        files.write("agents/a.md", "---\nskills:\n  mcp:\n    shared: [git]\n---\nYou help.\n");
        try (Program check = Program.start(folder, Map.of(), "check", "agents")) {
            assertThat(check.exitCode()).as(check.err()).isZero();
            assertThat(check.out().strip()).isEqualTo("No problems in 1 agent.");
        }
        files.write(
                "agents/b.md",
                """
                ---
                skills:
                  mcp:
                    shared: [gti]
                    servers:
                      x: { comand: [y] }
                ---
                You help.
                """);
        try (Program check = Program.start(folder, Map.of(), "check", "agents")) {
            assertThat(check.exitCode()).isOne();
            assertThat(check.out())
                    .contains("agents/b.md:4: ")
                    .contains("did you mean 'git'")
                    .contains("agents/b.md:6: ")
                    .contains("did you mean 'command'");
        }
    }
}
