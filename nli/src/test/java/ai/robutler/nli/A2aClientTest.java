package ai.robutler.nli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.robutler.store.Database;
import ai.robutler.store.TestDatabase;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The A2A client that people use, as it is on the npm registry. */
class A2aClientTest {
    private static final Path SOURCES = Path.of("src/test/clients");
    private static final Path TARGET = Path.of("target/clients");

    @Test
    void theRealClientTalksToAnAgentInBothBindings() throws Exception {
        boolean npm = run(Path.of("."), List.of("npm", "--version")).status() == 0;
        assumeTrue(npm || System.getenv("CI") != null, "npm is not installed: client not run");
        assertThat(npm).as("npm is needed in CI: apt-get install npm").isTrue();
        install();
        try (TestDatabase database = TestDatabase.create(Database.Kind.SQLITE);
                A2aNode node = new A2aNode(database.open())) {
            Ran client =
                    run(TARGET, List.of("node_modules/.bin/node", "a2a.mjs", node.node().url()));
            assertThat(client.status()).as(client.output()).isZero();
            assertThat(client.output()).contains("14 passed, 0 failed");
        }
    }

    /** Installs once for each lock file. */
    private static void install() throws Exception {
        Files.createDirectories(TARGET);
        Path installed = TARGET.resolve("installed");
        Path lock = SOURCES.resolve("package-lock.json");
        boolean fresh = Files.exists(installed) && Files.mismatch(lock, installed) == -1;
        for (String file : List.of("package.json", "package-lock.json", "a2a.mjs")) {
            Files.copy(
                    SOURCES.resolve(file),
                    TARGET.resolve(file),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        if (!fresh) {
            Ran npm = run(TARGET, List.of("npm", "ci", "--no-audit", "--no-fund"));
            assertThat(npm.status()).as(npm.output()).isZero();
            Files.copy(lock, installed, StandardCopyOption.REPLACE_EXISTING);
        }
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
