/**
 * The Model Context Protocol, both ways: agents use the tools of MCP servers, and each agent is an
 * MCP server itself.
 */
@NullMarked
package ai.robutler.mcp;

import org.jspecify.annotations.NullMarked;
