package ai.robutler.testkit;

import java.io.IOException;

/** What came is not HTTP/1.1, or too much of it. */
final class BadHttp extends IOException {

    private static final long serialVersionUID = 1L;

    private final int status;

    BadHttp(int status, String message) {
        super(message);
        this.status = status;
    }

    BadHttp(String message) {
        this(400, message);
    }

    int status() {
        return status;
    }
}
