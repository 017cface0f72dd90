package ai.robutler.discovery;

import ai.robutler.core.Caller;
import ai.robutler.core.EndpointReply;
import ai.robutler.core.HttpEndpoint;
import ai.robutler.core.InvalidRequestException;
import ai.robutler.core.Json;
import ai.robutler.core.Param;
import ai.robutler.core.RunContext;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.Optional;

/**
 * The registry over HTTP, for people and other servers; mounted at {@code /api}. Everybody may ask,
 * and is told of agents that he may talk to; who publishes is known. Texts in the answers are the
 * owners' words: data, and never instructions.
 */
public final class DiscoveryApi {
    private static final int PAGE = 50;

    private final Registry registry;

    DiscoveryApi(Registry registry) {
        this.registry = registry;
    }

    /** {@code {intent, top_k, filters: {max_price, owner, scope, tags, health}}}: the best. */
    @HttpEndpoint(
            path = "/intents/search",
            method = "POST",
            description = "Finds agents by what they can do.")
    public ObjectNode search(@HttpEndpoint.Body JsonNode body, RunContext context) {
        return Wire.results(registry.search(Body.of(body).query(), context.caller()));
    }

    /** The same. */
    @HttpEndpoint(
            path = "/discovery",
            method = "POST",
            description = "Finds agents by what they can do.")
    public ObjectNode discover(@HttpEndpoint.Body JsonNode body, RunContext context) {
        return search(body, context);
    }

    /** The same, without filters. */
    @HttpEndpoint(path = "/discovery", description = "Finds agents by what they can do.")
    public ObjectNode discovery(
            @Param("What is wanted, in your own words") String intent,
            @Param("1 to 50; 10 by default") Optional<Integer> top_k,
            RunContext context) {
        Query query = Query.of(intent, top_k.orElse(Wire.TOP));
        return Wire.results(registry.search(query, context.caller()));
    }

    /**
     * {@code {agent, url, description, intents, tags, scope, price, ttl_seconds}}: 200 once it is
     * listed, 202 with a challenge while the URL is not proved. Without a URL, it is about an agent
     * of this platform.
     */
    @HttpEndpoint(
            path = "/intents/publish",
            method = "POST",
            scope = "user",
            publishing = true,
            description = "Lists an agent of yours, or prolongs its listing.")
    public EndpointReply publish(@HttpEndpoint.Body JsonNode body, RunContext context) {
        Caller caller = context.caller();
        Published published = registry.publish(Body.of(body).publication(), caller);
        EndpointReply reply = EndpointReply.json(Wire.write(published));
        return switch (published) {
            case Published.Listed _ -> reply;
            case Published.Challenged _ -> reply.withStatus(202);
        };
    }

    /** Takes a registered agent off the list. */
    @HttpEndpoint(
            path = "/intents/{agent}",
            method = "DELETE",
            scope = "user",
            description = "Takes a registered agent of yours off the list.")
    public EndpointReply withdraw(String agent, RunContext context) {
        if (!registry.withdraw(Query.plain("agent", agent), context.caller())) {
            throw InvalidRequestException.notFound(
                    "agent_not_found", "agent", "You have registered no agent of this name.");
        }
        return EndpointReply.json(Json.object().put("status", "withdrawn"));
    }

    /**
     * A page of what there is, by name.
     *
     * @param cursor the {@code next} of the page before
     * @param limit 1 to 200; 50 by default
     */
    @HttpEndpoint(path = "/agents", description = "All agents, page by page.")
    public ObjectNode agents(
            Optional<String> owner,
            Optional<String> name,
            Optional<String> cursor,
            Optional<Integer> limit,
            RunContext context) {
        var listing =
                new Listing(owner, name, cursor.map(Listing.Cursor::parse), limit.orElse(PAGE));
        return Wire.page(registry.list(listing, context.caller()));
    }
}
