/** The database: SQLite or PostgreSQL, migrations, transactions. */
@NullMarked
package ai.robutler.store;

import org.jspecify.annotations.NullMarked;
