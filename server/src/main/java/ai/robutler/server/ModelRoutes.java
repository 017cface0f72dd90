package ai.robutler.server;

import ai.robutler.core.Agent;
import ai.robutler.core.Json;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.time.Instant;
import java.util.List;

/** Agents as models. Source of the format: OpenAI, "Models". */
final class ModelRoutes {
    private final Agents agents;
    private final long created = Instant.now().getEpochSecond();

    ModelRoutes(Agents agents) {
        this.agents = agents;
    }

    Reply all(Exchange exchange, String name) {
        return list(agents.admitting(exchange.caller()));
    }

    Reply ofAgent(Exchange exchange, String name) {
        return list(List.of(Access.agent(agents, exchange, name)));
    }

    Reply byId(Exchange exchange, String name) {
        return Reply.json(model(Access.agent(agents, exchange, name)));
    }

    private Reply list(List<Agent> visible) {
        var json = Json.object().put("object", "list");
        ArrayNode data = json.putArray("data");
        visible.forEach(agent -> data.add(model(agent)));
        return Reply.json(json);
    }

    private ObjectNode model(Agent agent) {
        return Json.object()
                .put("id", agent.name())
                .put("object", "model")
                .put("created", created)
                .put("owned_by", agent.owner().isEmpty() ? "robutler" : agent.owner());
    }
}
