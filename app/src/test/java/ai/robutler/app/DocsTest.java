package ai.robutler.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the docs show is what happens: the marked blocks of a page run one after the other, in one
 * folder, with the variables that those before them set.
 */
class DocsTest {
    @TempDir private Path folder;
    private Optional<Program> server = Optional.empty();

    @AfterEach
    void stop() {
        server.ifPresent(Program::close);
    }

    @TestFactory
    Stream<DynamicTest> auth() {
        return page("docs/auth.md");
    }

    @TestFactory
    Stream<DynamicTest> payments() {
        return page("docs/payments.md");
    }

    @TestFactory
    Stream<DynamicTest> discovery() {
        return page("docs/discovery.md");
    }

    @TestFactory
    Stream<DynamicTest> agentToAgent() {
        return page("docs/agent-to-agent.md");
    }

    @TestFactory
    Stream<DynamicTest> mcp() {
        return page("docs/mcp.md");
    }

    @TestFactory
    Stream<DynamicTest> mcpServer() {
        return page("docs/mcp-server.md");
    }

    @TestFactory
    Stream<DynamicTest> memory() {
        return page("docs/memory.md");
    }

    @TestFactory
    Stream<DynamicTest> knowledge() {
        return page("docs/knowledge.md");
    }

    private Stream<DynamicTest> page(String file) {
        List<DocBlock> blocks = DocBlock.of(file);
        assertThat(blocks).hasSizeGreaterThan(4);
        return blocks.stream()
                .map(block -> DynamicTest.dynamicTest(block.content().strip(), () -> prove(block)));
    }

    private void prove(DocBlock block) throws Exception {
        switch (block.kind()) {
            case "agent" ->
                    new AgentFiles(folder).write("agents/" + block.mark() + ".md", block.content());
            case "config" -> new AgentFiles(folder).write(block.mark(), block.content());
            case "serve" -> serve(block);
            case "run" -> {
                String url = server.isEmpty() ? "http://127.0.0.1:9" : server.get().url();
                block.run(folder, url, folder.resolve("variables"));
            }
            default -> throw new AssertionError("what is to be done with " + block + "?");
        }
    }

    private void serve(DocBlock block) throws InterruptedException {
        var words = new ArrayList<>(List.of(block.content().strip().split(" ")));
        assertThat(words.removeFirst()).isEqualTo("./robutler");
        words.addAll(List.of("--port", "0"));
        Program program = Program.start(folder, Map.of(), words.toArray(String[]::new));
        server = Optional.of(program);
        assertThat(program.url()).startsWith("http://127.0.0.1:");
    }
}
