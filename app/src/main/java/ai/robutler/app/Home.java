package ai.robutler.app;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Optional;

/**
 * Where the program was called, and where it is installed.
 *
 * @param code the jar of the program, or the folder of its classes
 * @param install the folder that has {@code examples/agents}; absent from a bare jar
 */
record Home(Path code, Optional<Path> install) {
    private static final Path EXAMPLES = Path.of("examples", "agents");

    /** How far the examples may be above the classes: target/classes in a module. */
    private static final int LEVELS = 4;

    static Home ofProgram() {
        try {
            CodeSource source = Home.class.getProtectionDomain().getCodeSource();
            return at(Path.of(source.getLocation().toURI()));
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the program cannot tell where it is", e);
        }
    }

    private static Home at(Path code) {
        Path above = code.toAbsolutePath().getParent();
        for (int level = 0; level < LEVELS && above != null; level++) {
            if (Files.isDirectory(above.resolve(EXAMPLES))) {
                return new Home(code, Optional.of(above));
            }
            above = above.getParent();
        }
        return new Home(code, Optional.empty());
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
