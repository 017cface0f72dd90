package ai.robutler.store;

import org.jdbi.v3.core.statement.DefaultStatementBuilder;
import org.jdbi.v3.core.statement.StatementBuilder;
import org.jdbi.v3.core.statement.StatementContext;

import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The prepared statements of one connection, kept for their next use: SQLite takes longer to
 * compile most of them than to run them. Used by one thread. They end with their connection.
 */
final class KeptStatements implements StatementBuilder {
    private static final int MOST = 256;

    private final StatementBuilder plain =
            DefaultStatementBuilder.FACTORY.createStatementBuilder(null);
    private final Map<String, PreparedStatement> free = new LinkedHashMap<>(16, 0.75f, true);

    @Override
    public Statement create(Connection connection, StatementContext context) throws SQLException {
        return plain.create(connection, context);
    }

    @Override
    public PreparedStatement create(Connection connection, String sql, StatementContext context)
            throws SQLException {
        return take(connection, sql);
    }

    /** A statement that nobody else has until it is given back. */
    PreparedStatement take(Connection connection, String sql) throws SQLException {
        PreparedStatement kept = free.remove(sql);
        return kept == null ? connection.prepareStatement(sql) : kept;
    }

    @Override
    public CallableStatement createCall(Connection connection, String sql, StatementContext context)
            throws SQLException {
        return plain.createCall(connection, sql, context);
    }

    @Override
    public void close(Connection connection, String sql, Statement statement) throws SQLException {
        if (!(statement instanceof PreparedStatement prepared) || statement.isClosed()) {
            statement.close();
            return;
        }
        give(sql, prepared);
    }

    void give(String sql, PreparedStatement prepared) throws SQLException {
        prepared.clearParameters();
        PreparedStatement other = free.put(sql, prepared);
        if (other != null) {
            other.close();
        }
        if (free.size() > MOST) {
            var eldest = free.entrySet().iterator().next();
            free.remove(eldest.getKey());
            eldest.getValue().close();
        }
    }
}
