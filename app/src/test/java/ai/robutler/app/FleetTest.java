package ai.robutler.app;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Agent;
import ai.robutler.core.Limits;
import ai.robutler.core.Scope;
import ai.robutler.core.Thinking;
import ai.robutler.core.ToolDefinition;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;

class FleetTest {
    @TempDir private Path folder;
    private AgentFiles files;

    @BeforeEach
    void start() {
        files = new AgentFiles(folder);
    }

    private static Agent only(Fleet fleet) {
        assertThat(fleet.read().problems()).isEmpty();
        return fleet.all().getFirst();
    }

    @Test
    void everyKeyReachesTheAgent() {
        files.write(
                "one.md",
                """
                ---
                name: one
                description: The first.
                model: test/large
                skills:
                  counter: { from: 7 }
                scope: user
                owner: ${WHO}
                intents: [ counting, "more of it" ]
                limits: { turns: 3, tool-calls: 4, seconds: 5 }
                ---

                You count.
                Up.
                """);
        Agent agent = only(files.fleet(Map.of("WHO", "alice")));
        assertThat(agent.name()).isEqualTo("one");
        assertThat(agent.description()).isEqualTo("The first.");
        assertThat(agent.model()).isEqualTo("test/large");
        assertThat(agent.skillNames()).containsExactly("counter");
        assertThat(agent.tools(Setup.OPERATOR))
                .extracting(ToolDefinition::name)
                .containsExactly("count");
        assertThat(agent.scope()).isEqualTo(Scope.USER);
        assertThat(agent.owner()).isEqualTo("alice");
        assertThat(agent.intents()).containsExactly("counting", "more of it");
        assertThat(agent.limits()).isEqualTo(new Limits(3, 4, Duration.ofSeconds(5)));
        assertThat(agent.instructions()).isEqualTo("You count.\nUp.");
    }

    @Test
    void anEmptyFrontMatterGivesDefaults() {
        files.write("two.md", "\uFEFF---\r\n---\r\nHello.\r\n");
        Agent agent = only(files.fleet());
        assertThat(agent.name()).isEqualTo("two");
        assertThat(agent.model()).isEqualTo("test/default");
        assertThat(agent.limits()).isEqualTo(Limits.DEFAULT);
        assertThat(agent.scope()).isEqualTo(Scope.ALL);
        assertThat(agent.instructions()).isEqualTo("Hello.");
    }

    @Test
    void anAgentMayHaveAFolder() {
        files.write("three/AGENT.md", "---\nskills: [ counter ]\n---\nHello.");
        files.write("three/notes.md", "no agent");
        files.write("README.md", "no agent");
        assertThat(only(files.fleet()).name()).isEqualTo("three");
    }

    @Test
    void everyProblemHasItsLineAndNoneHidesAnother() {
        files.write(
                "bad.md",
                """
                ---
                name: good
                descripton: x
                model: tset/large
                skills:
                  counter: { form: 1, from: 10 }
                  cuonter: {}
                handoffs: [ bad, nobody ]
                scope: "Not a scope"
                limits:
                  turns: 0
                  cost-usd: -1
                thinking: deep
                ---
                """);
        assertThat(files.problems())
                .containsExactly(
                        "bad.md:2: 'name' must be 'bad' like the file; rename the file or the agent",
                        "bad.md:3: unknown setting 'descripton'; did you mean 'description'? (known"
                                + " here: description, handoffs, intents, limits, model, name,"
                                + " owner, price, scope, skills, thinking)",
                        "bad.md:4: unknown model provider 'tset' in 'tset/large'; known are: test",
                        "bad.md:6: 'from' must be a whole number from 0 to 9",
                        "bad.md:6: unknown setting 'form'; did you mean 'from'? (known here: from)",
                        "bad.md:7: unknown skill 'cuonter'; did you mean 'counter'? (known:"
                                + " counter)",
                        "bad.md:8: no agent 'nobody' to hand over to (known: bad)",
                        "bad.md:9: 'scope' is wrong: scope 'Not a scope' must match"
                                + " [a-z0-9][a-z0-9._:-]{0,63}",
                        "bad.md:11: 'turns' must be a whole number from 1 to 1000",
                        "bad.md:12: 'cost-usd' must be an amount in US dollars such as 0.50",
                        "bad.md:13: 'thinking' must be off, low, medium or high");
    }

    @Test
    void thinkingAndALimitOfCostAreTaken() {
        files.write(
                "a.md", "---\nthinking: low\nmodel: test/free\nlimits: { cost-usd: 0.50 }\n---\n");
        Agent agent = only(files.fleet());
        assertThat(agent.thinking()).contains(Thinking.LOW);
        assertThat(agent.limits().costNanoUsd()).hasValue(500_000_000);
    }

    @ParameterizedTest
    @CsvSource({"off, OFF", "false, OFF", "medium, MEDIUM", "HIGH, HIGH"})
    void everyLevelOfThinkingIsTaken(String written, Thinking thinking) {
        files.write("a.md", "---\nthinking: " + written + "\n---\n");
        assertThat(only(files.fleet()).thinking()).contains(thinking);
    }

