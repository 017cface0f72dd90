package ai.robutler.server;

import ai.robutler.core.Agent;
import ai.robutler.core.AnswerLog;
import ai.robutler.core.CancelledException;
import ai.robutler.core.ConflictException;
import ai.robutler.core.Deadline;
import ai.robutler.core.InvalidRequestException;
import ai.robutler.core.RecordedAnswer;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Answers a request that comes with an idempotency key once, however often it is sent. Only good
 * ends are remembered: after a failure, or when the client left, the next request does the work
 * anew. Those who wait for an answer when it fails get the failure, too.
 */
final class Idempotency {
    static final String HEADER = "Idempotency-Key";
    static final String REPLAYED = "Idempotent-Replayed";
    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,255}");

    private final AnswerLog log;

    Idempotency(AnswerLog log) {
        this.log = log;
    }

    /**
     * Answers, by this work or as it was answered before.
     *
     * @param work what answers the exchange, and tells how to the recording
     * @throws InvalidRequestException if the key cannot be one (400)
     * @throws ConflictException if there is no answer under this key for this request (409)
     */
    void answer(Exchange exchange, Agent agent, Consumer<Recording> work) {
        List<String> keys = exchange.head().headers(HEADER);
        if (keys.isEmpty()) {
            work.accept(Recording.NONE);
            return;
        }
        RequestHead head = exchange.head();
        String name = RequestName.of(requireKey(keys), agent.name(), exchange.caller(), head);
        String fingerprint = RequestName.fingerprint(head, exchange.body());
        Deadline until = Deadline.after(agent.limits().time());
        switch (log.claim(name, exchange.caller().subject(), fingerprint, until)) {
            case AnswerLog.Mine mine -> first(new KeptRecording(exchange, mine), work);
            case AnswerLog.Answered(RecordedAnswer answer) -> exchange.reply(again(answer));
            case AnswerLog.Conflict _ ->
                    throw new ConflictException(
                            "idempotency_key_reuse",
                            "This "
                                    + HEADER
                                    + " was used for another request. Use a new key for each"
                                    + " request, and the same only to send one again.");
            case AnswerLog.NotKept _ ->
                    throw new ConflictException(
                            "idempotent_answer_not_kept",
                            "This request was answered, and its answer is too large to be given"
                                    + " again. Use a new key to ask again.");
            case AnswerLog.Running _ ->
                    throw new ConflictException(
                            "idempotent_request_running",
                            "The first request with this " + HEADER + " is still being answered.");
        }
    }

    private static String requireKey(List<String> keys) {
        if (keys.size() > 1 || !KEY.matcher(keys.getFirst()).matches()) {
            throw InvalidRequestException.of(
                    "invalid_idempotency_key",
                    HEADER,
                    "The header "
                            + HEADER
                            + " takes one key of 1 to 255 visible ASCII characters.");
        }
        return keys.getFirst();
    }

    private static void first(Recording recording, Consumer<Recording> work) {
        try {
            work.accept(recording);
        } catch (CancelledException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            recording.failed(Errors.reply(Errors.known(e)));
            throw e;
        } finally {
            recording.close();
        }
    }

    private static Reply again(RecordedAnswer answer) {
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        return new Reply(answer.status(), answer.contentType(), body, answer.headers())
                .with(REPLAYED, "true");
    }
}
