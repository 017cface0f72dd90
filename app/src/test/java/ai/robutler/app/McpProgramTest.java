package ai.robutler.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Map;

/** MCP servers in agents' files and in the configuration, as the program reads them. */
class McpProgramTest {
    @TempDir private Path folder;

    /** A server of one tool, which leaves a note when it is started. */
    private static final String SERVER =
            """
            touch started
            while read -r line; do
              id=$(printf %s "$line" | sed 's/.*"id":\\([0-9]*\\).*/\\1/')
              case $line in
                *'"initialize"'*) say='"result":{"protocolVersion":"2025-06-18","capabilities":{"tools":{}}}' ;;
                *'"tools/list"'*) say='"result":{"tools":[{"name":"echo","description":"Says it again.","inputSchema":{"type":"object"}}]}' ;;
                *'"notifications/'*) continue ;;
                *) say='"error":{"code":-32601,"message":"no"}' ;;
              esac
              echo "{\\"jsonrpc\\":\\"2.0\\",\\"id\\":$id,$say}"
            done
            """;

    @Test
    void serversAreListedAndAskedForTheirToolsWhenThatIsWanted() throws Exception {
        var files = new AgentFiles(folder);
        files.write("server.sh", SERVER);
        files.write(
                "agents/a.md",
                """
                ---
                skills:
                  calculator: {}
                  mcp:
                    servers:
                      tiny: { command: [sh, server.sh], env: { KEY: tell-nobody } }
                      gone: { command: [./no-such-program] }
                ---
                You help.
                """);
        try (Program list = Program.start(folder, Map.of(), "agents", "agents")) {
            assertThat(list.exitCode()).as(list.err()).isZero();
            assertThat(list.out())
                    .contains(
                            "calculate", "tiny_* (MCP, stdio: sh)", "gone_* (MCP, stdio: ./no-such")
                    .doesNotContain("tell-nobody", "server.sh");
        }
        assertThat(folder.resolve("started")).doesNotExist();
        try (Program list = Program.start(folder, Map.of(), "agents", "--tools", "agents")) {
            assertThat(list.exitCode()).as(list.err()).isZero();
            assertThat(list.out())
                    .containsPattern("tiny_echo +Says it again\\.")
                    .contains("calculate");
            assertThat(list.err()).contains("The MCP server gone is away: ");
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
