package ai.robutler.nli;

import ai.robutler.core.Agent;
import ai.robutler.core.EndpointReply;
import ai.robutler.core.HttpEndpoint;
import ai.robutler.core.InvalidRequestException;
import ai.robutler.core.RunContext;
import ai.robutler.core.Scope;

/** The card of the agent that answers for the whole server: the configured one, or the first. */
final class RootCard {
    private final Here here;
    private final AgentCards cards;
    private final String configured;

    /**
     * @param configured the name of an agent, "" for the first that is open to everybody
     */
    RootCard(Here here, AgentCards cards, String configured) {
        this.here = here;
        this.cards = cards;
        this.configured = configured;
    }

    @HttpEndpoint(
            path = "/agent-card.json",
            description = "The card of the agent that answers for this server.")
    EndpointReply card(RunContext context) {
        return cards.reply(agent(), context.header("If-None-Match"));
    }

    private Agent agent() {
        return here.names().stream()
                .filter(name -> configured.isEmpty() || configured.equals(name))
                .flatMap(name -> here.find(name).stream())
                .filter(agent -> agent.scope().equals(Scope.ALL))
                .findFirst()
                .orElseThrow(
                        () ->
                                InvalidRequestException.notFound(
                                        "not_found",
                                        "",
                                        "No agent answers for this server. GET /agents lists"
                                                + " those there are."));
    }
}
