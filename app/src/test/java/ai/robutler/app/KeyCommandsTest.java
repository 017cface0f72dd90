package ai.robutler.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Files;
import java.nio.file.Path;

class KeyCommandsTest {
    @TempDir private Path folder;
    private Shell shell;

    @BeforeEach
    void start() {
        shell = Shell.on(folder);
    }

    /** The public part of a key. */
    private static String id(String key) {
        return key.split("_")[1];
    }

    @Test
    void aKeyIsShownOnceAndListedWithoutItsSecret() throws Exception {
        var created =
                shell.run(
                        "key",
                        "create",
                        "--user",
                        "alice",
                        "--name",
                        "laptop",
                        "--scope",
                        "reports",
                        "--scope",
                        "admin",
                        "--agent",
                        "weather",
                        "--budget",
                        "day=5.00",
                        "--budget",
                        "total=20",
                        "--expires",
                        "30d");
        String key = created.line();
        assertThat(key).matches("rk_[A-Za-z0-9]+_\\S{20,}");
        assertThat(created.err()).contains("alice").contains("not shown again");
        String secret = key.substring(key.lastIndexOf('_') + 1);
        var listed = shell.run("key", "list");
        assertThat(listed.exitCode()).isZero();
        assertThat(listed.out())
                .contains(id(key))
                .containsPattern("alice +laptop +admin reports +weather +until \\d{4}-.* +never")
                .doesNotContain(secret);
        try (var files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(
                                new String(
                                        Files.readAllBytes(file),
                                        java.nio.charset.StandardCharsets.ISO_8859_1))
                        .as(file.toString())
                        .doesNotContain(secret);
            }
        }
    }

    @Test
    void onlyTheKeysOfAUserAreListedWhereOneIsNamed() {
        shell.run("key", "create", "--user", "alice").line();
        shell.run("key", "create", "--user", "bob").line();
        assertThat(shell.run("key", "list", "--user", "bob").out())
                .contains("bob")
                .doesNotContain("alice");
        var nobody = shell.run("key", "list", "--user", "carol");
        assertThat(nobody.exitCode()).isZero();
        assertThat(nobody.out().lines()).hasSize(1);
    }

    @Test
    void aKeyIsRevokedOnce() {
        String key = shell.run("key", "create", "--user", "alice").line();
        String id = id(key);
        assertThat(shell.run("key", "revoke", id).line()).isEqualTo("Revoked: " + id);
        assertThat(shell.run("key", "list").out()).contains("revoked");
        var again = shell.run("key", "revoke", id);
        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.out()).isEmpty();
        assertThat(again.err()).contains("robutler key list");
    }

    @Test
    void aWholeKeyGivenInsteadOfItsIdIsNotRepeated() {
        String key = shell.run("key", "create", "--user", "alice").line();
        var wrong = shell.run("key", "revoke", key);
        assertThat(wrong.exitCode()).isEqualTo(1);
        assertThat(wrong.err()).doesNotContain(key.substring(key.lastIndexOf('_') + 1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    --budget  | day          | a budget is like day=5
                    --budget  | year=5       | a budget is like day=5
                    --budget  | day=-1       | a budget is like day=5
                    --budget  | day=1e3      | a budget is like day=5
                    --budget  | =5           | a budget is like day=5
                    --expires | soon         | a lifetime is like 90s
                    --expires | 0s           | a lifetime is like 90s
                    --expires | -5d          | a lifetime is like 90s
                    --scope   | owner        | cannot be granted
                    --scope   | two words    | scope
                    --agent   | a/b          | agent
                    """)
    void whatMakesNoSenseIsRefusedAndLeavesNoKey(String option, String value, String words) {
        var said = shell.run("key", "create", "--user", "alice", option + "=" + value);
        assertThat(said.exitCode()).isEqualTo(2);
        assertThat(said.out()).isEmpty();
        assertThat(said.err()).contains(words).doesNotContain("Exception");
        assertThat(shell.run("key", "list").out().lines()).hasSize(1);
    }

    @Test
    void twoBudgetsOfOnePeriodAreRefused() {
        var said =
                shell.run(
                        "key",
                        "create",
                        "--user",
                        "alice",
                        "--budget",
                        "day=1",
                        "--budget",
                        "day=2");
        assertThat(said.exitCode()).isEqualTo(2);
        assertThat(said.err()).contains("one budget for each period");
    }

    @Test
    void whatIsMissingIsNamed() {
        var userless = shell.run("key", "create");
        assertThat(userless.exitCode()).isEqualTo(2);
        assertThat(userless.err()).contains("--user").contains("key create --help");
        var blank = shell.run("key", "create", "--user", "");
        assertThat(blank.exitCode()).isEqualTo(2);
        assertThat(blank.err()).contains("user");
        assertThat(shell.run("key", "revoke").exitCode()).isEqualTo(2);
        var wordless = new Shell(java.util.List.of(), java.util.Map.of()).run("key");
        assertThat(wordless.exitCode()).isEqualTo(2);
        assertThat(wordless.err()).contains("create").contains("list").contains("revoke");
    }

    @Test
    void aDatabaseThatCannotBeOpenedIsToldInOneLine() throws Exception {
        Path file = Files.writeString(folder.resolve("robutler.db"), "no database ".repeat(100));
        var said = shell.run("key", "list");
        assertThat(said.exitCode()).isEqualTo(1);
        assertThat(said.err()).doesNotContain("Exception").doesNotContain("\tat ");
        assertThat(said.err().lines()).hasSizeLessThanOrEqualTo(2);
        assertThat(Files.size(file)).isEqualTo(1_200);
        var wrong = shell.database("jdbc:mysql://x").run("key", "list");
        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.err()).contains("--database: must begin with jdbc:sqlite:");
    }
}
