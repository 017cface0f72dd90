package ai.robutler.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** An empty database of its own for a test. What was opened by it is closed with it. */
public final class TestDatabase implements AutoCloseable {
    private final DatabaseOptions options;
    private final Remains remains;
    private final List<String> modules;
    private final List<Database> opened = new ArrayList<>();

    /** What is to be removed in the end. */
    @FunctionalInterface
    private interface Remains {
        void remove() throws IOException;
    }

    private TestDatabase(DatabaseOptions options, Remains remains, List<String> modules) {
        this.options = options;
        this.remains = remains;
        this.modules = modules;
    }

    /** A new one, of either kind. */
    public static TestDatabase create(Database.Kind kind) {
        return switch (kind) {
            case SQLITE -> sqlite(List.of());
            case POSTGRESQL -> postgres(PostgresCluster.EMPTY, List.of());
        };
    }

    /** A new one that has the tables of modules; what migrates them once more costs nothing. */
    public static TestDatabase migrated(Database.Kind kind, String... modules) {
        return modules.length == 0 ? create(kind) : new Template(kind, List.of(modules)).copy();
    }

    /** The file is not there yet. */
    static TestDatabase sqlite(List<String> modules) {
        try {
            Path folder = Files.createTempDirectory("robutler-store");
            return new TestDatabase(
                    DatabaseOptions.sqlite(folder.resolve("test.db")),
                    () -> delete(folder),
                    modules);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static TestDatabase postgres(String template, List<String> modules) {
        String name = PostgresCluster.create(template);
        return new TestDatabase(
                DatabaseOptions.of(PostgresCluster.url(PostgresCluster.port(), name)),
                () -> PostgresCluster.drop(name),
                modules);
    }

    /** How PostgreSQL calls it. */
    String name() {
        return options.url().substring(options.url().lastIndexOf('/') + 1);
    }

    public Database.Kind kind() {
        return options.kind();
    }

    /** How to open it. */
    public DatabaseOptions options() {
        return options;
    }

    /** How to open it through a proxy that leads to {@link #port}. */
    public DatabaseOptions options(TcpProxy proxy) {
        return DatabaseOptions.of(
                        options.url().replace(":" + port() + "/", ":" + proxy.port() + "/"))
                .withUser(options.user(), options.password());
    }

    /** The port of PostgreSQL. */
    public int port() {
        return PostgresCluster.port();
    }

    /** The file of SQLite. */
    public Path file() {
        return options.file();
    }

    /** The database; always the same. */
    public synchronized Database database() {
        return opened.isEmpty() ? open() : opened.getFirst();
    }

    /** Opens it once more, as another node would. */
    public Database open() {
        return open(options);
    }

    /** Opens it with other bounds, or through a proxy. */
    public synchronized Database open(DatabaseOptions other) {
        Database real = Database.open(other);
        Database database = modules.isEmpty() ? real : new MigratedDatabase(real, modules);
        opened.add(database);
        return database;
    }

    @Override
    public synchronized void close() throws IOException {
        opened.forEach(Database::close);
        remains.remove();
    }

    private static void delete(Path folder) throws IOException {
        try (var tree = Files.walk(folder)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
