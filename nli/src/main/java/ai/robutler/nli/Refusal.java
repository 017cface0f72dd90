package ai.robutler.nli;

import ai.robutler.core.ApiException;
import ai.robutler.core.Json;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.time.Duration;

/** The other agent answered, but with an error. What it says is a stranger's word. */
final class Refusal extends RuntimeException {
    private static final int LONGEST = 300;

    private final int status;
    private final Duration retryAfter;
    private final JsonNode error;

    /**
     * @param status the HTTP status, or the one that an error within the stream amounts to
     * @param error an object like OpenAI's {@code error}, or anything
     */
    Refusal(int status, Duration retryAfter, JsonNode error) {
        super("status " + status, null, false, false);
        this.status = status;
        this.retryAfter = retryAfter;
        this.error = error;
    }

    /** An answer that is none. */
    static Refusal senseless(String what) {
        return new Refusal(502, Duration.ZERO, Json.object().put("message", what));
    }

    /** An agent of this program said no. */
    static Refusal of(ApiException e) {
        ObjectNode error = e.details().put("message", String.valueOf(e.getMessage()));
        return new Refusal(e.status(), e.retryAfter(), error.put("code", e.code()));
    }

    int status() {
        return status;
    }

    Duration retryAfter() {
        return retryAfter;
    }

    /** A text of the error's, "" where there is none. */
    String text(String field) {
        String text = error.path(field).asString("").replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        return text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
    }

    /** Whether it was refused before anything was done, because of too much other work. */
    boolean isBusy() {
        return status == 429 || status == 503;
    }
}