    @ParameterizedTest
    @CsvSource({
        "0.000000001, 1",
        "1, 1000000000",
        "0.0000000019, 1",
        "1e-3, 1000000",
        "1000000, 1000000000000000"
    })
    void aLimitOfCostIsExact(String written, long nanoUsd) {
        files.write("a.md", "---\nmodel: test/free\nlimits: { cost-usd: " + written + " }\n---\n");
        assertThat(only(files.fleet()).limits().costNanoUsd()).hasValue(nanoUsd);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "much", "1000001", "true", "[1]", "0.0000000001"})
    void anAmountThatIsNoneIsAProblem(String written) {
        files.write("a.md", "---\nmodel: test/free\nlimits: { cost-usd: " + written + " }\n---\n");
        assertThat(files.problems())
                .containsExactly("a.md:3: 'cost-usd' must be an amount in US dollars such as 0.50");
    }

    @Test
    void aLimitOfCostNeedsAModelWithAPrice() {
        files.write("a.md", "---\nmodel: test/big\nlimits:\n  cost-usd: 0.50\n---\n");
        assertThat(files.problems())
                .singleElement()
                .asString()
                .startsWith("a.md:4: agent 'a' has a cost limit, but the price of its model")
                .contains("test/big", "catalog: FILE");
    }

    @Test
    void aFileWithoutFrontMatterIsAProblemUnlessItIsAReadme() {
        files.write("license.md", "words");
        files.write("words.md", "words");
        files.write("open.md", "---\nname: open\n");
        assertThat(files.problems())
                .containsExactly(
                        "open.md:1: the settings have no end; put a line '---' after them",
                        "words.md:1: an agent file begins with a line '---', its settings, and"
                                + " another line '---'");
    }

    @Test
    void namesThatNoAgentCanHaveAreProblems() {
        files.write("Loud.md", "---\n---\n");
        files.write("metrics.md", "---\n---\n");
        assertThat(files.problems())
                .hasSize(2)
                .allMatch(line -> line.endsWith("; rename the file"));
    }

    @Test
    void twoFilesOfOneNameAreAProblem() {
        files.write("one.md", "---\n---\n");
        files.write("one/AGENT.md", "---\n---\n");
        assertThat(files.problems())
                .singleElement()
                .asString()
                .contains("the agent 'one' is also in");
    }

    @Test
    void aMissingFolderIsAProblem() {
        assertThat(new AgentFiles(folder.resolve("none")).problems())
                .singleElement()
                .asString()
                .endsWith("no such file or folder; name one that has agents");
    }

    @Test
    void bytesThatAreNoTextAreAProblem() throws IOException {
        Files.write(
                folder.resolve("odd.md"),
                new byte[] {'-', '-', '-', '\n', (byte) 0xff, (byte) 0xfe});
        assertThat(files.problems())
                .containsExactly("odd.md:1: is not UTF-8 text; save it as UTF-8");
    }

    @Test
    void handoffsFindAgentsWhenTheyAreNeeded() throws IOException {
        files.write("a.md", "---\nhandoffs: [ b ]\n---\n");
        Path b = files.write("b.md", "---\ndescription: Knows b.\n---\n");
        Fleet fleet = files.fleet();
        assertThat(fleet.read().problems()).isEmpty();
        Agent a = fleet.find("a").orElseThrow();
        assertThat(a.tools(Setup.OPERATOR))
                .singleElement()
                .satisfies(
                        tool -> {
                            assertThat(tool.name()).isEqualTo("use_b");
                            assertThat(tool.description()).endsWith("Knows b.");
                        });
        Files.delete(b);
        fleet.read();
        assertThat(a.tools(Setup.OPERATOR)).isEmpty();
        assertThat(fleet.find("a")).containsSame(a);
    }

    @Test
    void aBrokenEditKeepsTheLastGoodAgent() {
        files.write("a.md", "---\ndescription: first\n---\n");
        Fleet fleet = files.fleet();
        Agent first = only(fleet);
        files.write("a.md", "---\ndescription: [\n---\n");
        assertThat(fleet.read().problems()).isNotEmpty();
        assertThat(fleet.find("a")).containsSame(first);
        files.write("a.md", "---\ndescription: second\n---\n");
        assertThat(fleet.read().problems()).isEmpty();
        assertThat(fleet.find("a").orElseThrow().description()).isEqualTo("second");
    }

    @Test
    void anUntouchedFileKeepsItsAgent() {
        files.write("a.md", "---\n---\n");
        Fleet fleet = files.fleet();
        Agent first = only(fleet);
        files.write("b.md", "---\n---\n");
        fleet.read();
        assertThat(fleet.find("a")).containsSame(first);
        assertThat(fleet.find("b")).isPresent();
    }

    @Test
    void aDeletedFileTakesItsAgentAlong() throws IOException {
        Path file = files.write("a.md", "---\n---\n");
        Fleet fleet = files.fleet();
        only(fleet);
        Files.delete(file);
        assertThat(fleet.read().problems()).isEmpty();
        assertThat(fleet.all()).isEmpty();
    }

    @Test
    void aFolderThatVanishesKeepsItsAgents() throws IOException {
        files.write("a.md", "---\n---\n");
        Fleet fleet = files.fleet();
        only(fleet);
        Path aside = folder.resolveSibling(folder.getFileName() + "-aside");
        Files.move(folder, aside, StandardCopyOption.ATOMIC_MOVE);
        assertThat(fleet.read().problems()).hasSize(1);
        assertThat(fleet.find("a")).isPresent();
        Files.move(aside, folder, StandardCopyOption.ATOMIC_MOVE);
        assertThat(fleet.read().problems()).isEmpty();
    }
}
