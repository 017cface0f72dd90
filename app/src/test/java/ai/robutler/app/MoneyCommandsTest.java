package ai.robutler.app;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.store.Database;
import ai.robutler.store.TestDatabase;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

class MoneyCommandsTest {
    @TempDir private Path folder;
    private Shell shell;

    @BeforeEach
    void start() {
        shell = Shell.on(folder);
    }

    private static String tokenId(String words) {
        Matcher matcher = Pattern.compile("pt_[0-9a-f]+").matcher(words);
        assertThat(matcher.find()).as(words).isTrue();
        return matcher.group();
    }

    @Test
    void moneyComesInOnceForEachId() {
        var first = shell.run("account", "credit", "bob", "5.00", "--id", "c1", "--memo", "hello");
        assertThat(first.exitCode()).as(first.err()).isZero();
        assertThat(first.out()).containsPattern("user:bob +5 +0");
        var repeated =
                shell.run("account", "credit", "bob", "5.00", "--id", "c1", "--memo", "hello");
        assertThat(repeated.exitCode()).as(repeated.err()).isZero();
        assertThat(repeated.out()).containsPattern("user:bob +5 +0");
        var other = shell.run("account", "credit", "bob", "6.00", "--id", "c1");
        assertThat(other.exitCode()).isEqualTo(1);
        assertThat(other.err()).isNotBlank().doesNotContain("Exception");
        assertThat(shell.run("account", "credit", "bob", "0.000000001").out())
                .containsPattern("user:bob +5.000000001 +0");
        var statement = shell.run("account", "statement", "bob");
        assertThat(statement.out().lines()).hasSize(4);
        assertThat(statement.out())
                .containsPattern(" 5 +credit +platform:deposits .*hello")
                .contains("Balance: 5.000000001 USD, of which held: 0 USD");
    }

    @Test
    void allAccountsTogetherAreZero() {
        shell.run("account", "credit", "bob", "5");
        shell.run("account", "credit", "user:alice", "2");
        assertThat(shell.run("account", "show").out())
                .containsPattern("platform:deposits +-7 +0")
                .containsPattern("user:alice +2 +0")
                .containsPattern("user:bob +5 +0");
        assertThat(shell.run("account", "show", "bob").out()).doesNotContain("alice");
    }

    @Test
    void anUnknownAccountIsToldAndNotMade() {
        var said = shell.run("account", "show", "nobody");
        assertThat(said.exitCode()).isEqualTo(1);
        assertThat(said.err()).contains("There is no account user:nobody");
        var statement = shell.run("account", "statement", "nobody");
        assertThat(statement.exitCode()).isEqualTo(1);
        assertThat(statement.err()).contains("There is no account user:nobody");
        assertThat(shell.run("account", "show").out()).doesNotContain("nobody");
    }

    @ParameterizedTest
    @ValueSource(strings = {"five", "1e3", "0.0000000001", "1,50", "", "99999999999999999999"})
    void whatIsNoAmountIsRefused(String amount) {
        var credit = shell.run("account", "credit", "bob", amount);
        assertThat(credit.exitCode()).isEqualTo(2);
        assertThat(credit.err()).contains("the amount must be").doesNotContain("Exception");
        var token = shell.run("token", "issue", "bob", "--limit", amount);
        assertThat(token.exitCode()).isEqualTo(2);
        assertThat(token.out()).isEmpty();
        assertThat(shell.run("account", "show").out()).doesNotContain("bob");
    }

    @ParameterizedTest
    @ValueSource(strings = {"platform:fees", "platform:deposits", "user:"})
    void whatCannotPayIsNotCredited(String account) {
        var said = shell.run("account", "credit", account, "1");
        assertThat(said.exitCode()).isIn(1, 2);
        assertThat(said.err()).isNotBlank().doesNotContain("Exception");
        assertThat(shell.run("account", "show").out().lines()).hasSize(1);
    }

    @Test
    void aNegativeAmountIsNoOption() {
        var said = shell.run("account", "credit", "bob", "-5");
        assertThat(said.exitCode()).isEqualTo(2);
        assertThat(shell.run("account", "show").out()).doesNotContain("bob");
    }

