package ai.robutler.mcp;

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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** The peers of the npm registry, installed once for each lock file. */
final class NpmProject {
    private static final Path SOURCES = Path.of("src/test/npm");
    private static final Path TARGET = Path.of("target/npm");

    /** The lock of the file keeps processes apart, this one the tests of a process. */
    private static final ReentrantLock INSTALLING = new ReentrantLock();

    private NpmProject() {}

    /** How a program ended, and what it said. */
    record Ran(int status, String output) {}

    /** Installs what is not installed; skips the test where there is no npm, but not in CI. */
    static void install() throws Exception {
        boolean npm = run(Path.of("."), List.of("npm", "--version")).status() == 0;
        assumeTrue(npm || System.getenv("CI") != null, "npm is not installed: peers not run");
        assertThat(npm).as("npm is needed in CI: apt-get install npm").isTrue();
        Files.createDirectories(TARGET);
        INSTALLING.lock();
        try {
            installOnce();
        } finally {
            INSTALLING.unlock();
        }
    }

    private static void installOnce() throws Exception {
        try (var channel =
                        FileChannel.open(
                                TARGET.resolve("lock"),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE);
                var _ = channel.lock()) {
            Path lock = SOURCES.resolve("package-lock.json");
            Path installed = TARGET.resolve("installed");
            boolean fresh = Files.exists(installed) && Files.mismatch(lock, installed) == -1;
            try (var files = Files.list(SOURCES)) {
                for (Path file : files.toList()) {
                    Files.copy(
                            file,
                            TARGET.resolve(file.getFileName()),
                            StandardCopyOption.REPLACE_EXISTING);
                }
            }
            if (!fresh) {
                Ran done = run(TARGET, List.of("npm", "ci", "--no-audit", "--no-fund"));
                assertThat(done.status()).as(done.output()).isZero();
                Files.copy(lock, installed, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    /** Runs a script of a package, or of ours, with the Node that is installed with them. */
    static Ran node(String script, String... arguments) throws Exception {
        var command = new ArrayList<String>(List.of("node_modules/.bin/node", script));
        command.addAll(List.of(arguments));
        return run(TARGET, command);
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
