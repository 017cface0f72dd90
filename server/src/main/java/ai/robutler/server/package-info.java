/** Agents over HTTP: routes, Chat Completions in and out, events, health, metrics, limits. */
@NullMarked
package ai.robutler.server;

import org.jspecify.annotations.NullMarked;
