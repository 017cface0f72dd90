package ai.robutler.server;

import ai.robutler.core.Agent;
import ai.robutler.core.AgentEndpoint;
import ai.robutler.core.Caller;
import ai.robutler.core.Json;
import ai.robutler.core.ToolDefinition;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;

/** What there is: the server, its agents, one agent; each caller sees what it may use. */
final class InfoRoutes {
    private final Agents agents;
    private final Links links;
    private final LandingPage page;
    private final List<AgentEndpoint> ofEveryAgent;

    InfoRoutes(Agents agents, Links links, LandingPage page, List<AgentEndpoint> ofEveryAgent) {
        this.agents = agents;
        this.ofEveryAgent = ofEveryAgent;
        this.links = links;
        this.page = page;
    }

    Reply root(Exchange exchange, String name) {
        List<Agent> visible = agents.admitting(exchange.caller());
        String base = links.agents(exchange.head());
        if (wantsHtml(exchange.head())) {
            return Reply.text("text/html; charset=utf-8", page.html(visible, base))
                    .with(
                            "Content-Security-Policy",
                            "default-src 'none'; style-src 'unsafe-inline'")
                    .with("Vary", "Accept");
        }
        var json = Json.object().put("name", "robutler").put("version", Version.CURRENT);
        json.set("agents", list(visible, base));
        json.set("endpoints", endpoints(links.server(exchange.head()), base));
        return Reply.json(json).with("Vary", "Accept");
    }

    /** Browsers name HTML; API clients take anything. */
    private static boolean wantsHtml(RequestHead head) {
        return head.headers("Accept").stream().anyMatch(accept -> accept.contains("text/html"));
    }

    private static ObjectNode endpoints(String server, String base) {
        return Json.object()
                .put("agents", base + "/agents")
                .put("models", base + "/v1/models")
                .put("chat_completions", base + "/v1/chat/completions")
                .put("health", server + "/health")
                .put("metrics", server + "/metrics");
    }

    Reply agents(Exchange exchange, String name) {
        List<Agent> visible = agents.admitting(exchange.caller());
        var json = Json.object();
        json.set("agents", list(visible, links.agents(exchange.head())));
        return Reply.json(json.put("total", visible.size()));
    }

    private static ArrayNode list(List<Agent> agents, String base) {
        ArrayNode list = Json.array();
        agents.forEach(agent -> list.add(summary(agent, base)));
        return list;
    }

    private static ObjectNode summary(Agent agent, String base) {
        return Json.object()
                .put("name", agent.name())
                .put("description", agent.description())
                .put("url", base + "/" + agent.name())
                .put("model", agent.model());
    }

    Reply agent(Exchange exchange, String name) {
        Agent agent = Access.agent(agents, exchange, name);
        String base = links.agents(exchange.head());
        ObjectNode json = summary(agent, base);
        json.set("skills", Json.tree(agent.skillNames()));
        ArrayNode tools = json.putArray("tools");
        agent.tools(exchange.caller()).forEach(tool -> tools.add(describe(tool)));
        json.set("intents", Json.tree(agent.intents()));
        json.set("endpoints", endpoints(agent, exchange.caller(), base + "/" + agent.name()));
        return Reply.json(json);
    }

    private static ObjectNode describe(ToolDefinition tool) {
        ObjectNode json =
                Json.object().put("name", tool.name()).put("description", tool.description());
        if (tool.parameters().isObject()) {
            json.set("parameters", tool.parameters());
        }
        return json;
    }

    private ObjectNode endpoints(Agent agent, Caller caller, String url) {
        ObjectNode json =
                Json.object()
                        .put("chat_completions", url + "/chat/completions")
                        .put("models", url + "/models")
                        .put("health", url + "/health");
        ArrayNode own = json.putArray("own");
        var endpoints = new ArrayList<>(agent.endpoints());
        // Those without a word about themselves are ways to others.
        ofEveryAgent.stream().filter(each -> !each.description().isEmpty()).forEach(endpoints::add);
        for (AgentEndpoint endpoint : endpoints) {
            if (endpoint.scope().admits(caller, agent.owner())) {
                own.addObject()
                        .put("method", endpoint.method())
                        .put("url", url + endpoint.path())
                        .put("description", endpoint.description());
            }
        }
        return json;
    }

    /** Who lists agents elsewhere looks here, without credentials. */
    Reply agentHealth(Exchange exchange, String name) {
        Agent agent = Access.shown(agents, exchange, name);
        return Reply.json(
                Json.object()
                        .put("status", "healthy")
                        .put("agent", agent.name())
                        .put("model", agent.model()));
    }
}
