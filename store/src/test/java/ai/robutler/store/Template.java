package ai.robutler.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A database that has the tables of some modules: made once in a process, then copied. */
record Template(Database.Kind kind, List<String> modules) {
    private static final Map<Template, TestDatabase> MADE = new ConcurrentHashMap<>();

    Template {
        modules = List.copyOf(modules);
    }

    /** A copy. */
    TestDatabase copy() {
        TestDatabase original = MADE.computeIfAbsent(this, Template::make);
        return switch (kind) {
            case SQLITE -> copy(original.file());
            case POSTGRESQL -> TestDatabase.postgres(original.name(), modules);
        };
    }

    private TestDatabase copy(Path original) {
        TestDatabase copy = TestDatabase.sqlite(modules);
        try {
            Files.copy(original, copy.file(), StandardCopyOption.COPY_ATTRIBUTES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return copy;
    }

    /** Nobody is connected to it any more. */
    private TestDatabase make() {
        TestDatabase original = TestDatabase.create(kind);
        try (Database database = Database.open(original.options())) {
            modules.forEach(database::migrate);
        }
        return original;
    }
}
