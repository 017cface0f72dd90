package ai.robutler.server;

import ai.robutler.core.Agent;
import ai.robutler.core.AgentEndpoint;
import ai.robutler.core.ApiException;
import ai.robutler.core.AuthenticationException;
import ai.robutler.core.Caller;
import ai.robutler.core.PermissionException;

/** Who may talk to which agent. */
final class Access {
    private Access() {}

    /**
     * The agent of this name, for the exchange's caller.
     *
     * @throws ApiException if there is none (404), or the caller may not (401, 403)
     */
    static Agent agent(Agents agents, Exchange exchange, String name) {
        // Before anything is looked up: who is not let in learns nothing of what there is.
        return agent(agents, exchange, name, exchange.caller());
    }

    /**
     * The agent of this name, for what it shows everybody. Where callers are required, those that
     * nobody knows see the fixed agents that are for everybody, and of no other whether there is
     * one.
     *
     * @throws ApiException if there is none, or the caller may not (404, 401, 403)
     */
    static Agent shown(Agents agents, Exchange exchange, String name) {
        Caller known = exchange.callerIfAny();
        // Credentials for other agents only: whoever has them is no less than anybody.
        Caller caller = known.mayReach(name) ? known : Caller.anonymous();
        if (agents.fixed(name).filter(agent -> agent.admits(caller)).isEmpty()) {
            exchange.admit();
        }
        return agent(agents, exchange, name, caller);
    }

    private static Agent agent(Agents agents, Exchange exchange, String name, Caller caller) {
        Agent agent = agents.require(name);
        exchange.agent(agent.name());
        if (agent.admits(caller)) {
            return agent;
        }
        throw denied(caller, "agent");
    }

    /**
     * Refuses those who may not call an endpoint, before anything of the request is read.
     *
     * @throws ApiException if the caller may not (401, 403)
     */
    static void requireScope(Agent agent, AgentEndpoint endpoint, Caller caller) {
        if (!endpoint.scope().admits(caller, agent.owner())) {
            throw denied(caller, "endpoint");
        }
    }

    private static ApiException denied(Caller caller, String what) {
        return switch (caller) {
            case Caller.Anonymous _ ->
                    new AuthenticationException(
                            "authentication_required",
                            "This " + what + " needs credentials; none were given.");
            case Caller.User _ ->
                    new PermissionException("These credentials do not allow this " + what + ".");
        };
    }
}
