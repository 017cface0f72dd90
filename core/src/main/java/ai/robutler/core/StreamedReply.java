package ai.robutler.core;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A reply in pieces: each chunk of the provider goes on as it comes, under the run's one id. Held
 * back are only calls of the agent's own tools, finish reasons until the run is over, and usage.
 */
final class StreamedReply implements Reply {
    private static final Set<String> RENAMED = Set.of("id", "object", "created", "model");

    private final RunContext context;
    private final ModelCalls calls;
    private final HookChain hooks;
    private final Answer answer;
    private final ChunkSink sink;
    private final boolean includeUsage;
    private final boolean legacyFunctions;
    private final boolean asksHooks;
    private final Set<Integer> begun = new HashSet<>();
    private final TreeMap<Integer, ObjectNode> ends = new TreeMap<>();
    private final Map<Integer, Integer> clientCalls = new TreeMap<>();
    private @Nullable ObjectNode usageChunk;
    private boolean saidSomething;
    private boolean newTurn;

    StreamedReply(
            RunContext context,
            ModelCalls calls,
            HookChain hooks,
            Answer answer,
            ChunkSink sink,
            boolean legacyFunctions) {
        this.context = context;
        this.calls = calls;
        this.hooks = hooks;
        this.answer = answer;
        this.sink = sink;
        this.includeUsage = context.request().includeUsage();
        this.legacyFunctions = legacyFunctions;
        this.asksHooks = hooks.has(HookEvent.ON_CHUNK);
    }

    @Override
    public ChatCompletion ask(Completer completer, ChatRequest request, TurnTools tools) {
        ends.clear();
        usageChunk = null;
        newTurn = true;
        return calls.time(
                completer,
                request,
                call -> {
                    var turn = new TurnAssembler(tools.toolbox()::isOffered);
                    try (ChatStream stream = completer.stream(request, call.deadline())) {
                        for (ChatChunk chunk : stream) {
                            call.chunk();
                            turn.accept(chunk);
                            call.usage(turn.usage());
                            forward(chunk.json(), turn, tools);
                        }
                        call.end(completer, turn.completion());
                    } catch (RuntimeException e) {
                        endEarly(call, completer, turn);
                        throw e;
                    }
                    if (turn.choices().isEmpty()) {
                        throw ProviderException.failed(
                                context.agent().providerName(), "answered without choices", null);
                    }
                    forwardRest(turn, tools);
                    return turn.completion();
                });
    }

    private static void endEarly(ModelCalls.Call call, Completer completer, TurnAssembler turn) {
        boolean finished =
                !turn.choices().isEmpty()
                        && !turn.usage().isNone()
                        && turn.choices().values().stream()
                                .noneMatch(choice -> choice.finishReason().isEmpty());
        if (finished) {
            call.end(completer, turn.completion());
        } else if (!turn.choices().isEmpty() || completer instanceof OtherAgent) {
            call.brokeOff(completer, turn.completion());
        }
    }

    private void forward(ObjectNode chunk, TurnAssembler turn, TurnTools tools) {
        JsonNode choices = chunk.path("choices");
        if (choices.isEmpty()) {
            if (chunk.path("usage").isObject()) {
                usageChunk = chunk;
            } else {
                send(envelope(chunk, Json.array()));
            }
            return;
        }
        ArrayNode forwarded = Json.array();
        for (JsonNode choice : choices) {
            ObjectNode piece = piece(chunk, choice, turn, tools);
            if (piece != null) {
                forwarded.add(piece);
            }
        }
        if (!forwarded.isEmpty()) {
            send(envelope(chunk, forwarded));
        }
    }

    /** What the client gets of a choice now, null where that is nothing. */
    private @Nullable ObjectNode piece(
            ObjectNode chunk, JsonNode choice, TurnAssembler turn, TurnTools tools) {
        int index = choice.path("index").asInt(0);
        boolean heldBack = false;
        ObjectNode delta = Json.object();
        if (begun.add(index)) {
            delta.put("role", "assistant");
        }
        for (var field : choice.path("delta").properties()) {
            switch (field.getKey()) {
                case "role" -> heldBack = true;
                case "tool_calls" -> heldBack = true;
                case "content" -> delta.set("content", spaced(field.getValue()));
                default -> delta.set(field.getKey(), field.getValue());
            }
        }
        ArrayNode calls = clientCalls(index, turn, tools);
        if (!calls.isEmpty()) {
            delta.set("tool_calls", calls);
        }
        boolean ends = choice.path("finish_reason").isString();
        if (ends) {
            end(index, chunk, choice);
        }
        if ((heldBack || ends) && saysNothing(delta)) {
            return null;
        }
        ObjectNode piece = Json.object().put("index", index);
        piece.set("delta", delta);
        for (var field : choice.properties()) {
            if (!piece.has(field.getKey()) && !field.getKey().equals("finish_reason")) {
                piece.set(field.getKey(), field.getValue());
            }
        }
        piece.putNull("finish_reason");
        return piece;
    }

