package ai.robutler.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Json;
import ai.robutler.testkit.NpmProject;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;

/** The servers that people use, as they are on the npm registry. */
class NpmServersTest {
    private static final String EVERYTHING =
            "node_modules/@modelcontextprotocol/server-everything/dist/index.js";
    private static final String FILESYSTEM =
            "node_modules/@modelcontextprotocol/server-filesystem/dist/index.js";
    private static NpmProject npm;

    @BeforeAll
    static void install() throws Exception {
        npm = NpmProject.of(Path.of("src/test/npm"));
    }

    private static String settings(ObjectNode server) {
        ObjectNode servers = Json.object();
        servers.set("s", server);
        ObjectNode all = Json.object();
        all.set("servers", servers);
        return Json.write(all);
    }

    @Test
    void filesOverStdio(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("hello.txt"), "a word of welcome");
        ObjectNode server = Json.object();
        String files = folder.toRealPath().toString();
        server.set("command", Json.tree(npm.command(FILESYSTEM, files)));
        server.set("allow", Json.array().add("read_*").add("list_directory"));
        try (var stack = new ClientStack(settings(server))) {
            stack.awaitTool("s_list_directory");
            assertThat(stack.tools()).doesNotContain("s_write_file");
            Path file = folder.toRealPath().resolve("hello.txt");
            assertThat(stack.call("s_read_text_file {\"path\":\"" + file + "\"}"))
                    .contains("a word of welcome");
            assertThat(stack.call("s_read_text_file {\"path\":\"/etc/passwd\"}"))
                    .startsWith("RESULT Error: ");
            assertThat(stack.provider.violations()).isEmpty();
        }
    }

    @Test
    void everythingOverStdio() {
        ObjectNode server = Json.object();
        server.set("command", Json.tree(npm.command(EVERYTHING, "stdio")));
        try (var stack = new ClientStack(settings(server))) {
            everything(stack);
        }
    }

    @ParameterizedTest
    @CsvSource({"streamableHttp, /mcp", "sse, /sse"})
    void everythingOverHttp(String transport, String path) throws Exception {
        int port;
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        var builder = new ProcessBuilder(npm.command(EVERYTHING, transport));
        builder.environment().put("PORT", Integer.toString(port));
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        Process process = builder.start();
        try {
            ClientStack.until(() -> answers(port));
            var server = Json.object().put("url", "http://127.0.0.1:" + port + path);
            try (var stack = new ClientStack(settings(server))) {
                everything(stack);
            }
        } finally {
            process.destroy();
        }
    }

    private static boolean answers(int port) {
        try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    private static void everything(ClientStack stack) {
        stack.awaitTool("s_echo");
        assertThat(stack.tools())
                .contains("s_read_resource", "s_list_resources", "s_get_prompt")
                .doesNotHaveDuplicates();
        assertThat(stack.call("s_echo {\"message\":\"hello\"}")).contains("hello");
        assertThat(stack.call("s_list_resources")).contains("uri");
        assertThat(stack.call("s_list_prompts")).contains("simple");
        assertThat(stack.call("s_echo {\"message\":7}")).startsWith("RESULT Error: ");
        assertThat(stack.provider.violations()).isEmpty();
    }
}
