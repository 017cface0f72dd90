package ai.robutler.core;

import java.util.List;
import java.util.Optional;

/**
 * What a hook sees and may replace. Each object belongs to one moment of one run and to the thread
 * that asks the hooks; do not keep it.
 */
public sealed interface HookCall {

    /** The request as it came. */
    final class Connection implements HookCall {
        private ChatRequest request;

        Connection(ChatRequest request) {
            this.request = request;
        }

        public ChatRequest request() {
            return request;
        }

        public void replace(ChatRequest replacement) {
            request = replacement;
        }
    }

    /** The request as the model will see it: system message, history, tools. */
    final class LlmCall implements HookCall {
        private ChatRequest request;

        LlmCall(ChatRequest request) {
            this.request = request;
        }

        public ChatRequest request() {
            return request;
        }

        public void replace(ChatRequest replacement) {
            request = replacement;
        }
    }

    /** A chunk on its way to the client. */
    final class Chunk implements HookCall {
        private ChatChunk chunk;
        private boolean dropped;

        Chunk(ChatChunk chunk) {
            this.chunk = chunk;
        }

        public ChatChunk chunk() {
            return chunk;
        }

        public void replace(ChatChunk replacement) {
            chunk = replacement;
        }

        /** The client does not get this chunk; later hooks are not asked about it. */
        public void drop() {
            dropped = true;
        }

        boolean dropped() {
            return dropped;
        }
    }

    /**
     * What the model answered in one turn. In a stream its text has reached the client already; a
     * replacement then changes only what the run goes on with: tool calls and history.
     */
    final class LlmAnswer implements HookCall {
        private final ChatRequest request;
        private ChatCompletion completion;

        LlmAnswer(ChatRequest request, ChatCompletion completion) {
            this.request = request;
            this.completion = completion;
        }

        public ChatRequest request() {
            return request;
        }

        public ChatCompletion completion() {
            return completion;
        }

        public void replace(ChatCompletion replacement) {
            completion = replacement;
        }
    }

    /** A call of an agent's tool, before it runs. */
    final class BeforeTool implements HookCall {
        private ToolCall call;
        private Optional<ToolResult> answer = Optional.empty();

        BeforeTool(ToolCall call) {
            this.call = call;
        }

        public ToolCall call() {
            return call;
        }

        /** Other arguments for the same tool; its id and name stay what they are. */
        public void replace(ToolCall replacement) {
            call = replacement;
        }

        /** Answers in the tool's place: it does not run. */
        public void answer(ToolResult result) {
            answer = Optional.of(result);
        }

        Optional<ToolResult> answered() {
            return answer;
        }
    }

    /** A call of an agent's tool and what came of it. */
    final class AfterTool implements HookCall {
        private final ToolCall call;
        private ToolResult result;

        AfterTool(ToolCall call, ToolResult result) {
            this.call = call;
            this.result = result;
        }

        public ToolCall call() {
            return call;
        }

        public ToolResult result() {
            return result;
        }

        public void replace(ToolResult replacement) {
            result = replacement;
        }
    }

    /**
     * The whole answer. In a stream the client has it already, and a replacement changes nothing.
     */
    final class Message implements HookCall {
        private final ChatRequest request;
        private final List<ChatMessage> conversation;
        private final List<ChatMessage> turn;
        private ChatCompletion completion;

        Message(
                ChatRequest request,
                List<ChatMessage> conversation,
                List<ChatMessage> turn,
                ChatCompletion completion) {
            this.request = request;
            this.conversation = List.copyOf(conversation);
            this.turn = List.copyOf(turn);
            this.completion = completion;
        }

        /** The messages with which the run began, after {@link HookEvent#ON_CONNECTION}. */
        public List<ChatMessage> conversation() {
            return conversation;
        }

        /**
         * All that the run adds to the conversation: what the model said turn by turn, its calls
         * and the results of those that ran here. Calls for the client are in the last turn's
         * message, their results are still to come.
         */
        public List<ChatMessage> turn() {
            return turn;
        }

        /** The request as it came. */
        public ChatRequest request() {
            return request;
        }

        public ChatCompletion completion() {
            return completion;
        }

        public void replace(ChatCompletion replacement) {
            completion = replacement;
        }
    }

    /**
     * The end of a run.
     *
     * @param outcome how it ended
     * @param failure what stopped it; empty when it was completed
     */
    record Finalize(RunOutcome outcome, Optional<Throwable> failure) implements HookCall {}
}
