package ai.robutler.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Peers of the npm registry, installed once for each lock file, and the Node that they run with,
 * which is one for all modules.
 *
 * @param folder where they are installed
 * @param node the program
 */
public record NpmProject(Path folder, Path node) {

    /** The lock of a file keeps processes apart, this one the tests of a process. */
    private static final ReentrantLock INSTALLING = new ReentrantLock();

    /** How a program ended, and what it said. */
    public record Ran(int status, String output) {}

    /**
     * Installs what is not installed, with the scripts beside it; skips the test where there is no
     * npm, but not in CI.
     *
     * @param sources a folder of this module with {@code package.json} and its lock file
     */
    public static NpmProject of(Path sources) throws Exception {
        boolean npm = run(Path.of("."), List.of("npm", "--version")).status() == 0;
        assumeTrue(npm || System.getenv("CI") != null, "npm is not installed: peers not run");
        assertThat(npm).as("npm is needed in CI: apt-get install npm").isTrue();
        INSTALLING.lock();
        try {
            Path target = Path.of("target", sources.getFileName().toString());
            install(sources, target.toAbsolutePath());
            return new NpmProject(target.toAbsolutePath(), installNode());
        } finally {
            INSTALLING.unlock();
        }
    }

    private static Path installNode() throws Exception {
        Path target = root().resolve("target", "node");
        install(root().resolve("testkit", "src", "test", "node"), target);
        return target.resolve("node_modules", ".bin", "node");
    }

    /** The folder of the whole build. */
    private static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve(".mvn"))) {
            folder = Objects.requireNonNull(folder.getParent(), "not in a build of Maven");
        }
        return folder;
    }

    private static void install(Path sources, Path target) throws Exception {
        Files.createDirectories(target);
        try (var channel =
                        FileChannel.open(
                                target.resolve("lock"),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE);
                var _ = channel.lock()) {
            Path lock = sources.resolve("package-lock.json");
            Path installed = target.resolve("installed");
            boolean fresh = Files.exists(installed) && Files.mismatch(lock, installed) == -1;
            try (var files = Files.list(sources)) {
                for (Path file : files.toList()) {
                    Files.copy(
                            file,
                            target.resolve(file.getFileName()),
                            StandardCopyOption.REPLACE_EXISTING);
                }
            }
            if (!fresh) {
                Ran done = run(target, List.of("npm", "ci", "--no-audit", "--no-fund"));
                assertThat(done.status()).as(done.output()).isZero();
                Files.copy(lock, installed, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    /** The words that run a script of a package, or of ours. */
    public List<String> command(String script, String... arguments) {
        var command = new ArrayList<>(List.of(node.toString(), folder.resolve(script).toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Runs a script to its end. */
    public Ran run(String script, String... arguments) throws Exception {
        return run(folder, command(script, arguments));
    }

    private static Ran run(Path folder, List<String> command) throws Exception {
        var builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().put("NO_COLOR", "1");
        builder.redirectErrorStream(true);
        Process process;
        try {
            process = builder.start();
        } catch (IOException _) {
            return new Ran(127, command.getFirst() + " is not installed");
        }
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(5, TimeUnit.MINUTES)) {
            process.destroyForcibly();
        }
        return new Ran(process.waitFor(), output);
    }
}
