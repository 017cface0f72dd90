package ai.robutler.app;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Runs commands in this process, each with input and output of its own.
 *
 * @param always the options that each command ends with
 */
record Shell(List<String> always, Map<String, String> environment) {
    Shell {
        always = List.copyOf(always);
        environment = Map.copyOf(environment);
    }

    /** On SQLite in a data folder. */
    static Shell on(Path data) {
        return new Shell(List.of("--data", data.toString()), Map.of());
    }

    /** The same data folder, with another database. */
    Shell database(String url) {
        return new Shell(
                Stream.concat(always.stream(), Stream.of("--database", url)).toList(), environment);
    }

    /** What a command said, and how it ended. */
    record Said(int exitCode, String out, String err) {
        /** Its only line of output. */
        String line() {
            if (exitCode != 0 || out.lines().count() != 1) {
                throw new AssertionError("not one line, and well: " + this);
            }
            return out.strip();
        }
    }

    Said run(String... arguments) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var io =
                new Io(
                        InputStream.nullInputStream(),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        new Environment(environment),
                        Home.ofProgram());
        String[] all = Stream.concat(Stream.of(arguments), always.stream()).toArray(String[]::new);
        int exitCode = Main.run(all, io);
        return new Said(
                exitCode,
                out.toString(StandardCharsets.UTF_8),
                err.toString(StandardCharsets.UTF_8));
    }
}
