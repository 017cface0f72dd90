/** Agents and how they run, free of HTTP and SQL. */
@NullMarked
package ai.robutler.core;

import org.jspecify.annotations.NullMarked;
