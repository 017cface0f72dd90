package ai.robutler.nli;

import ai.robutler.core.Json;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A failure in the A2A protocol's own terms, for both of its bindings.
 *
 * <p>Source of the wire format: A2A 1.0, "Error Code Mappings".
 */
final class A2aException extends RuntimeException {

    /** What is wrong, with its code in JSON-RPC and its status in HTTP. */
    enum Kind {
        INVALID_REQUEST(-32600, 400, "INVALID_ARGUMENT", ""),
        METHOD_NOT_FOUND(-32601, 404, "NOT_FOUND", ""),
        INVALID_PARAMS(-32602, 400, "INVALID_ARGUMENT", ""),
        TASK_NOT_FOUND(-32001, 404, "NOT_FOUND", "TASK_NOT_FOUND"),
        TASK_NOT_CANCELABLE(-32002, 400, "FAILED_PRECONDITION", "TASK_NOT_CANCELABLE"),
        PUSH_NOT_SUPPORTED(-32003, 400, "FAILED_PRECONDITION", "PUSH_NOTIFICATION_NOT_SUPPORTED"),
        UNSUPPORTED_OPERATION(-32004, 400, "FAILED_PRECONDITION", "UNSUPPORTED_OPERATION"),
        CONTENT_TYPE_NOT_SUPPORTED(-32005, 400, "INVALID_ARGUMENT", "CONTENT_TYPE_NOT_SUPPORTED"),
        VERSION_NOT_SUPPORTED(-32009, 400, "FAILED_PRECONDITION", "VERSION_NOT_SUPPORTED");

        private final int code;
        private final int status;
        private final String grpc;
        private final String reason;

        Kind(int code, int status, String grpc, String reason) {
            this.code = code;
            this.status = status;
            this.grpc = grpc;
            this.reason = reason;
        }
    }

    private final Kind kind;

    A2aException(Kind kind, String message) {
        super(message, null, false, false);
        this.kind = kind;
    }

    int status() {
        return kind.status;
    }

    /** The error object of JSON-RPC. */
    ObjectNode rpc() {
        ObjectNode error = Json.object().put("code", kind.code);
        error.put("message", String.valueOf(getMessage()));
        if (!kind.reason.isEmpty()) {
            error.set("data", details());
        }
        return error;
    }

    /** The body in HTTP. */
    ObjectNode http() {
        ObjectNode body = Json.object();
        ObjectNode error = body.putObject("error").put("code", kind.status);
        error.put("status", kind.grpc).put("message", String.valueOf(getMessage()));
        error.set("details", details());
        return body;
    }

    private ArrayNode details() {
        ArrayNode details = Json.array();
        if (!kind.reason.isEmpty()) {
            details.addObject()
                    .put("@type", "type.googleapis.com/google.rpc.ErrorInfo")
                    .put("reason", kind.reason)
                    .put("domain", "a2a-protocol.org");
        }
        return details;
    }
}
