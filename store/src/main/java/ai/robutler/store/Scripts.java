package ai.robutler.store;

import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.resource.LoadableResource;
import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The scripts of one module for one kind of database. Flyway asks for them here. */
record Scripts(String module, Database.Kind kind, List<Script> all) implements ResourceProvider {
    Scripts {
        all = List.copyOf(all);
    }

    static Scripts of(String module, Database.Kind kind, ScriptFolders folders) {
        String dialect =
                switch (kind) {
                    case SQLITE -> "sqlite";
                    case POSTGRESQL -> "postgresql";
                };
        String folder = "ai/robutler/" + module + "/migrations/";
        return new Scripts(
                module,
                kind,
                Stream.of("common", dialect)
                        .flatMap(part -> folders.scripts(folder + part).stream())
                        .toList());
    }

    String history() {
        return module + "_schema_history";
    }

    /**
     * Whether the history has just these scripts, word for word. Then there is nothing to do, and
     * Flyway, which takes its time, is not asked.
     */
    boolean haveRun(Connection connection) throws SQLException {
        if (!hasHistory(connection)) {
            return false;
        }
        var expected = new HashMap<String, Integer>();
        all.forEach(script -> expected.put(script.version(), script.checksum()));
        Map<String, Integer> found = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                "SELECT version, checksum FROM "
                                        + history()
                                        + " WHERE type = 'SQL' AND success")) {
            while (rows.next()) {
                found.put(rows.getString(1), rows.getInt(2));
            }
        }
        return expected.size() == all.size() && expected.equals(found);
    }

    private boolean hasHistory(Connection connection) throws SQLException {
        String question =
                switch (kind) {
                    case SQLITE -> "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?";
                    case POSTGRESQL -> "SELECT 1 FROM pg_class WHERE oid = to_regclass(?)";
                };
        try (PreparedStatement statement = connection.prepareStatement(question)) {
            statement.setString(1, history());
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    @Override
    @SuppressWarnings("NullAway") // The contract of Flyway: null is "none".
    public @Nullable LoadableResource getResource(String name) {
        return all.stream()
                .filter(script -> script.getFilename().equals(name))
                .findFirst()
                .orElse(null);
    }

    @Override
    public Collection<LoadableResource> getResources(String prefix, String[] suffixes) {
        return all.stream()
                .filter(script -> script.getFilename().startsWith(prefix))
                .filter(script -> Stream.of(suffixes).anyMatch(script.getFilename()::endsWith))
                .map(LoadableResource.class::cast)
                .toList();
    }
}
