package ai.robutler.app;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What starts the program of this test's class path as quickly as the launcher does: after a
 * training, once for all tests of all processes. The virtual machine only keeps what came from
 * jars.
 */
final class TrainedProgram {
    private static final String MAIN = "ai.robutler.app.Main";

    private final Path folder;
    private final List<String> java;
    private final List<Path> entries = new ArrayList<>();
    private final String path;

    private TrainedProgram(Path folder) {
        this.folder = folder;
        java =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xlog:disable",
                        "-Xlog:all=off",
                        "--enable-native-access=ALL-UNNAMED");
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path file = Path.of(entry).toAbsolutePath();
            if (Files.exists(file)) {
                entries.add(file);
            }
        }
        path =
                entries.stream()
                        .map(entry -> Files.isDirectory(entry) ? jarOf(entry) : entry)
                        .map(Path::toString)
                        .collect(Collectors.joining(File.pathSeparator));
    }

    private static final class Once {
        static final TrainedProgram TRAINED = trained();
    }

    /** The words of its command; more may come at the end of its class path. */
    static List<String> command(String classes) {
        return Once.TRAINED.words(classes);
    }

    private List<String> words(String classes) {
        var words = new ArrayList<>(java);
        words.add("-XX:AOTCache=" + cache());
        words.add("-Dorg.sqlite.lib.path=" + natives());
        // Most live for a moment: what is compiled ahead of its need never pays.
        words.add("-XX:+UnlockDiagnosticVMOptions");
        words.add("-XX:-AOTReplayTraining");
        words.add("-cp");
        words.add(path + (classes.isEmpty() ? "" : File.pathSeparator + classes));
        words.add(MAIN);
        return words;
    }

    private Path cache() {
        return folder.resolve("program.aot");
    }

    private Path natives() {
        return folder.resolve("natives");
    }

    private static TrainedProgram trained() {
        try {
            Path folder = Files.createDirectories(Path.of("target", "program").toAbsolutePath());
            var program = new TrainedProgram(folder);
            try (var file =
                            FileChannel.open(
                                    folder.resolve("lock"),
                                    StandardOpenOption.CREATE,
                                    StandardOpenOption.WRITE);
                    var _ = file.lock()) {
                if (program.isStale()) {
                    program.train();
                }
            }
            return program;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean isStale() throws IOException {
        if (!Files.exists(cache())) {
            return true;
        }
        FileTime trained = Files.getLastModifiedTime(cache());
        for (Path entry : entries) {
            try (Stream<Path> files = Files.walk(entry)) {
                for (Path file : (Iterable<Path>) files::iterator) {
                    if (Files.getLastModifiedTime(file).compareTo(trained) > 0) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private void train() throws IOException, InterruptedException {
        for (Path entry : entries) {
            if (Files.isDirectory(entry)) {
                jar(entry);
            }
        }
        Path fresh = folder.resolve("fresh.aot");
        var training = new ArrayList<>(java);
        training.addAll(
                List.of(
                        "-XX:AOTCacheOutput=" + fresh,
                        "-cp",
                        path,
                        MAIN,
                        "train",
                        natives().toString()));
        File log = folder.resolve("train.log").toFile();
        Process process =
                new ProcessBuilder(training)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log)
                        .start();
        if (!process.waitFor(2, TimeUnit.MINUTES) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IllegalStateException("the training failed, see " + log);
        }
        Files.move(fresh, cache(), StandardCopyOption.REPLACE_EXISTING);
    }

    private Path jarOf(Path classes) {
        return folder.resolve(classes.getFileName() + ".jar");
    }

    private void jar(Path classes) {
        ToolProvider tool = ToolProvider.findFirst("jar").orElseThrow();
        String jar = jarOf(classes).toString();
        if (tool.run(System.out, System.err, "-c0f", jar, "-C", classes.toString(), ".") != 0) {
            throw new IllegalStateException(classes + " does not become a jar");
        }
    }
}
