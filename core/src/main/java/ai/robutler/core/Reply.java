package ai.robutler.core;

/** How a run asks for a turn and hands out its answer: at once, or in pieces. */
interface Reply {

    /**
     * Asks for one turn.
     *
     * @return the whole turn, with its calls in order: each has an id of its own and text arguments
     */
    ChatCompletion ask(Completer completer, ChatRequest request, TurnTools tools);

    /** Hands out the end of the answer. */
    void finish(ChatCompletion answer);

    /**
     * What a turn's calls may be.
     *
     * @param toolbox the tools that the model was offered
     * @param off whether it was told to call none
     */
    record TurnTools(Toolbox toolbox, boolean off) {
        boolean isClients(String name) {
            return !off && toolbox.isRequested(name);
        }
    }
}
