package ai.robutler.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Caller;
import ai.robutler.core.CancelledException;
import ai.robutler.core.ChatChunk;
import ai.robutler.core.ChunkSink;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Servers as processes, well and badly behaved. */
class StdioServersTest {
    @TempDir private Path folder;

    private ClientStack stack(String mode, String more) {
        return new ClientStack(ClientStack.script(mode, folder, more));
    }

    private long pid() {
        List<String> pids = lines("pids");
        return Long.parseLong(pids.getLast());
    }

    private List<String> lines(String file) {
        try {
            return Files.exists(folder.resolve(file))
                    ? Files.readAllLines(folder.resolve(file))
                    : List.of();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isAlive(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    @Test
    void itsToolsAreTheAgents() {
        try (var stack =
                stack("plain", "\"env\":{\"SECRET\":\"tell-nobody\"},\"deny\":[\"d?e\"]")) {
            stack.awaitTool("s_echo");
            assertThat(stack.tools()).doesNotContain("s_die").contains("s_image");
            assertThat(stack.agent.tools(Caller.anonymous()).getFirst().parameters().toString())
                    .as("the schema, untouched")
                    .isEqualTo("{\"type\":\"object\",\"x-own\":[1.50]}");
            assertThat(stack.call("s_echo")).startsWith("RESULT echo of");

            assertThat(List.of(stack.call("s_env").substring("RESULT ".length()).split(",")))
                    .as("nothing of ours but what every program needs")
                    .contains("PATH", "SECRET")
                    .isSubsetOf("PATH", "HOME", "LANG", "TMPDIR", "SECRET", "PWD", "SHLVL", "_");

            assertThat(stack.call("s_garbage")).isEqualTo("RESULT after garbage");
            assertThat(stack.call("s_long"))
                    .hasSizeLessThan(101_000)
                    .endsWith("200000 more characters; ask for less]");
            assertThat(stack.call("s_huge")).contains("which is too long");
            assertThat(stack.call("s_echo")).as("it goes on").startsWith("RESULT echo of");
            assertThat(stack.call("s_image"))
                    .as("a model that sees")
                    .startsWith("PARTS ")
                    .contains("data:image/png;base64,iVBOR");
            assertThat(stack.provider.violations()).isEmpty();
        }
    }

    @Test
    void aModelThatSeesNothingIsToldOfAnImageInWords() {
        String script = ClientStack.script("plain", folder, "");
        try (var stack = new ClientStack("{}", script, "openai/gpt-3.5-turbo")) {
            stack.awaitTool("s_image");
            assertThat(stack.call("s_image")).startsWith("RESULT see\n").contains("image");
            assertThat(stack.provider.requests())
                    .noneMatch(request -> request.text().contains("iVBOR"));
            assertThat(stack.provider.violations()).isEmpty();
        }
    }

    @Test
    void progressIsTold() {
        var told = new ConcurrentLinkedQueue<String>();
        try (var stack = stack("plain", "")) {
            stack.awaitTool("s_progress");
            stack.agent.stream(
                    ClientStack.invocation("s_progress"),
                    new ChunkSink() {
                        @Override
                        public void send(ChatChunk chunk) {}

                        @Override
                        public void progress(String text, boolean first) {
                            told.add(text);
                        }
                    });
            assertThat(told).containsExactly("s_progress 1/2 half");
        }
    }

    @Test
    void aStormOfChangesIsOneChange() {
        try (var stack = stack("plain", "")) {
            stack.awaitTool("s_echo");
            assertThat(stack.call("s_change")).isEqualTo("RESULT changed");
            stack.awaitTool("s_added");
            assertThat(stack.tools()).doesNotHaveDuplicates();
            assertThat(String.join("", lines("lists")).length()).isLessThan(5);
        }
    }

    @Test
    void aDeadServerVanishesAndComesBack() {
        try (var stack = stack("plain", "\"env\":{\"SECRET\":\"tell-nobody\"}")) {
            stack.awaitTool("s_echo");
            long first = pid();
            assertThat(stack.call("s_die"))
                    .contains("the process ended with status 3")
                    .doesNotContain("tell-nobody");
            ClientStack.until(() -> pid() != first);
            stack.awaitTool("s_echo");
            assertThat(stack.call("s_echo")).startsWith("RESULT echo of");

            long second = pid();
            ProcessHandle.of(second).ifPresent(ProcessHandle::destroyForcibly);
            ClientStack.until(() -> pid() != second);
            stack.awaitTool("s_echo");
        }
    }

    @Test
    void aFloodEndsTheConnectionAndNotUs() {
        try (var stack = stack("plain", "")) {
            stack.awaitTool("s_echo");
            long first = pid();
            assertThat(stack.call("s_flood")).contains("floods us");
            ClientStack.until(() -> pid() != first);
            stack.awaitTool("s_echo");
            ClientStack.until(() -> !isAlive(first));
        }
    }

    @Test
    void aHangingServerIsLeftInTime() {
        try (var stack = stack("plain", "\"timeout\":\"300ms\"")) {
            stack.awaitTool("s_echo");
            assertThat(stack.call("s_hang")).contains("did not answer in time");
            assertThat(stack.servers.health()).hasSize(1);
        }
        assertThat(isAlive(pid())).as("closed, hanging as it was").isFalse();
    }

    @Test
    void whatNobodyWaitsForIsCancelled() throws Exception {
        try (var stack = stack("plain", "\"timeout\":\"20s\"")) {
            stack.awaitTool("s_slow");
            var ended = new ConcurrentLinkedQueue<Throwable>();
            Thread run =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        try {
                                            stack.call("s_slow");
                                        } catch (CancelledException e) {
                                            ended.add(e);
                                        }
                                    });
            ClientStack.until(() -> !lines("slow").isEmpty());
            run.interrupt();
            run.join();
            assertThat(ended).hasSize(1);
            ClientStack.until(() -> !lines("cancelled").isEmpty());
        }
    }

    @Test
    void allItsProcessesEndWithIt() {
        long child;
        try (var stack = stack("plain", "")) {
            stack.awaitTool("s_child");
            child = Long.parseLong(stack.call("s_child").substring("RESULT ".length()));
            assertThat(isAlive(child)).isTrue();
        }
        ClientStack.until(() -> !isAlive(child) && !isAlive(pid()));
    }

    @Test
    void whatItLiesAboutIsLeftOut() {
        try (var stack = stack("lies", "")) {
            stack.awaitTool("s_good");
            assertThat(stack.tools()).hasSize(2).contains("s_good");
            assertThat(stack.tools().getLast()).matches("s_a_b_c_[0-9a-f]{8}");
        }
    }

    @Test
    void aListWithoutEndEnds() {
        try (var stack = stack("endless", "")) {
            ClientStack.until(() -> stack.tools().size() == 50);
        }
    }

    @Test
    void whatCannotBeStartedIsToldByHealth() {
        try (var stack =
                new ClientStack("{\"servers\":{\"s\":{\"command\":[\"/no/such/program\"]}}}")) {
            ClientStack.until(
                    () -> stack.servers.health().stream().noneMatch(McpServers.Health::up));
            assertThat(stack.tools()).isEmpty();
        }
    }
}
