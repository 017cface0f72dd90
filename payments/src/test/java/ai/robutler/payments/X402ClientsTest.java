package ai.robutler.payments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.robutler.outbound.AddressPolicy;
import ai.robutler.outbound.OutboundClient;
import ai.robutler.outbound.OutboundSettings;
import ai.robutler.testkit.Reply;

import org.junit.jupiter.api.Test;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The x402 clients of the npm registry, which sign for real; their facilitator checks it. */
class X402ClientsTest {
    private static final Path SOURCES = Path.of("src/test/clients");
    private static final Path TARGET = Path.of("target/clients");
    private static final String NODE = "node_modules/.bin/node";

    @Test
    void theyPayAndAreServed() throws Exception {
        boolean npm = run(Path.of("."), List.of("npm", "--version")).status() == 0;
        assumeTrue(npm || System.getenv("CI") != null, "npm is not installed: clients not run");
        assertThat(npm).as("npm is needed in CI: apt-get install npm").isTrue();
        install();
        Process facilitator =
                new ProcessBuilder(NODE, "facilitator.mjs")
                        .directory(TARGET.toFile())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (var lines =
                        new BufferedReader(
                                new InputStreamReader(
                                        facilitator.getInputStream(), StandardCharsets.UTF_8));
                var outbound =
                        OutboundClient.open(
                                new OutboundSettings(
                                        AddressPolicy.publicOnly().allowing("127.0.0.1"), 256));
                var stack =
                        new PaidStack(
                                        X402Test.settings(lines.readLine()),
                                        Optional.of(new OutboundPost(outbound)))
                                .serve(
                                        "{\"request\": 0.01, \"x402\": {\"exact\": 0.10, \"upto\":"
                                                + " 0.20}}")) {
            stack.provider.always(_ -> Reply.text("Hi.").usage(100, 11));
            Ran clients = run(TARGET, List.of(NODE, "pay.mjs", stack.chatUrl()));
            assertThat(clients.status()).as(clients.output()).isZero();
            assertThat(clients.output()).contains("7 passed, 0 failed");
            stack.requireWhole();
        } finally {
            facilitator.destroy();
        }
    }

    /** Installs once for each lock file. */
    private static void install() throws Exception {
        Files.createDirectories(TARGET);
        Path lock = SOURCES.resolve("package-lock.json");
        Path installed = TARGET.resolve("installed");
        boolean fresh = Files.exists(installed) && Files.mismatch(lock, installed) == -1;
        for (String file :
                List.of("package.json", "package-lock.json", "pay.mjs", "facilitator.mjs")) {
            Files.copy(
                    SOURCES.resolve(file),
                    TARGET.resolve(file),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        if (!fresh) {
            Ran done = run(TARGET, List.of("npm", "ci", "--no-audit", "--no-fund"));
            assertThat(done.status()).as(done.output()).isZero();
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
