package ai.robutler.store;

import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * A statement of a {@link Work} that runs with every call, by hand: its arguments are given in the
 * order of their question marks, its columns are read by their numbers, from 1. It does what the
 * handle's own statements do, with less work. May be run again with new arguments before it is
 * closed. What fails ends the work, as always.
 */
public final class Prepared implements AutoCloseable {
    /** Carries what the driver said; {@link SqlFailures} looks for it. */
    static final class Failure extends RuntimeException {
        Failure(SQLException cause) {
            super(cause);
        }
    }

    private final String sql;
    private final @Nullable KeptStatements kept;
    private final PreparedStatement statement;
    private @Nullable ResultSet rows;
    private int given;

    private Prepared(Handle handle, String sql) throws SQLException {
        this.sql = sql;
        kept = handle.getStatementBuilder() instanceof KeptStatements own ? own : null;
        // PostgreSQL's driver keeps them itself.
        statement =
                kept == null
                        ? handle.getConnection().prepareStatement(sql)
                        : kept.take(handle.getConnection(), sql);
    }

    /** Prepares it, or takes it as it was prepared for the same connection before. */
    public static Prepared of(Handle handle, String sql) {
        try {
            return new Prepared(handle, sql);
        } catch (SQLException e) {
            throw new Failure(e);
        }
    }

    /** The next argument. */
    public Prepared with(String value) {
        try {
            statement.setString(++given, value);
            return this;
        } catch (SQLException e) {
            throw new Failure(e);
        }
    }

    /** The next argument. */
    public Prepared with(long value) {
        try {
            statement.setLong(++given, value);
            return this;
        } catch (SQLException e) {
            throw new Failure(e);
        }
    }

    /** The next argument, an array of PostgreSQL's. */
    public Prepared with(String type, Object[] values) {
        try {
            statement.setArray(++given, statement.getConnection().createArrayOf(type, values));
            return this;
        } catch (SQLException e) {
            throw new Failure(e);
        }
    }

    /** Runs it; how many rows it changed. */
    public int update() {
        try {
            given = 0;
            return statement.executeUpdate();
        } catch (SQLException e) {
            throw new Failure(e);
        }
    }

    /** Runs it; {@link #next} goes to its first row. */
    public Prepared query() {
        try {
            given = 0;
            rows = statement.executeQuery();
            return this;
        } catch (SQLException e) {
            throw new Failure(e);
        }
    }

    /** Goes to the next row; false if there is none. */
    public boolean next() {
        try {
            return rows().next();
        } catch (SQLException e) {
            throw new Failure(e);
        }
    }

    /** A text of the row, which is not null. */
    public String text(int column) {
        try {
            return rows().getString(column);
        } catch (SQLException e) {
            throw new Failure(e);
        }
    }

    /** A number of the row. */
    public long number(int column) {
        try {
            return rows().getLong(column);
        } catch (SQLException e) {
            throw new Failure(e);
        }
    }

    /** An array of numbers of the row, on PostgreSQL. */
    public Long[] numbers(int column) {
        try {
            return (Long[]) rows().getArray(column).getArray();
        } catch (SQLException e) {
            throw new Failure(e);
        }
    }

    /** No more of its rows is wanted. */
    public void endRows() {
        try {
            rows().close();
            rows = null;
        } catch (SQLException e) {
            throw new Failure(e);
        }
    }

    private ResultSet rows() {
        ResultSet open = rows;
        if (open == null) {
            throw new IllegalStateException("the statement has not been run");
        }
        return open;
    }

    @Override
    public void close() {
        try {
            if (rows != null) {
                rows.close();
            }
            if (kept == null) {
                statement.close();
            } else {
                kept.give(sql, statement);
            }
        } catch (SQLException e) {
            throw new Failure(e);
        }
    }
}
