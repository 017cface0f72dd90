package ai.robutler.nli;

import ai.robutler.core.ChatCompletion;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.ChatStream;
import ai.robutler.core.Deadline;

import java.util.Map;

/**
 * A way to another agent. Thread-safe; calls block, and an interrupt ends them at once.
 *
 * <p>Failures, here and while a stream is read: {@link Refusal} where the other side says no,
 * {@link ai.robutler.outbound.OutboundException} where it says nothing.
 */
interface Line {

    /** The answer in pieces; the first has come, or is about to. */
    ChatStream open(
            Target target, ChatRequest request, Map<String, String> headers, Deadline deadline);

    /** The whole answer. */
    ChatCompletion whole(
            Target target, ChatRequest request, Map<String, String> headers, Deadline deadline);
}
