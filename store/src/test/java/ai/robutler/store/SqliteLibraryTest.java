package ai.robutler.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

class SqliteLibraryTest {
    @TempDir private Path folder;

    /** Opens a database. */
    static final class Opening {
        public static void main(String[] arguments) {
            var options = DatabaseOptions.sqlite(Path.of(arguments[0]));
            try (Database database = Database.open(options)) {
                System.out.println(
                        database.<String>read(
                                handle ->
                                        handle.createQuery("SELECT 'open'")
                                                .mapTo(String.class)
                                                .one()));
            }
        }
    }

    @Test
    void theDriverUnpacksNothingWhereTheLibraryIs() throws Exception {
        Path natives = folder.resolve("a folder");

        String without = open(natives);
        SqliteLibrary.unpack(natives);
        SqliteLibrary.unpack(natives);

        assertThat(without).doesNotEndWith("open\n").contains("sqlite");
        assertThat(open(natives)).endsWith("open\n");
    }

    /** In a process that has no folder to unpack anything to. */
    private String open(Path natives) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-Dorg.sqlite.lib.path=" + natives,
                                "-Djava.io.tmpdir=" + folder.resolve("missing"),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Opening.class.getName(),
                                folder.resolve("test.db").toString())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said;
    }
}
