package ai.robutler.discovery;

import ai.robutler.core.EndpointReply;
import ai.robutler.core.HttpEndpoint;
import ai.robutler.core.InvalidRequestException;
import ai.robutler.core.Param;
import ai.robutler.core.RunContext;
import ai.robutler.store.Database;

import java.time.InstantSource;
import java.util.Optional;

/**
 * Shows below each agent's URL what another platform wants to see there before it lists the agent.
 */
public final class ProofEndpoints {
    static final String PATH = "/.well-known/robutler-challenge/";

    private final Database database;
    private final InstantSource clock;

    ProofEndpoints(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    @HttpEndpoint(
            path = PATH + "{token}",
            open = true,
            description = "Proves to another platform that this URL is the agent's.")
    public EndpointReply proof(@Param("As the platform gave it") String token, RunContext context) {
        String agent = context.agent().name();
        boolean sane = token.matches("[A-Za-z0-9_-]{16,128}");
        return (sane ? shown(token, agent) : Optional.<String>empty())
                .map(EndpointReply::text)
                .orElseThrow(
                        () ->
                                InvalidRequestException.notFound(
                                        "not_found", "", "There is nothing to prove here."));
    }

    private Optional<String> shown(String token, String agent) {
        return database.read(handle -> ChallengeTable.shown(handle, token, agent, clock.millis()));
    }
}
