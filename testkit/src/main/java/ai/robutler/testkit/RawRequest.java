package ai.robutler.testkit;

import java.util.List;
import java.util.Map;

/**
 * A request as it was read; the header names are compared without case. The body is shared, never
 * changed.
 */
final class RawRequest {

    private final String method;
    private final String target;
    private final String version;
    private final Map<String, List<String>> headers;
    private final byte[] body;

    RawRequest(
            String method,
            String target,
            String version,
            Map<String, List<String>> headers,
            byte[] body) {
        this.method = method;
        this.target = target;
        this.version = version;
        this.headers = headers;
        this.body = body;
    }

    String method() {
        return method;
    }

    String target() {
        return target;
    }

    String version() {
        return version;
    }

    Map<String, List<String>> headers() {
        return headers;
    }

    byte[] body() {
        return body;
    }
}
