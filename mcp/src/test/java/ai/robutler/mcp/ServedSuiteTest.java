package ai.robutler.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.server.RobutlerServer;
import ai.robutler.store.Database;
import ai.robutler.store.TestDatabase;
import ai.robutler.testkit.NpmProject;
import ai.robutler.testkit.Reply;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The protocol's conformance suite, and official clients, against an agent. */
class ServedSuiteTest {
    private static final TestDatabase DATABASE = TestDatabase.create(Database.Kind.SQLITE);
    private static ServedStack stack;
    private static String url;
    private static NpmProject npm;

    @BeforeAll
    static void serve() throws Exception {
        npm = NpmProject.of(Path.of("src/test/npm"));
        stack = new ServedStack(DATABASE.database());
        RobutlerServer server =
                stack.serve(
                        stack.agent(
                                "suite", agent -> agent.skill("suite", new ServedSuiteSkill())));
        url = server.url() + "/suite/mcp";
    }

    @AfterAll
    static void close() throws Exception {
        if (stack != null) {
            stack.close();
        }
        DATABASE.close();
    }

    /** All that each revision requires of servers; the suite's exit status is its verdict. */
    @ParameterizedTest
    @CsvSource({"2025-11-25, 30", "2026-07-28, 37"})
    void theConformanceSuiteIsGreen(String revision, int scenarios) throws Exception {
        NpmProject.Ran ran =
                npm.run(
                        "node_modules/@modelcontextprotocol/conformance/dist/index.js",
                        "server",
                        "--url",
                        url,
                        "--requirements",
                        revision);
        System.out.println(summary(ran.output()));
        assertThat(ran.status()).as(ran.output()).isZero();
        long green = ran.output().lines().filter(line -> line.startsWith("✓ ")).count();
        assertThat(green).as(ran.output()).isGreaterThanOrEqualTo(scenarios);
    }

    private static String summary(String output) {
        int at = output.indexOf("=== SUMMARY ===");
        return at < 0 ? output : output.substring(at);
    }

    @Test
    void theInspectorListsAndCalls() throws Exception {
        NpmProject.Ran listed = inspect("--method", "tools/list");
        assertThat(listed.status()).as(listed.output()).isZero();
        assertThat(listed.output()).contains("test_simple_text").contains("\"chat\"");
        NpmProject.Ran called =
                inspect("--method", "tools/call", "--tool-name", "test_simple_text");
        assertThat(called.output()).contains("This is a simple text response for testing.");
        assertThat(inspect("--method", "prompts/list").output()).contains("instructions");
    }

    private static NpmProject.Ran inspect(String... more) throws Exception {
        var arguments = new ArrayList<String>();
        arguments.add("--cli");
        arguments.add(url);
        arguments.add("--transport");
        arguments.add("http");
        arguments.addAll(List.of(more));
        return npm.run("node_modules/.bin/mcp-inspector", arguments.toArray(String[]::new));
    }

    @Test
    void theOfficialClientsOfBothKinds() throws Exception {
        stack.provider.always(_ -> Reply.text("A plain answer.").inPiecesOf(4));
        NpmProject.Ran clients = npm.run("clients.mjs", url);
        assertThat(clients.status()).as(clients.output()).isZero();
        assertThat(clients.output()).contains("failed: 0");
    }
}
