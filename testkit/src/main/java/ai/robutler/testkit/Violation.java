package ai.robutler.testkit;

import java.util.Objects;

/**
 * Something in a request that a strict provider refuses.
 *
 * @param request the number of the request, from 1, as in {@link ScriptedProvider#awaitRequest}; 0
 *     if what came was no HTTP request at all
 * @param param the field at fault, as OpenAI would name it; empty if there is none
 * @param code OpenAI's error code; empty if there is none
 * @param message what is wrong
 */
public record Violation(int request, String param, String code, String message) {

    /** Refuses null. */
    public Violation {
        Objects.requireNonNull(param, "param");
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(message, "message");
    }

    Violation of(int number) {
        return new Violation(number, param, code, message);
    }
}
