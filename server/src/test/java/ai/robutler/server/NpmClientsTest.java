package ai.robutler.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.robutler.core.Param;
import ai.robutler.core.Tool;
import ai.robutler.testkit.Call;
import ai.robutler.testkit.ReceivedRequest;
import ai.robutler.testkit.Reply;

import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The clients that people use in JavaScript, as they are on the npm registry. */
class NpmClientsTest {
    private static final Path SOURCES = Path.of("src/test/clients");
    private static final Path TARGET = Path.of("target/clients");

    /** A tool that runs here. */
    public static final class Secrets {
        @Tool(description = "Looks a value up.")
        String lookup(@Param("the key") String key) {
            return "secret-of-" + key;
        }
    }

    @Test
    void everyConversationOfEverySdk() throws Exception {
        boolean npm = run(Path.of("."), List.of("npm", "--version")).status() == 0;
        assumeTrue(npm || System.getenv("CI") != null, "npm is not installed: clients not run");
        assertThat(npm).as("npm is needed in CI: apt-get install npm").isTrue();
        install();
        try (var stack = new Stack(agent -> agent.skill(new Secrets()))) {
            stack.provider.always(NpmClientsTest::answer);
            Ran clients =
                    run(
                            TARGET,
                            List.of(
                                    "node_modules/.bin/node",
                                    "clients.mjs",
                                    stack.server.url() + "/v1"));
            assertThat(clients.status()).as(clients.output()).isZero();
            assertThat(clients.output()).contains("40 passed, 0 failed");
            assertThat(stack.provider.violations()).isEmpty();
        }
    }

    /** Installs once for each lock file. */
    private static void install() throws Exception {
        Files.createDirectories(TARGET);
        boolean fresh =
                Files.exists(TARGET.resolve("installed"))
                        && Files.mismatch(
                                        SOURCES.resolve("package-lock.json"),
                                        TARGET.resolve("installed"))
                                == -1;
        for (String file : List.of("package.json", "package-lock.json", "clients.mjs")) {
            Files.copy(
                    SOURCES.resolve(file),
                    TARGET.resolve(file),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        if (!fresh) {
            Ran installed = run(TARGET, List.of("npm", "ci", "--no-audit", "--no-fund"));
            assertThat(installed.status()).as(installed.output()).isZero();
            Files.copy(
                    SOURCES.resolve("package-lock.json"),
                    TARGET.resolve("installed"),
                    StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static Reply answer(ReceivedRequest request) {
        JsonNode messages = request.json().path("messages");
        String question = "";
        var results = new ArrayList<String>();
        for (JsonNode message : messages) {
            String role = message.path("role").stringValue();
            if (role.equals("user")) {
                question = text(message.path("content"));
            } else if (role.equals("tool")) {
                results.add(text(message.path("content")));
            }
        }
        Call lookup = Call.of("lookup", "{\"key\":\"x\"}");
        Call add = Call.of("client_add", "{\"a\":2,\"b\":3}");
        return switch (question) {
            case "agent tool" ->
                    results.isEmpty()
                            ? Reply.calls(lookup)
                            : Reply.text("The value is " + results.getFirst() + ".");
            case "request tool" ->
                    results.isEmpty()
                            ? Reply.calls(add)
                            : Reply.text("The sum is " + results.getFirst() + ".");
            case "mixed turn" ->
                    results.isEmpty()
                            ? Reply.calls(lookup, add)
                            : Reply.text("Results: " + String.join(", ", results) + ".");
            case "be rejected" -> Reply.error(400, "This is too odd.");
            default -> Reply.text("A plain answer.").inPiecesOf(4);
        };
    }

    private static String text(JsonNode content) {
        if (content.isString()) {
            return content.stringValue();
        }
        var text = new StringBuilder();
        content.forEach(part -> text.append(part.path("text").asString("")));
        return text.toString();
    }

    private record Ran(int status, String output) {}

    private static Ran run(Path folder, List<String> command) throws Exception {
        var builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.redirectErrorStream(true);
        Process process;
        try {
            process = builder.start();
        } catch (IOException _) {
            return new Ran(127, command.getFirst() + " is not installed");
        }
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(5, TimeUnit.MINUTES)) {
            process.destroyForcibly();
        }
        return new Ran(process.waitFor(), output);
    }
}