    @Test
    void aTokenIsShownOnceAndRevokedOnce() {
        shell.run("account", "credit", "bob", "5");
        var issued =
                shell.run(
                        "token",
                        "issue",
                        "bob",
                        "--limit",
                        "1.50",
                        "--lifetime",
                        "1h",
                        "--agent",
                        "a");
        String token = issued.line();
        assertThat(token.split("\\.")).as("a JWT").hasSize(3);
        assertThat(issued.err()).contains("is good for 1.5 USD until").doesNotContain(token);
        String id = tokenId(issued.err());
        assertThat(
                        shell.run("account", "show").out()
                                + shell.run("account", "statement", "bob").out())
                .doesNotContain(token);
        assertThat(shell.run("token", "revoke", id).line()).isEqualTo("Revoked: " + id);
        var again = shell.run("token", "revoke", id);
        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.err()).contains("There is no token of this id");
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "0s", "-1h", "5"})
    void whatIsNoLifetimeIsRefused(String lifetime) {
        var said = shell.run("token", "issue", "bob", "--limit", "1", "--lifetime=" + lifetime);
        assertThat(said.exitCode()).isEqualTo(2);
        assertThat(said.err()).contains("a lifetime is like 90s");
    }

    @Test
    void aTokenForTooLongOrForNothingIsRefused() {
        var endless = shell.run("token", "issue", "bob", "--limit", "1", "--lifetime", "4000d");
        assertThat(endless.exitCode()).isIn(1, 2);
        assertThat(endless.err()).contains("lifetime");
        var empty = shell.run("token", "issue", "bob", "--limit", "0");
        assertThat(empty.exitCode()).isIn(1, 2);
        assertThat(empty.err()).contains("amount");
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThat(shell.run("token", "issue", "bob").err()).contains("--limit");
        assertThat(shell.run("token", "issue", "--limit", "1").exitCode()).isEqualTo(2);
        assertThat(shell.run("account", "credit", "bob").exitCode()).isEqualTo(2);
        assertThat(shell.run("account", "statement").exitCode()).isEqualTo(2);
        assertThat(shell.run("account", "show", "a", "b").exitCode()).isEqualTo(2);
        for (String limit : new String[] {"0", "many", "1000"}) {
            var said = shell.run("account", "statement", "bob", "--limit", limit);
            assertThat(said.exitCode()).isEqualTo(2);
            assertThat(said.err()).contains("--limit must be a number from 1 to 999");
            assertThat(shell.run("account", "credit", "--help").out())
                    .contains("USER USD\n")
                    .doesNotContain("USER USD USER USD");
        }
    }

    @Test
    void onlySoManyLinesOfAStatementAreShownTheNewestFirst() {
        shell.run("account", "credit", "bob", "1", "--memo", "first");
        shell.run("account", "credit", "bob", "2", "--memo", "second");
        assertThat(shell.run("account", "statement", "bob", "--limit", "1").out())
                .contains("second")
                .doesNotContain("first");
    }

    @Test
    void allOfItWorksOnPostgres() throws Exception {
        try (TestDatabase postgres = TestDatabase.create(Database.Kind.POSTGRESQL)) {
            Shell there =
                    shell.database(postgres.options().url() + "?user=" + postgres.options().user());
            String key = there.run("key", "create", "--user", "bob").line();
            assertThat(there.run("key", "list").out()).contains("bob");
            assertThat(there.run("account", "credit", "bob", "3").out())
                    .containsPattern("user:bob +3 +0");
            var issued = there.run("token", "issue", "bob", "--limit", "1");
            assertThat(there.run("token", "revoke", tokenId(issued.err())).exitCode()).isZero();
            assertThat(there.run("account", "statement", "bob").out()).contains("Balance: 3 USD");
            assertThat(there.run("key", "revoke", key.split("_")[1]).exitCode()).isZero();
        }
        assertThat(folder.resolve("robutler.db")).doesNotExist();
        try (var files = Files.list(folder)) {
            assertThat(files.map(Path::getFileName).map(Path::toString)).containsExactly("keys");
        }
    }
}
