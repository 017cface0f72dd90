package ai.robutler.core;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Answers the calls of a turn: agent tools run here, handoffs are noted, the rest is the client's.
 */
final class TurnCalls {
    private final Limits limits;
    private final Toolbox toolbox;
    private final ToolCalls tools;
    private final LoopGuard loops = new LoopGuard();
    private int made;
    private boolean over;

    TurnCalls(Limits limits, Toolbox toolbox, ToolCalls tools) {
        this.limits = limits;
        this.toolbox = toolbox;
        this.tools = tools;
    }

    /**
     * What came of a turn's calls.
     *
     * @param results a message for each call that was answered here, in the model's order
     * @param forClient the calls that the client must answer
     * @param handoff the last handoff among the calls
     */
    record Answered(
            List<ChatMessage> results, List<ToolCall> forClient, Optional<AgentHandoff> handoff) {}

    /** Whether the model must now answer without tools. */
    boolean isOver(Deadline deadline) {
        return over || deadline.hasPassed();
    }

    Answered answer(List<ToolCall> calls) {
        var forClient = new ArrayList<ToolCall>();
        var jobs = new ArrayList<ToolCalls.Job>();
        var results = new @Nullable ToolResult[calls.size()];
        var jobOf = new int[calls.size()];
        Optional<AgentHandoff> handoff = Optional.empty();
        for (int i = 0; i < results.length; i++) {
            ToolCall call = calls.get(i);
            jobOf[i] = -1;
            if (toolbox.isRequested(call.name())) {
                forClient.add(call);
                continue;
            }
            results[i] = refusal(call);
            if (results[i] == null && toolbox.handoff(call.name()).isPresent()) {
                handoff = toolbox.handoff(call.name());
                results[i] =
                        ToolResult.of("The conversation is now with " + handoff.get().name() + ".");
            } else if (results[i] == null) {
                jobOf[i] = jobs.size();
                jobs.add(new ToolCalls.Job(call, toolbox.tool(call.name()).orElseThrow()));
            }
        }
        List<ToolResult> ran = jobs.isEmpty() ? List.of() : tools.run(jobs);
        var messages = new ArrayList<ChatMessage>();
        for (int i = 0; i < results.length; i++) {
            ToolResult result = jobOf[i] < 0 ? results[i] : ran.get(jobOf[i]);
            if (result != null) {
                messages.add(ChatMessage.tool(calls.get(i).id(), result));
            }
        }
        return new Answered(messages, forClient, handoff);
    }

    /** Why a call does not run, null if it does. */
    private @Nullable ToolResult refusal(ToolCall call) {
        boolean known =
                toolbox.tool(call.name()).isPresent() || toolbox.handoff(call.name()).isPresent();
        if (!known) {
            return ToolResult.error(
                    "there is no tool '" + call.name() + "'. There are: " + toolbox.names());
        }
        if (loops.isLoop(call)) {
            over = true;
            return ToolResult.error(
                    "this is the same call for the third time in a row; it was not made."
                            + " Answer with what you know.");
        }
        if (made >= limits.toolCalls()) {
            over = true;
            return ToolResult.error(
                    "the limit of "
                            + limits.toolCalls()
                            + " tool calls is reached; it was not made. Answer with what you know.");
        }
        made++;
        return null;
    }
}
