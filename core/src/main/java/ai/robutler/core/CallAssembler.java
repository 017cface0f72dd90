package ai.robutler.core;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Puts the tool calls of one choice together from deltas, of whatever shape providers send them:
 * with the index missing, repeated or always 0; ids empty, late, repeated, or new in each delta;
 * names and arguments in pieces or at once.
 */
final class CallAssembler {
    private static final Set<String> KNOWN_FIELDS =
            Set.of("index", "id", "type", "function", "custom");

    private final Predicate<String> isTool;
    private final List<OpenCall> calls = new ArrayList<>();
    private final Set<String> ids = new HashSet<>();

    /**
     * @param isTool whether a name is that of a tool which the model was offered
     */
    CallAssembler(Predicate<String> isTool) {
        this.isTool = isTool;
    }

    List<OpenCall> calls() {
        return calls;
    }

    void accept(ObjectNode delta) {
        JsonNode body = delta.has("custom") ? delta.path("custom") : delta.path("function");
        Integer index =
                delta.path("index").isIntegralNumber() ? delta.path("index").intValue() : null;
        String id = Json.text(delta, "id");
        String name = Json.text(body, "name");
        String piece = text(body.path(delta.has("custom") ? "input" : "arguments"));
        OpenCall call = callFor(index, id, name, piece);
        if (call.providerId().isEmpty() && !id.isEmpty()) {
            call.providerId(id, ids.add(id));
        }
        if (delta.has("custom")) {
            call.makeCustom();
        }
        if (!name.isEmpty() && !repeats(call, name)) {
            call.appendName(name);
        }
        call.appendArguments(piece);
        for (var field : delta.properties()) {
            if (!KNOWN_FIELDS.contains(field.getKey())) {
                call.keep(field.getKey(), field.getValue());
            }
        }
    }

    /** Some providers send arguments as an object rather than as text. */
    static String text(JsonNode arguments) {
        if (arguments.isString()) {
            return arguments.stringValue();
        }
        return arguments.isObject() ? Json.write(arguments) : "";
    }

    private OpenCall callFor(@Nullable Integer index, String id, String name, String piece) {
        OpenCall candidate = index == null ? last() : lastWith(index);
        if (candidate == null || beginsAnother(candidate, id, name, piece)) {
            calls.forEach(OpenCall::close);
            var call = new OpenCall(index);
            calls.add(call);
            return call;
        }
        return candidate;
    }

    private boolean beginsAnother(OpenCall open, String id, String name, String piece) {
        String openId = open.providerId();
        boolean otherId = !id.isEmpty() && !openId.isEmpty() && !id.equals(openId);
        if (name.isEmpty() || open.name().isEmpty()) {
            // Some send a new id with each delta; only whole arguments tell that a call is over.
            return otherId && open.hasWholeArguments();
        }
        if (otherId && !(name.equals(open.name()) && open.length() > 0)) {
            return true;
        }
        if (open.hasWholeArguments()) {
            return otherId || !name.equals(open.name()) || !piece.isBlank() || id.isEmpty();
        }
        return !name.equals(open.name())
                && isTool.test(name)
                && isTool.test(open.name())
                && !isTool.test(open.name() + name);
    }

    /** The whole name once more, as some providers send it with each piece of the arguments. */
    private boolean repeats(OpenCall call, String name) {
        return call.name().equals(name) && (isTool.test(name) || call.length() > 0);
    }

    private @Nullable OpenCall last() {
        return calls.isEmpty() ? null : calls.getLast();
    }

    private @Nullable OpenCall lastWith(int index) {
        for (OpenCall call : calls.reversed()) {
            if (call.hasIndex(index)) {
                return call;
            }
        }
        return null;
    }
}
