package ai.robutler.testkit;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.List;

/** One choice of a reply. The nodes are never changed: each change makes a copy. */
record Choice(
        @Nullable String text,
        @Nullable String refusal,
        @Nullable String reasoning,
        List<Call> calls,
        Finish finish,
        boolean logprobs,
        ObjectNode messageFields,
        ObjectNode choiceFields) {

    Choice {
        calls = List.copyOf(calls);
    }

    static Choice of(@Nullable String text, @Nullable String refusal, List<Call> calls) {
        return new Choice(
                text,
                refusal,
                null,
                calls,
                new Finish.Usual(),
                false,
                Json.object(),
                Json.object());
    }

    Choice calls(List<Call> more) {
        return new Choice(
                text, refusal, reasoning, more, finish, logprobs, messageFields, choiceFields);
    }

    Choice reasoning(String thought) {
        return new Choice(
                text, refusal, thought, calls, finish, logprobs, messageFields, choiceFields);
    }

    Choice finish(Finish end) {
        return new Choice(
                text, refusal, reasoning, calls, end, logprobs, messageFields, choiceFields);
    }

    Choice logged() {
        return new Choice(
                text, refusal, reasoning, calls, finish, true, messageFields, choiceFields);
    }

    Choice messageField(String name, JsonNode value) {
        ObjectNode fields = messageFields.deepCopy().set(name, value);
        return new Choice(text, refusal, reasoning, calls, finish, logprobs, fields, choiceFields);
    }

    Choice choiceField(String name, JsonNode value) {
        ObjectNode fields = choiceFields.deepCopy().set(name, value);
        return new Choice(text, refusal, reasoning, calls, finish, logprobs, messageFields, fields);
    }
}
