package ai.robutler.app;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;

/**
 * What starts the program of this test's class path as quickly as the launcher does: after a
 * training, once for all tests. The virtual machine only keeps what came from jars.
 */
final class TrainedProgram {
    private static final String MAIN = "ai.robutler.app.Main";

    private final List<String> java;
    private final String path;

    private TrainedProgram(List<String> java, String path) {
        this.java = java;
        this.path = path;
    }

    private static final class Once {
        static final TrainedProgram TRAINED = train();
    }

    /** The words of its command; more may come at the end of its class path. */
    static List<String> command(String classes) {
        return Once.TRAINED.words(classes);
    }

    private List<String> words(String classes) {
        var words = new ArrayList<>(java);
        words.add("-cp");
        words.add(classes.isEmpty() ? path : path + File.pathSeparator + classes);
        words.add(MAIN);
        return words;
    }

    private static TrainedProgram train() {
        try {
            Path folder = Files.createDirectories(Path.of("target", "program").toAbsolutePath());
            String path = jars(folder);
            var java =
                    List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-XX:+UseSerialGC",
                            "-Xlog:disable",
                            "-Xlog:all=off",
                            "--enable-native-access=ALL-UNNAMED");
            String cache = folder.resolve("robutler.aot").toString();
            var training = new ArrayList<>(java);
            training.addAll(List.of("-XX:AOTCacheOutput=" + cache, "-cp", path, MAIN, "train"));
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
            var trained = new ArrayList<>(java);
            trained.add("-XX:AOTCache=" + cache);
            return new TrainedProgram(trained, path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String jars(Path folder) {
        var entries = new ArrayList<String>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path path = Path.of(entry).toAbsolutePath();
            if (Files.isDirectory(path)) {
                entries.add(jar(path, folder.resolve("classes" + entries.size() + ".jar")));
            } else if (Files.exists(path)) {
                entries.add(path.toString());
            }
        }
        return String.join(File.pathSeparator, entries);
    }

    private static String jar(Path classes, Path jar) {
        ToolProvider tool = ToolProvider.findFirst("jar").orElseThrow();
        int exit =
                tool.run(System.out, System.err, "-c0f", jar.toString(), "-C", "" + classes, ".");
        if (exit != 0) {
            throw new IllegalStateException(classes + " does not become a jar");
        }
        return jar.toString();
    }
}
