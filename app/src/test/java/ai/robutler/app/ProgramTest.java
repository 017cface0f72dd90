package ai.robutler.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

class ProgramTest {
    private static final Duration LONGEST = Duration.ofSeconds(30);

    @TempDir private Path folder;
    private AgentFiles files;

    @BeforeEach
    void start() {
        files = new AgentFiles(folder);
        files.write(
                "agents/adder.md",
                "---\ndescription: Adds.\nskills: [ calculator ]\n---\nYou add.");
    }

    private Program run(String... arguments) {
        return Program.start(folder, Map.of(), arguments);
    }

    @Test
    void itServesUntilItIsTerminated() throws Exception {
        try (Program program = run("serve", "agents", "--port", "0")) {
            String url = program.url();
            assertThat(new Page(url + "/health").body()).contains("\"status\":\"healthy\"");
            assertThat(program.out())
                    .matches(
                            "Robutler ready on http://127\\.0\\.0\\.1:\\d+ {2}\\(1 agent, model offline/\\w+\\)");
            program.terminate();
            assertThat(program.exitCode()).isZero();
            assertThat(program.out().lines()).hasSize(1);
        }
    }

    @Test
    void aTakenPortIsOneLineAndExitCode1() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Program program = run("serve", "agents", "--port", "" + taken.getLocalPort())) {
            assertThat(program.exitCode()).isEqualTo(1);
            assertThat(program.out()).isEmpty();
            assertThat(program.err().lines()).singleElement().asString().contains("is taken");
        }
    }

    @Test
    void wrongFilesStopItWithEveryProblem() throws Exception {
        files.write("agents/bad.md", "---\nmodel: opnai/x\nskils: {}\n---\n");
        files.write(
                "robutler.yaml", "server: { prot: 1 }\nproviders: { openai: { atempts: 1 } }\n");
        try (Program program = run("serve", "agents", "--port", "0")) {
            assertThat(program.exitCode()).isEqualTo(2);
            assertThat(program.err())
                    .contains("agents/bad.md:2: unknown model provider 'opnai'")
                    .contains("agents/bad.md:3: unknown setting 'skils'; did you mean 'skills'?")
                    .contains("robutler.yaml:1: unknown setting 'prot'; did you mean 'port'?")
                    .contains(
                            "robutler.yaml:2: unknown setting 'atempts'; did you mean 'attempts'?");
        }
    }

    @Test
    void aMissingFolderAConfigAndAWrongOptionAreExitCode2() throws Exception {
        try (Program folderless = run("serve", "nowhere");
                Program configless = run("serve", "agents", "--config", "none.yaml");
                Program optionless = run("serve", "agents", "--prot", "1")) {
            assertThat(folderless.exitCode()).isEqualTo(2);
            assertThat(folderless.err()).contains("nowhere: no such file or folder");
            assertThat(configless.exitCode()).isEqualTo(2);
            assertThat(configless.err()).contains("none.yaml: no such config file");
            assertThat(optionless.exitCode()).isEqualTo(2);
            assertThat(optionless.err()).contains("--prot");
        }
    }

    @Test
    void otherMachinesAreRefusedWithoutAuth() throws Exception {
        try (Program program = run("serve", "agents", "--port", "0", "--host", "0.0.0.0")) {
            assertThat(program.exitCode()).isEqualTo(2);
            assertThat(program.err()).contains("--insecure-no-auth");
        }
    }

    @Test
    void filesTakeEffectWhileItServes() throws Exception {
        try (Program program = run("serve", "agents", "--port", "0")) {
            String url = program.url();
            files.write("agents/second.md", "---\ndescription: New.\n---\n");
            new Page(url + "/agents").await(LONGEST, body -> body.contains("second"));
            // As an editor does: written aside, then renamed to its place.
            Path aside = files.write("aside", "---\ndescription: Renamed.\n---\n");
            Files.move(
                    aside,
                    folder.resolve("agents/second.md"),
                    java.nio.file.StandardCopyOption.ATOMIC_MOVE);
            new Page(url + "/second").await(LONGEST, body -> body.contains("Renamed."));
            files.write("agents/second.md", "---\ndescription: [\n---\n");
            new Page(url + "/health/detailed").await(LONGEST, body -> body.contains("second.md:"));
            assertThat(new Page(url + "/second").body()).contains("Renamed.");
            Files.delete(folder.resolve("agents/second.md"));
            new Page(url + "/agents").await(LONGEST, body -> !body.contains("second"));
            new Page(url + "/health/detailed").await(LONGEST, body -> !body.contains("second.md:"));
            program.terminate();
            assertThat(program.exitCode()).isZero();
            assertThat(program.err().lines().filter(line -> line.contains("second.md:")))
                    .hasSize(1);
        }
    }

    @Test
    void checkNamesProblemsAndCountsThem() throws Exception {
        try (Program clean = run("check", "agents")) {
            assertThat(clean.exitCode()).isZero();
            assertThat(clean.out()).isEqualTo("No problems in 1 agent.");
        }
        files.write("agents/bad.md", "---\na: 1\na: 2\n---\n");
        try (Program wrong = run("check", "agents")) {
            assertThat(wrong.exitCode()).isEqualTo(1);
            assertThat(wrong.out())
                    .contains("agents/bad.md:3: 'a' is given twice")
                    .endsWith("2 problems.");
        }
    }

    @Test
    void agentsAreListedWithWhatTheyHave() throws Exception {
        try (Program program = run("agents", "agents", "--model", "offline/rules")) {
            assertThat(program.exitCode()).isZero();
            assertThat(program.out().lines())
                    .containsExactly(
                            "AGENT  MODEL          SKILLS      TOOLS",
                            "adder  offline/rules  calculator  calculate");
        }
    }

    @Test
    void aMessageIsAnswered() throws Exception {
        try (Program program = run("chat", "--agents", "agents", "adder", "What is 17 * 23?")) {
            assertThat(program.exitCode()).as(program.err()).isZero();
            assertThat(program.out()).contains("391");
            assertThat(program.err()).isEmpty();
        }
    }

    @Test
    void eachLineOfInputIsAMessage() throws Exception {
        try (Program program = run("chat", "--agents", "agents", "adder")) {
            program.say("What is 17 * 23?\n\nWhat is 2 + 3?\n");
            assertThat(program.exitCode()).as(program.err()).isZero();
            assertThat(program.out()).contains("391").contains("5");
        }
    }

    @Test
    void anUnknownAgentListsTheKnown() throws Exception {
        try (Program program = run("chat", "--agents", "agents", "addre", "hi")) {
            assertThat(program.exitCode()).isEqualTo(2);
            assertThat(program.err())
                    .isEqualTo("There is no agent 'addre'; did you mean 'adder'? (known: adder).");
        }
    }

    @Test
    void doctorShowsWhereAKeyIsAndNeverTheKey() throws Exception {
        files.write(
                "robutler.yaml",
                "# mine\nproviders:\n  openai: { api-key: sk-fromfile123, base-url: 'http://127.0.0.1:9' }\n");
        try (Program program =
                Program.start(
                        folder, Map.of("OPENAI_API_KEY", "sk-fromenv123"), "doctor", "agents")) {
            assertThat(program.exitCode()).as(program.err()).isZero();
            assertThat(program.out())
                    .contains("openai: key set (robutler.yaml:3), 127.0.0.1 is NOT reachable")
                    .contains("adder in agents")
                    .doesNotContain("fromfile")
                    .doesNotContain("fromenv");
        }
    }

    @Test
    void doctorSaysWhichVariableIsMissing() throws Exception {
        try (Program program = run("doctor", "agents")) {
            assertThat(program.exitCode()).isZero();
            assertThat(program.out())
                    .contains("openai: no key; set OPENAI_API_KEY")
                    .contains("a rule-based stand-in");
        }
    }

    @Test
    void versionAndHelp() throws Exception {
        try (Program version = run("--version");
                Program help = run("serve", "--help");
                Program nothing = run()) {
            assertThat(version.exitCode()).isZero();
            assertThat(version.out()).matches("robutler \\d+\\.\\d+\\.\\d+\\S*");
            assertThat(help.exitCode()).isZero();
            assertThat(Option.ALL)
                    .allSatisfy(option -> assertThat(help.out()).contains(option.flag()));
            assertThat(nothing.exitCode()).isEqualTo(2);
            assertThat(nothing.err()).contains("serve").doesNotContain("train");
        }
    }
}
