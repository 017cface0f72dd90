package ai.robutler.core;

import tools.jackson.databind.JsonNode;

/** What can be wrong with a request only in view of the agent's own tools. */
final class RequestChecks {
    private RequestChecks() {}

    /**
     * @throws InvalidRequestException if the request cannot be run as it is
     */
    static void check(ChatRequest request, Toolbox toolbox) {
        if (request.choices() > 1 && toolbox.hasOwn()) {
            throw InvalidRequestException.of(
                    "n", "This agent has tools of its own and gives one answer: 'n' must be 1.");
        }
        JsonNode choice = request.field("tool_choice");
        String name = Json.text(choice.path("function"), "name");
        if (!name.isEmpty() && !toolbox.isOffered(name)) {
            throw InvalidRequestException.of(
                    "tool_choice",
                    "'tool_choice' names the tool '" + name + "', which is not there.");
        }
    }
}
