package ai.robutler.memory;

import ai.robutler.core.EndpointReply;
import ai.robutler.core.Hook;
import ai.robutler.core.HookCall;
import ai.robutler.core.HookEvent;
import ai.robutler.core.HttpEndpoint;
import ai.robutler.core.RunContext;

import tools.jackson.databind.node.ObjectNode;

import java.util.Optional;

/** What a skill has that keeps conversations. */
interface SessionHooks {

    SessionPart sessions();

    /** Before other hooks, which see the whole conversation then. */
    @Hook(value = HookEvent.ON_CONNECTION, priority = 10)
    default void begin(HookCall.Connection call, RunContext context) {
        sessions().runs().begin(call, context);
    }

    /** After other hooks: what they made of the answer is kept. */
    @Hook(value = HookEvent.ON_MESSAGE, priority = 900)
    default void end(HookCall.Message call, RunContext context) {
        sessions().runs().end(call, context);
    }

    @Hook(HookEvent.FINALIZE_CONNECTION)
    default void finish(HookCall.Finalize end, RunContext context) {
        sessions().runs().finish(end, context);
    }

    /** The caller's sessions with this agent, the last used first. */
    @HttpEndpoint(path = "/sessions", description = "Lists your sessions with this agent.")
    default ObjectNode listSessions(
            Optional<String> before, Optional<Integer> limit, RunContext context) {
        return sessions().api().list(before, limit, context);
    }

    @HttpEndpoint(
            path = "/sessions",
            method = "POST",
            description = "Draws an id for a session that nobody can guess.")
    default EndpointReply newSession() {
        return sessions().api().draw();
    }

    /** A session of the caller's, its last turns first. */
    @HttpEndpoint(path = "/sessions/{id}", description = "Shows one of your sessions.")
    default ObjectNode showSession(
            String id, Optional<Long> before, Optional<Integer> limit, RunContext context) {
        return sessions().api().show(id, before, limit, context);
    }

    @HttpEndpoint(
            path = "/sessions/{id}",
            method = "DELETE",
            description = "Deletes one of your sessions.")
    default EndpointReply deleteSession(String id, RunContext context) {
        return sessions().api().delete(id, context);
    }
}
