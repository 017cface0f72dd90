package ai.robutler.payments;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.outbound.AddressPolicy;
import ai.robutler.outbound.OutboundClient;
import ai.robutler.outbound.OutboundSettings;
import ai.robutler.testkit.NpmProject;
import ai.robutler.testkit.Reply;

import org.junit.jupiter.api.Test;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** The x402 clients of the npm registry, which sign for real; their facilitator checks it. */
class X402ClientsTest {
    @Test
    void theyPayAndAreServed() throws Exception {
        NpmProject npm = NpmProject.of(Path.of("src/test/clients"));
        Process facilitator =
                new ProcessBuilder(npm.command("facilitator.mjs"))
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
            NpmProject.Ran clients = npm.run("pay.mjs", stack.chatUrl());
            assertThat(clients.status()).as(clients.output()).isZero();
            assertThat(clients.output()).contains("7 passed, 0 failed");
            stack.requireWhole();
        } finally {
            facilitator.destroy();
        }
    }
}
