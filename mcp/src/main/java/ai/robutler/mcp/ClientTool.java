package ai.robutler.mcp;

import tools.jackson.databind.node.ObjectNode;

/**
 * A tool as its server tells it.
 *
 * @param schema of its arguments, untouched
 * @param headers which arguments HTTP says in headers too
 */
record ClientTool(String name, String description, ObjectNode schema, ClientParamHeaders headers) {}
