package ai.robutler.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Other processes on the same SQLite file: killed in the middle, or beside this one. */
class CrashTest {
    @TempDir Path folder;

    private Process start(String name, int threads, Path file) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dlogback.configurationFile=store-logback.xml",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Writing.class.getName(),
                        file.toString(),
                        name,
                        Integer.toString(threads))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Writes until it is killed, and prints the number of each row once it is written. */
    static final class Writing {
        public static void main(String[] args) throws InterruptedException {
            Database database = Database.open(DatabaseOptions.sqlite(Path.of(args[0])));
            int threads = Integer.parseInt(args[2]);
            var writers =
                    Stream.iterate(0, i -> i + 1)
                            .limit(threads)
                            .map(i -> Thread.ofVirtual().start(() -> write(database, args[1], i)))
                            .toList();
            for (Thread writer : writers) {
                writer.join();
            }
        }

        private static void write(Database database, String name, int thread) {
            for (int i = 0; ; i++) {
                String id = name + "-" + thread + "-" + i;
                database.write(h -> h.execute("INSERT INTO rows VALUES (?)", id));
                synchronized (System.out) {
                    System.out.println(id);
                    System.out.flush();
                }
            }
        }
    }

    private static Database create(Path file) {
        Database database = Database.open(DatabaseOptions.sqlite(file));
        database.write(h -> h.execute("CREATE TABLE rows (id TEXT PRIMARY KEY)"));
        return database;
    }

    private static List<String> rows(Database database) {
        return database.read(h -> h.select("SELECT id FROM rows").mapTo(String.class).list());
    }

    @Test
    void whatWasAcknowledgedSurvivesAKill() throws Exception {
        Path file = folder.resolve("robutler.db");
        create(file).close();
        Process child = start("a", 8, file);
        List<String> acknowledged;
        try (BufferedReader lines = child.inputReader(StandardCharsets.UTF_8)) {
            acknowledged = acknowledged(child, lines);
        }
        assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(500);
        // The last line may be cut off.
        acknowledged.removeLast();
        try (Database database = Database.open(DatabaseOptions.sqlite(file))) {
            assertThat(rows(database)).containsAll(acknowledged);
            String sound =
                    database.read(
                            h -> h.select("PRAGMA integrity_check").mapTo(String.class).one());
            assertThat(sound).isEqualTo("ok");
        }
    }

    /** Kills the child after 500 lines; what it had printed by then and comes late counts too. */
    private static List<String> acknowledged(Process child, BufferedReader lines) {
        var acknowledged = new ArrayList<String>();
        try {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                acknowledged.add(line);
                if (acknowledged.size() == 500) {
                    child.destroyForcibly();
                }
            }
        } catch (IOException e) {
            // The stream of a killed process may be closed instead of ending.
        }
        return acknowledged;
    }

    @Test
    void anotherProcessMayWriteBesideThisOne() throws Exception {
        Path file = folder.resolve("robutler.db");
        try (Database database = create(file)) {
            Process child = start("child", 4, file);
            try (BufferedReader lines = child.inputReader(StandardCharsets.UTF_8)) {
                assertThat(lines.readLine()).startsWith("child-");
                // Both write at once, each as fast as it can.
                for (int i = 0; i < 300; i++) {
                    String id = "own-" + i;
                    database.write(h -> h.execute("INSERT INTO rows VALUES (?)", id));
                    assertThat(lines.readLine()).startsWith("child-");
                }
            } finally {
                child.destroyForcibly();
            }
            assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(rows(database)).filteredOn(id -> id.startsWith("own-")).hasSize(300);
        }
    }

    /** A command beside a busy server gets its turn. */
    @Test
    void aSingleWriteGetsInBetweenThoseOfABusyProcess() throws Exception {
        Path file = folder.resolve("robutler.db");
        try (Database database = create(file)) {
            Process child = start("busy", 50, file);
            var drained = new Thread(() -> drain(child), "drain");
            drained.setDaemon(true);
            try {
                drained.start();
                Eventually.until(() -> rows(database).size() > 1000);
                for (int i = 0; i < 20; i++) {
                    String id = "own-" + i;
                    database.write(h -> h.execute("INSERT INTO rows VALUES (?)", id));
                }
            } finally {
                child.destroyForcibly();
            }
            assertThat(rows(database)).contains("own-19");
        }
    }

    private static void drain(Process child) {
        try {
            child.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
        } catch (IOException e) {
            // It was killed.
        }
    }
}
