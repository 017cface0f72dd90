package ai.robutler.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The program as a process of its own, from this test's class path. */
final class Program implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** The lines of one stream, as they come. */
    private static final class Lines {
        private final List<String> lines = new ArrayList<>();
        private final CountDownLatch end = new CountDownLatch(1);

        static Lines of(InputStream in, String name) {
            var lines = new Lines();
            Thread.ofVirtual().name(name).start(() -> lines.read(in));
            return lines;
        }

        private void read(InputStream in) {
            try (var reader =
                    new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    add(line);
                }
            } catch (IOException e) {
                add("reading ended: " + e);
            } finally {
                finish();
            }
        }

        private synchronized void add(String line) {
            lines.add(line);
            notifyAll();
        }

        private synchronized void finish() {
            end.countDown();
            notifyAll();
        }

        synchronized String first(Predicate<String> wanted) throws InterruptedException {
            long limit = System.nanoTime() + PATIENCE.toNanos();
            while (true) {
                for (String line : lines) {
                    if (wanted.test(line)) {
                        return line;
                    }
                }
                long left = TimeUnit.NANOSECONDS.toMillis(limit - System.nanoTime());
                boolean more = left > 0 && end.getCount() > 0;
                assertThat(more).as("a line to come after " + lines).isTrue();
                wait(left);
            }
        }

        synchronized String text() {
            return String.join("\n", lines);
        }

        void awaitEnd() throws InterruptedException {
            assertThat(end.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }
    }

    private final Process process;
    private final Lines out;
    private final Lines err;

    private Program(Process process) {
        this.process = process;
        this.out = Lines.of(process.getInputStream(), "out");
        this.err = Lines.of(process.getErrorStream(), "err");
    }

    /** Starts it in a folder, with just these Robutler variables in its environment. */
    static Program start(Path folder, Map<String, String> environment, String... arguments) {
        return start(folder, environment, command(), List.of(arguments));
    }

    /** Starts it with more on its class path. */
    static Program startWith(String classes, Path folder, String... arguments) {
        return start(folder, Map.of(), command(classes), List.of(arguments));
    }

    private static Program start(
            Path folder,
            Map<String, String> environment,
            List<String> program,
            List<String> arguments) {
        var command = new ArrayList<>(program);
        command.addAll(arguments);
        var builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("ROBUTLER_"));
        builder.environment().putAll(environment);
        try {
            return new Program(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What starts the program, without its arguments. */
    static List<String> command() {
        return command("");
    }

    /** The same, with more on its class path. */
    static List<String> command(String classes) {
        return TrainedProgram.command(classes);
    }

    /** Waits until it serves. */
    String url() throws InterruptedException {
        try {
            return out.first(each -> each.startsWith("Robutler ready on ")).split(" ")[3];
        } catch (AssertionError e) {
            throw new AssertionError("it does not serve: " + err(), e);
        }
    }

    void say(String input) throws IOException {
        process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
    }

    String errorLine(String part) throws InterruptedException {
        return err.first(line -> line.contains(part));
    }

    /** Asks it to stop, as an init system does. */
    void terminate() {
        process.destroy();
    }

    /** Ends it in the middle of whatever it does, and waits until it is gone. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    int exitCode() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        out.awaitEnd();
        err.awaitEnd();
        return process.exitValue();
    }

    String out() {
        return out.text();
    }

    String err() {
        return err.text();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
