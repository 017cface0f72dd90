package ai.robutler.server;

import ai.robutler.core.Agent;
import ai.robutler.core.AuthenticationException;
import ai.robutler.core.Caller;
import ai.robutler.core.PermissionException;

/** Who may talk to which agent. */
final class Access {
    private Access() {}

    /**
     * The agent of this name, for the exchange's caller.
     *
     * @throws ai.robutler.core.ApiException if there is none (404), or the caller may not (401,
     *     403)
     */
    static Agent agent(Agents agents, Exchange exchange, String name) {
        Agent agent = agents.require(name);
        exchange.agent(agent.name());
        if (agent.admits(exchange.caller())) {
            return agent;
        }
        throw switch (exchange.caller()) {
            case Caller.Anonymous _ ->
                    new AuthenticationException(
                            "authentication_required",
                            "This agent needs credentials; none were given.");
            case Caller.User _ ->
                    new PermissionException("These credentials do not allow this agent.");
        };
    }
}
