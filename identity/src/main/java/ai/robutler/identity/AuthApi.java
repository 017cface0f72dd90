package ai.robutler.identity;

import ai.robutler.core.AuthenticationException;
import ai.robutler.core.Caller;
import ai.robutler.core.EndpointReply;
import ai.robutler.core.HttpEndpoint;
import ai.robutler.core.InvalidRequestException;
import ai.robutler.core.Json;
import ai.robutler.core.Param;
import ai.robutler.core.PermissionException;
import ai.robutler.core.RunContext;
import ai.robutler.core.Scope;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The platform's endpoints about credentials, below {@code /api/auth}. */
public final class AuthApi {
    private static final int LIFETIME_SECONDS = 120;
    private static final Map<String, String> NO_STORE = Map.of("Cache-Control", "no-store");

    private final ApiKeys apiKeys;
    private final SigningKeys signingKeys;
    private final OwnerAssertions assertions;
    private final AgentOwners owners;

    AuthApi(
            ApiKeys apiKeys,
            SigningKeys signingKeys,
            OwnerAssertions assertions,
            AgentOwners owners) {
        this.apiKeys = apiKeys;
        this.signingKeys = signingKeys;
        this.assertions = assertions;
        this.owners = owners;
    }

    /**
     * Whom a key stands for: the one in the body, or what the request itself came with. Only who
     * has the whole key learns anything: unknown, wrong, revoked and expired keys get one and the
     * same answer.
     */
    @HttpEndpoint(
            path = "/validate-key",
            method = "POST",
            description = "Tells whom an API key stands for.")
    public EndpointReply validateKey(
            @Param("The key; without it, the credentials of the request") Optional<String> api_key,
            RunContext context) {
        if (api_key.isPresent()) {
            return reply(apiKeys.check(api_key.get()).map(AuthApi::of).orElseGet(AuthApi::invalid));
        }
        return switch (context.caller()) {
            case Caller.Anonymous _ ->
                    throw new AuthenticationException(
                            "authentication_required",
                            "Send the key as a credential, or as 'api_key' in the body.");
            case Caller.User user -> reply(of(user));
        };
    }

    private static ObjectNode of(ApiKey key) {
        ObjectNode answer = valid(key.user(), key.scopes(), key.agents());
        answer.put("key_id", key.id());
        if (key.expires().isPresent()) {
            answer.put("expires_at", key.expires().get().toString());
        } else {
            answer.putNull("expires_at");
        }
        return answer;
    }

    /** The caller's credential was found good just now; a key's expiry is its own row's. */
    private ObjectNode of(Caller.User user) {
        String id = user.credential().id();
        boolean isOwnKey = id.startsWith("key:") && user.credential().actingAgent().isEmpty();
        return isOwnKey
                ? apiKeys.find(id.substring("key:".length()))
                        .map(AuthApi::of)
                        .orElseGet(AuthApi::invalid)
                : valid(user.id(), user.scopes(), user.credential().agents());
    }

    private static ObjectNode valid(String user, Set<String> scopes, Set<String> agents) {
        ObjectNode answer = Json.object().put("valid", true).put("user_id", user);
        answer.set("scopes", sorted(scopes));
        answer.set("agents", sorted(agents));
        return answer;
    }

    private static ArrayNode sorted(Set<String> names) {
        ArrayNode array = Json.array();
        names.stream().sorted().forEach(array::add);
        return array;
    }

    private static ObjectNode invalid() {
        return Json.object().put("valid", false);
    }

    @HttpEndpoint(path = "/jwks", description = "The public keys of this server's tokens.")
    public EndpointReply jwks(RunContext context) {
        return WellKnown.jwks(signingKeys, context);
    }

    /**
     * An owner assertion for the caller. The agent that is to act with it must be the caller's own:
     * {@code caller_agent}, or else the target itself, which alone may publish.
     */
    @HttpEndpoint(
            path = "/owner-assertion",
            method = "POST",
            scope = "user",
            description = "Issues an owner assertion for an agent of the caller.")
    public EndpointReply ownerAssertion(
            @Param("The agent to be called") String agent_id,
            @Param("The caller's agent that will call it; the target itself by default")
                    Optional<String> caller_agent,
            @Param("At most 300; 120 by default") Optional<Integer> ttl_seconds,
            @Param(
                            "'call', or 'publish': to tell the registry what the agent can do; 'call' by default")
                    Optional<String> purpose,
            RunContext context) {
        Caller.User user = inPerson(context.caller());
        String acting = caller_agent.orElse(agent_id);
        Optional<String> owner = owners.ownerOf(acting);
        // One answer for agents that are not there and agents of others: none can be looked for.
        if (owner.isEmpty() || !Scope.OWNER.admits(user, owner.get())) {
            throw new PermissionException("You own no agent of this name.");
        }
        if (!user.mayReach(agent_id) || !user.mayReach(acting)) {
            throw new PermissionException("Your credentials are not good for this agent.");
        }
        int lifetime = ttl_seconds.orElse(LIFETIME_SECONDS);
        if (lifetime < 1 || lifetime > OwnerAssertions.LONGEST.toSeconds()) {
            throw InvalidRequestException.of("ttl_seconds", "'ttl_seconds' must be 1 to 300.");
        }
        boolean publishes = publishes(purpose.orElse("call"), agent_id, acting);
        String token =
                publishes
                        ? assertions.issueToPublish(
                                agent_id, user.id(), Duration.ofSeconds(lifetime))
                        : issue(agent_id, acting, user, Duration.ofSeconds(lifetime));
        return reply(Json.object().put("assertion", token).put("expires_in", lifetime));
    }

    private static boolean publishes(String purpose, String target, String acting) {
        return switch (purpose) {
            case "call" -> false;
            case OwnerAssertions.PUBLISH -> {
                if (!acting.equals(target)) {
                    throw InvalidRequestException.of(
                            "caller_agent", "An agent publishes for itself alone.");
                }
                yield true;
            }
            default ->
                    throw InvalidRequestException.of(
                            "purpose", "'purpose' must be 'call' or 'publish'.");
        };
    }

    private String issue(String target, String acting, Caller.User user, Duration lifetime) {
        try {
            return assertions.issue(
                    target, acting, user.id(), owners.ownerOf(target).orElse(""), lifetime);
        } catch (IllegalArgumentException e) {
            throw InvalidRequestException.of("agent_id", String.valueOf(e.getMessage()));
        }
    }

    /** An assertion must not beget others, nor let a key's budgets be gone around. */
    private static Caller.User inPerson(Caller caller) {
        if (!(caller instanceof Caller.User user) || !user.credential().actingAgent().isEmpty()) {
            throw new PermissionException("Only a user in person gets owner assertions.");
        }
        if (!user.credential().budgets().isEmpty()) {
            throw new PermissionException(
                    "A key with a budget gets no owner assertions: they know no budget.");
        }
        return user;
    }

    private static EndpointReply reply(ObjectNode body) {
        return new EndpointReply(200, "application/json", Json.writeBytes(body), NO_STORE);
    }
}