    /** What is left of a delta when its own matter was held back: often only {@code null}s. */
    private static boolean saysNothing(ObjectNode delta) {
        for (JsonNode value : delta) {
            if (!value.isNull() && !value.asString("x").isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /** Text of a later turn starts a paragraph of its own. */
    private JsonNode spaced(JsonNode content) {
        if (!content.isString() || content.stringValue().isEmpty()) {
            return content;
        }
        boolean paragraph = newTurn && saidSomething;
        newTurn = false;
        saidSomething = true;
        return paragraph
                ? Json.mapper()
                        .getNodeFactory()
                        .stringNode(Answer.SEPARATOR + content.stringValue())
                : content;
    }

    private ArrayNode clientCalls(int choice, TurnAssembler turn, TurnTools tools) {
        ArrayNode pieces = Json.array();
        ChoiceAssembler assembler = turn.choices().get(choice);
        List<OpenCall> open = assembler == null ? List.of() : assembler.calls();
        for (OpenCall call : open) {
            ObjectNode piece = clientCall(choice, call, tools);
            if (piece != null) {
                pieces.add(piece);
            }
        }
        return pieces;
    }

    private @Nullable ObjectNode clientCall(int choice, OpenCall call, TurnTools tools) {
        if (call.route == OpenCall.Route.UNKNOWN && isNamed(call, tools.toolbox())) {
            call.route = tools.isClients(call.name()) ? OpenCall.Route.CLIENT : OpenCall.Route.HERE;
        }
        boolean first = call.clientIndex < 0;
        boolean more = call.length() > call.sentArguments || call.extra().size() > call.sentExtras;
        if (call.route != OpenCall.Route.CLIENT || (!first && !more)) {
            return null;
        }
        String type = call.isCustom() ? "custom" : "function";
        ObjectNode body = Json.object();
        ObjectNode piece = Json.object();
        if (first) {
            call.clientIndex = clientCalls.merge(choice, 1, Integer::sum) - 1;
            piece.put("index", call.clientIndex).put("id", call.id()).put("type", type);
            body.put("name", call.name());
        } else {
            piece.put("index", call.clientIndex);
        }
        body.put(call.isCustom() ? "input" : "arguments", call.argumentsFrom(call.sentArguments));
        piece.set(type, body);
        if (call.extra().size() > call.sentExtras) {
            piece.setAll(call.extra());
        }
        call.sentArguments = call.length();
        call.sentExtras = call.extra().size();
        return piece;
    }

    private static boolean isNamed(OpenCall call, Toolbox toolbox) {
        return !call.name().isEmpty()
                && (call.length() > 0 || call.isClosed() || toolbox.isComplete(call.name()));
    }

    /** At the end of a turn every name is complete: what was held back for it goes out. */
    private void forwardRest(TurnAssembler turn, TurnTools tools) {
        turn.choices()
                .forEach(
                        (index, choice) -> {
                            choice.calls().forEach(OpenCall::close);
                            ArrayNode calls = clientCalls(index, turn, tools);
                            if (!calls.isEmpty()) {
                                ObjectNode delta = Json.object();
                                delta.set("tool_calls", calls);
                                send(rename(ChatChunk.delta(delta).json(), index));
                            }
                        });
    }

    private void end(int index, ObjectNode chunk, JsonNode choice) {
        ObjectNode last = Json.object().put("index", index);
        last.set("delta", Json.object());
        for (var field : choice.properties()) {
            if (!last.has(field.getKey()) && !field.getKey().equals("logprobs")) {
                last.set(field.getKey(), field.getValue());
            }
        }
        ends.put(index, envelope(chunk, Json.array(last)));
    }

    @Override
    public void finish(ChatCompletion whole) {
        for (JsonNode choice : whole.json().path("choices")) {
            int index = choice.path("index").asInt(0);
            String reason = Json.text(choice, "finish_reason");
            ObjectNode last = ends.get(index);
            if (last == null) {
                last = rename(ChatChunk.finish(reason).json(), index);
            }
            if (begun.add(index)) {
                last.path("choices").path(0).withObject("/delta").put("role", "assistant");
            }
            ((ObjectNode) last.path("choices").path(0)).put("finish_reason", reason);
            send(last);
        }
        if (includeUsage && !whole.usage().isNone()) {
            ObjectNode from = usageChunk == null ? Json.object() : usageChunk;
            ObjectNode chunk = envelope(from, Json.array());
            chunk.set("usage", whole.usage().json());
            send(chunk);
        }
    }

    private ObjectNode rename(ObjectNode made, int index) {
        ObjectNode chunk = envelope(made, (ArrayNode) made.path("choices"));
        ((ObjectNode) chunk.path("choices").path(0)).put("index", index);
        return chunk;
    }

    /** The chunk's own fields, under the run's id, time and name. */
    private ObjectNode envelope(ObjectNode chunk, ArrayNode choices) {
        ObjectNode envelope = Json.object().put("id", answer.id);
        envelope.put("object", "chat.completion.chunk").put("created", answer.created);
        envelope.put("model", answer.model);
        envelope.set("choices", choices);
        for (var field : chunk.properties()) {
            String name = field.getKey();
            if (!RENAMED.contains(name) && !name.equals("choices") && !name.equals("usage")) {
                envelope.set(name, field.getValue());
            }
        }
        return envelope;
    }

    private void send(ObjectNode json) {
        var chunk = new ChatChunk(legacyFunctions ? LegacyFunctions.chunk(json) : json);
        if (asksHooks) {
            var asked = hooks.ask(HookEvent.ON_CHUNK, new HookCall.Chunk(chunk));
            if (asked.dropped()) {
                return;
            }
            chunk = asked.chunk();
        }
        context.deliver();
        sink.send(chunk);
    }
}
