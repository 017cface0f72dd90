package ai.robutler.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;

/** A PostgreSQL server, and how to connect to it: nothing waits for it without a bound. */
record PostgresServer(DatabaseOptions options) {
    private static final Duration LONGEST_MIGRATION = Duration.ofMinutes(10);
    private static final Duration GRACE = Duration.ofSeconds(2);

    /**
     * Connections that are opened when they are needed.
     *
     * @param also further statements for each new one
     */
    HikariDataSource pool(String name, String also) {
        var config = new HikariConfig();
        config.setPoolName(name);
        config.setJdbcUrl(options.url());
        config.setDataSourceProperties(properties(options.statementTimeout().plus(GRACE)));
        config.setAutoCommit(false);
        config.setMaximumPoolSize(options.connections());
        config.setMinimumIdle(1);
        config.setConnectionTimeout(Math.max(250, options.waitTimeout().toMillis()));
        config.setValidationTimeout(Math.max(250, options.waitTimeout().toMillis() / 2));
        // Whether the server is there shows at the first use.
        config.setInitializationFailTimeout(-1);
        config.setConnectionInitSql(
                "SET SESSION statement_timeout = %1$d; SET SESSION idle_in_transaction_session_timeout = %1$d"
                                .formatted(options.statementTimeout().toMillis())
                        + also);
        return new HikariDataSource(config);
    }

    /** A connection of its own, for statements that may take long. */
    Connection migrationConnection() throws SQLException {
        return DriverManager.getConnection(options.url(), properties(LONGEST_MIGRATION));
    }

    private Properties properties(Duration socketTimeout) {
        var properties = new Properties();
        if (!options.user().isEmpty()) {
            properties.setProperty("user", options.user());
        }
        if (!options.password().isEmpty()) {
            properties.setProperty("password", options.password());
        }
        properties.setProperty("ApplicationName", "robutler");
        properties.setProperty("socketFactory", PostgresSockets.class.getName());
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("connectTimeout", seconds(GRACE));
        properties.setProperty("loginTimeout", seconds(GRACE.plusSeconds(1)));
        properties.setProperty("socketTimeout", seconds(socketTimeout));
        return properties;
    }

    private static String seconds(Duration duration) {
        return Long.toString(Math.max(1, duration.plusMillis(999).toSeconds()));
    }
}
