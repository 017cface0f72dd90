package ai.robutler.core;

import java.time.Duration;

/**
 * Something that completes a conversation: a provider's model, or a skill's local completer. One
 * object serves any number of calls at once. Calls block their (virtual) thread; an interrupt ends
 * them promptly with {@link CancelledException} and frees what they held.
 */
public interface Completer {

    /**
     * The whole answer.
     *
     * @throws ApiException if the provider fails, or the deadline passes
     */
    ChatCompletion complete(ChatRequest request, Deadline deadline);

    /**
     * The answer in pieces, as they come. Nothing is read ahead of the reader: a slow reader slows
     * the provider.
     *
     * @throws ApiException here or while iterating
     */
    ChatStream stream(ChatRequest request, Deadline deadline);

    /**
     * What a turn of this completer cost. Makes no call.
     *
     * @param turn an answer, or as much of one as came; without usage nobody can tell its cost
     */
    default Cost cost(ChatCompletion turn) {
        return Cost.unknown();
    }

    /** Whether {@link #cost} can tell the cost of a turn whose usage is reported. */
    default boolean isPriced() {
        return false;
    }

    /**
     * The most that a call can cost, whatever is answered: all of the prompt at its dearest, and
     * the longest answer that it allows. Unknown where nobody can tell. Makes no call.
     */
    default Cost ceiling(ChatRequest request) {
        return Cost.unknown();
    }

    /**
     * For how long a call had better go elsewhere: a limit of its rate is used up, or the provider
     * has failed too often lately. Zero where nothing is known against a call now. Asks nobody.
     */
    default Duration pause() {
        return Duration.ZERO;
    }
}
