package ai.robutler.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.time.Duration;

class DatabaseOptionsTest {

    @Test
    void boundsHaveDefaults() {
        var options = DatabaseOptions.sqlite(Path.of("a.db"));
        assertThat(options.statementTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(options.waitTimeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(options.connections()).isEqualTo(10);
        assertThat(options.queue()).isEqualTo(1000);
        assertThat(options.kind()).isEqualTo(Database.Kind.SQLITE);
    }

    @Test
    void thePasswordLeavesTheUrl() {
        var options =
                DatabaseOptions.of(
                        "jdbc:postgresql://db:5433/robutler?user=me&ssl=true&password=s3cr%25t");
        assertThat(options.url()).isEqualTo("jdbc:postgresql://db:5433/robutler?ssl=true");
        assertThat(options.user()).isEqualTo("me");
        assertThat(options.password()).isEqualTo("s3cr%t");
        assertThat(options).hasToString("jdbc:postgresql://db:5433/robutler");
        assertThat(options.kind()).isEqualTo(Database.Kind.POSTGRESQL);
    }

    @Test
    void userAndPasswordCanBeGivenApart() {
        var options = DatabaseOptions.of("jdbc:postgresql:robutler?password=a").withUser("u", "b");
        assertThat(options.user()).isEqualTo("u");
        assertThat(options.password()).isEqualTo("b");
        assertThat(options.url()).isEqualTo("jdbc:postgresql:robutler");
        assertThat(options.toString()).doesNotContain("b\"").isEqualTo("jdbc:postgresql:robutler");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:sqlite::memory:",
                "jdbc:sqlite:",
                "jdbc:sqlite: ",
                "jdbc:sqlite:file::memory:?cache=shared",
                "jdbc:sqlite:file:a.db?mode=memory",
                "jdbc:sqlite::resource:a.db",
                "jdbc:sqlite:a.db?synchronous=OFF"
            })
    void sqliteIsAPlainFile(String url) {
        assertThatThrownBy(() -> DatabaseOptions.of(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("jdbc:sqlite:robutler.db");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://me:hunter2@db/robutler",
                "postgresql://me:hunter2@db/robutler",
                "jdbc:mysql://db/robutler?password=hunter2",
                "jdbc:postgresql://db/robutler?password=hunter2%",
                "hunter2"
            })
    void wrongUrlsAreRefusedWithoutTheirPassword(String url) {
        assertThatThrownBy(() -> DatabaseOptions.of(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("hunter2")
                .hasNoCause();
    }

    @Test
    void boundsAreChecked() {
        var options = DatabaseOptions.sqlite(Path.of("a.db"));
        assertThatThrownBy(() -> options.withConnections(0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> options.withQueue(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> options.withStatementTimeout(Duration.ZERO))
                .hasMessageContaining("statementTimeout");
        assertThatThrownBy(() -> options.withWaitTimeout(Duration.ofDays(2)))
                .hasMessageContaining("waitTimeout");
    }
}
