package ai.robutler.core;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A reply that is given whole. */
final class WholeReply implements Reply {
    private final RunContext context;
    private final ModelCalls calls;

    WholeReply(RunContext context, ModelCalls calls) {
        this.context = context;
        this.calls = calls;
    }

    @Override
    public ChatCompletion ask(Completer completer, ChatRequest request, TurnTools tools) {
        return calls.time(
                completer,
                request,
                call -> {
                    ChatCompletion turn = complete(completer, request, call);
                    if (!turn.hasChoices()) {
                        throw ProviderException.failed(
                                context.agent().providerName(), "answered without choices", null);
                    }
                    return regular(turn);
                });
    }

    private static ChatCompletion complete(
            Completer completer, ChatRequest request, ModelCalls.Call call) {
        try {
            ChatCompletion turn = completer.complete(request, call.deadline());
            call.end(completer, turn);
            return turn;
        } catch (RuntimeException e) {
            if (completer instanceof OtherAgent) {
                call.end(completer, new ChatCompletion(Json.object()));
            }
            throw e;
        }
    }

    @Override
    public void finish(ChatCompletion answer) {
        context.deliver();
    }

    private static ChatCompletion regular(ChatCompletion turn) {
        List<ToolCall> calls = turn.message().toolCalls();
        if (calls.isEmpty()) {
            return turn;
        }
        var ids = new HashSet<String>();
        var regular = new ArrayList<ToolCall>();
        calls.forEach(call -> regular.add(regular(call, ids)));
        return regular.equals(calls)
                ? turn
                : turn.with(turn.message().withToolCalls(regular), turn.finishReason());
    }

    private static ToolCall regular(ToolCall call, Set<String> ids) {
        JsonNode arguments = call.json().path("function").path("arguments");
        boolean hasText = !call.isFunction() || arguments.isString();
        boolean hasId = !call.id().isEmpty() && ids.add(call.id());
        if (hasText && hasId && call.json().has("type")) {
            return call;
        }
        ObjectNode copy = call.json().deepCopy();
        copy.put("id", hasId ? call.id() : Ids.call());
        copy.put("type", call.isFunction() ? "function" : "custom");
        var whole = new ToolCall(copy);
        return hasText ? whole : whole.withArguments(CallAssembler.text(arguments));
    }
}
