package ai.robutler.core;

import tools.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.List;

/** The turns of one run: the model is asked, its calls are answered, until it has its answer. */
final class Turns {
    private static final String EFFORT = "reasoning_effort";

    /** Where clients say themselves how much a model shall think, by provider. */
    private static final List<String> OWN_THINKING = List.of(EFFORT, "reasoning", "thinking");

    private final Agent agent;
    private final Invocation invocation;
    private final ChatRequest request;
    private final Toolbox toolbox;
    private final RunContext context;
    private final HookChain hooks;
    private final Answer answer;
    private final MixedTurns mixed;
    private final TurnCalls turnCalls;
    private final List<ChatMessage> conversation;

    /** What this run has added to the conversation. */
    private final List<ChatMessage> added = new ArrayList<>();

    private Completer completer;

    Turns(
            RunContext context,
            ChatRequest request,
            Toolbox toolbox,
            HookChain hooks,
            Answer answer) {
        this.agent = context.agent();
        this.invocation = context.invocation();
        this.request = request;
        this.toolbox = toolbox;
        this.context = context;
        this.hooks = hooks;
        this.answer = answer;
        this.mixed = new MixedTurns(agent, invocation.caller());
        this.turnCalls =
                new TurnCalls(
                        agent.limits(),
                        toolbox,
                        new ToolCalls(context, hooks, invocation.listener()));
        this.conversation = mixed.restore(request.messages());
        this.completer = context.completer();
        handedOverBefore();
    }

    /** A client that returns with results continues where its calls came from. */
    private void handedOverBefore() {
        for (ChatMessage message : conversation.reversed()) {
            if (message.is("user")) {
                return;
            }
            for (ToolCall call : message.toolCalls()) {
                if (toolbox.handoff(call.name()).isPresent()) {
                    handOver(toolbox.handoff(call.name()).get());
                    return;
                }
            }
        }
    }

    ChatCompletion run(Reply reply) {
        for (int asked = 0; ; asked++) {
            boolean off =
                    asked >= agent.limits().turns()
                            || turnCalls.isOver(context.deadline())
                            || agent.limits().isSpent(context.cost());
            ChatRequest turnRequest =
                    hooks.ask(
                                    HookEvent.BEFORE_LLM_CALL,
                                    new HookCall.LlmCall(turnRequest(asked == 0, off)))
                            .request();
            ChatCompletion turn =
                    reply.ask(completer, turnRequest, new Reply.TurnTools(toolbox, off));
            turn =
                    hooks.ask(HookEvent.AFTER_LLM_CALL, new HookCall.LlmAnswer(turnRequest, turn))
                            .completion();
            List<ToolCall> calls = turn.message().toolCalls();
            if (off || calls.isEmpty() || wasCutOff(turn, calls)) {
                added.add(turn.message().withToolCalls(off ? List.of() : clients(calls)));
                return end(turn, off ? List.of() : clients(calls), off && !calls.isEmpty());
            }
            added.add(turn.message());
            TurnCalls.Answered answered = turnCalls.answer(calls);
            added.addAll(answered.results());
            if (!answered.forClient().isEmpty()) {
                mixed.save(request.messages(), added, answered.forClient());
                return end(turn, answered.forClient(), false);
            }
            answer.goOn(turn.message());
            answered.handoff().ifPresent(this::handOver);
        }
    }

    /** What the run has added to the conversation. */
    List<ChatMessage> added() {
        return added;
    }

    /** The model ran out of tokens in the middle of a call: there is nothing sound to run. */
    private static boolean wasCutOff(ChatCompletion turn, List<ToolCall> calls) {
        return turn.finishReason().equals("length")
                && calls.stream()
                        .anyMatch(
                                call ->
                                        call.isFunction()
                                                && !OpenCall.isJsonObject(call.arguments()));
    }

    private List<ToolCall> clients(List<ToolCall> calls) {
        return calls.stream().filter(call -> toolbox.isRequested(call.name())).toList();
    }

    private ChatCompletion end(ChatCompletion turn, List<ToolCall> calls, boolean refused) {
        String reason = turn.finishReason();
        if (!calls.isEmpty() && !reason.equals("length")) {
            reason = "tool_calls";
        } else if (refused && turn.text().isEmpty()) {
            // It was told to answer and called a tool once more: there is no answer to speak of.
            reason = "length";
        } else if (reason.isEmpty() || (calls.isEmpty() && reason.equals("tool_calls"))) {
            reason = "stop";
        }
        return answer.of(turn, reason, calls, context.usage());
    }

    private void handOver(AgentHandoff handoff) {
        switch (handoff.target()) {
            case AgentHandoff.Target.Local local -> completer = local.completer();
            case AgentHandoff.Target.Remote remote -> completer = remote.agent().get();
            case AgentHandoff.Target.Other other ->
                    other.agent()
                            .get()
                            .ifPresent(next -> completer = new AgentCompleter(next, context));
        }
    }

    private ChatRequest turnRequest(boolean first, boolean off) {
        var messages = new ArrayList<ChatMessage>(conversation.size() + added.size() + 1);
        if (completer instanceof OtherAgent other) {
            messages.addAll(conversation);
            messages.addAll(added);
            return other.request(request, messages);
        }
        String system = systemMessage(agent, context);
        if (!system.isEmpty()) {
            messages.add(ChatMessage.system(system));
        }
        messages.addAll(conversation);
        messages.addAll(added);
        ChatRequest turn =
                thinking(request).withMessages(messages).withTools(toolbox.definitions());
        if (off && !toolbox.definitions().isEmpty()) {
            return turn.with("tool_choice", Json.mapper().getNodeFactory().stringNode("none"));
        }
        return first || !isForced(turn.field("tool_choice")) ? turn : turn.without("tool_choice");
    }

    /** What the client says about thinking goes before what the agent says. */
    private ChatRequest thinking(ChatRequest request) {
        return agent.thinking().isEmpty() || OWN_THINKING.stream().anyMatch(request.json()::has)
                ? request
                : request.with(
                        EFFORT,
                        Json.mapper().getNodeFactory().stringNode(agent.thinking().get().effort()));
    }

    /** A forced call holds for the first turn: held for all, the run would never end. */
    private static boolean isForced(JsonNode choice) {
        return choice.isObject() || choice.asString("").equals("required");
    }

    static String systemMessage(Agent agent, RunContext context) {
        var text = new StringBuilder(agent.instructions().strip());
        for (AgentPrompt prompt : agent.skills().prompts()) {
            if (prompt.scope().admits(context.caller(), agent.owner())) {
                String more = text(prompt, context).strip();
                text.append(text.isEmpty() || more.isEmpty() ? "" : "\n\n").append(more);
            }
        }
        return text.toString();
    }

    private static String text(AgentPrompt prompt, RunContext context) {
        try {
            return prompt.function().text(context);
        } catch (Exception e) {
            throw Failures.of(e);
        }
    }
}
