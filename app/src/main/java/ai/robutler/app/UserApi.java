package ai.robutler.app;

import ai.robutler.core.Caller;
import ai.robutler.core.EndpointReply;
import ai.robutler.core.HttpEndpoint;
import ai.robutler.core.PermissionException;
import ai.robutler.core.RunContext;

import tools.jackson.databind.node.ObjectNode;

import java.io.ByteArrayOutputStream;
import java.util.Map;

/** What is kept of the caller, for the caller; mounted at {@code /api/user}. */
final class UserApi {
    private final UserDataSet data;

    UserApi(UserDataSet data) {
        this.data = data;
    }

    /** A copy of all of it. */
    @HttpEndpoint(path = "/data", scope = "user")
    public EndpointReply export(RunContext context) {
        var out = new ByteArrayOutputStream();
        data.export(user(context), out);
        return new EndpointReply(200, "application/json", out.toByteArray(), Map.of());
    }

    /** Deletes all of it that may be deleted, the caller's keys too. */
    @HttpEndpoint(path = "/data", method = "DELETE", scope = "user")
    public ObjectNode delete(RunContext context) {
        return data.delete(user(context));
    }

    private static String user(RunContext context) {
        return switch (context.caller()) {
            case Caller.Anonymous _ ->
                    throw new PermissionException("Only callers who are known have data.");
            case Caller.User user when !user.credential().actingAgent().isEmpty() ->
                    throw new PermissionException(
                            "An agent that acts for a user has no data of the user's.");
            case Caller.User user when !user.credential().agents().isEmpty() ->
                    throw new PermissionException(
                            "Credentials for some agents only do not open all of a user's data.");
            case Caller.User user -> user.id();
        };
    }
}
