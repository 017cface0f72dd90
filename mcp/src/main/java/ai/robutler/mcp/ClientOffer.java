package ai.robutler.mcp;

import ai.robutler.core.Deadline;
import ai.robutler.core.Json;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * What a server offers.
 *
 * @param faults what it told that cannot be used, each with why
 */
record ClientOffer(
        List<ClientTool> tools, boolean resources, boolean prompts, List<String> faults) {
    private static final int MOST_TOOLS = 500;
    private static final int MOST_PAGES = 50;
    private static final int MOST_FAULTS = 20;
    private static final int LONGEST_DESCRIPTION = 10_000;

    ClientOffer {
        tools = List.copyOf(tools);
        faults = List.copyOf(faults);
    }

    /**
     * Asks the server for its lists.
     *
     * @throws ClientException if it does not tell them
     */
    static ClientOffer read(ClientConnection connection, Deadline deadline) {
        var tools = new ArrayList<ClientTool>();
        var faults = new ArrayList<String>();
        if (connection.has("tools")) {
            var names = new HashSet<String>();
            for (JsonNode told : pages(connection, deadline, faults)) {
                String name = told.path("name").asString("");
                Optional<String> fault =
                        name.isEmpty() || name.length() > 256
                                ? Optional.of("it has no name, or one that is too long")
                                : names.add(name)
                                        ? tool(told, name, tools)
                                        : Optional.of("it is there twice");
                fault.ifPresent(
                        why -> faults.add(ClientException.bounded("'" + name + "': " + why)));
            }
        }
        return new ClientOffer(
                tools,
                connection.has("resources"),
                connection.has("prompts"),
                faults.subList(0, Math.min(MOST_FAULTS, faults.size())));
    }

    /** Every page of the list, as long as it ends. */
    private static List<JsonNode> pages(
            ClientConnection connection, Deadline deadline, List<String> faults) {
        var all = new ArrayList<JsonNode>();
        var cursors = new HashSet<String>();
        String cursor = "";
        for (int page = 0; page < MOST_PAGES; page++) {
            ObjectNode params = Json.object();
            if (!cursor.isEmpty()) {
                params.put("cursor", cursor);
            }
            ObjectNode result = connection.ask("tools/list", params, deadline);
            JsonNode list = result.path("tools");
            if (!list.isArray()) {
                throw new ClientException.Malformed("the server's list of tools is none");
            }
            for (JsonNode each : list) {
                if (all.size() == MOST_TOOLS) {
                    faults.add("it has more than " + MOST_TOOLS + " tools; the rest is left out");
                    return all;
                }
                all.add(each);
            }
            cursor = result.path("nextCursor").asString("");
            if (cursor.isEmpty()) {
                return all;
            }
            if (!cursors.add(cursor)) {
                break;
            }
        }
        faults.add("its list of tools does not end; what came first is used");
        return all;
    }

    private static Optional<String> tool(JsonNode told, String name, List<ClientTool> tools) {
        Optional<String> fault = ClientSchema.fault(told.path("inputSchema"));
        if (fault.isPresent()) {
            return fault;
        }
        String description = told.path("description").asString("");
        if (description.isBlank()) {
            description = told.path("title").asString(name);
        }
        if (description.length() > LONGEST_DESCRIPTION) {
            description = description.substring(0, LONGEST_DESCRIPTION) + " …";
        }
        try {
            ObjectNode schema = (ObjectNode) told.path("inputSchema");
            tools.add(new ClientTool(name, description, schema, ClientParamHeaders.of(schema)));
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}
