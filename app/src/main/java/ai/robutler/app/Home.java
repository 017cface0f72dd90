package ai.robutler.app;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Optional;

/**
 * Where the program was called, and where it is installed.
 *
 * @param install the folder that has {@code examples/agents}; absent from a bare jar
 */
record Home(Optional<Path> install) {
    private static final Path EXAMPLES = Path.of("examples", "agents");

    /** How far the examples may be above the classes: target/classes in a module. */
    private static final int LEVELS = 4;

    static Home ofProgram() {
        try {
            CodeSource source = Home.class.getProtectionDomain().getCodeSource();
            return source == null
                    ? new Home(Optional.empty())
                    : above(Path.of(source.getLocation().toURI()));
        } catch (URISyntaxException e) {
            return new Home(Optional.empty());
        }
    }

    private static Home above(Path code) {
        Path at = code.toAbsolutePath().getParent();
        for (int level = 0; level < LEVELS && at != null; level++, at = at.getParent()) {
            if (Files.isDirectory(at.resolve(EXAMPLES))) {
                return new Home(Optional.of(at));
            }
        }
        return new Home(Optional.empty());
    }

    /** The examples beside the program, else the folder {@code agents} where it was called. */
    Path agents() {
        return install.map(path -> shortest(path.resolve(EXAMPLES))).orElse(Path.of("agents"));
    }

    /** As seen from here, when that is not upwards. */
    private static Path shortest(Path path) {
        Path here = Path.of("").toAbsolutePath();
        return path.startsWith(here) ? here.relativize(path) : path;
    }
}
