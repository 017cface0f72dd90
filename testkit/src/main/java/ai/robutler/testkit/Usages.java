package ai.robutler.testkit;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.List;

/** Token counts. */
final class Usages {

    private Usages() {}

    static ObjectNode of(long prompt, long completion) {
        Checks.notNegative(prompt, "prompt tokens");
        Checks.notNegative(completion, "completion tokens");
        return Json.object()
                .put("prompt_tokens", prompt)
                .put("completion_tokens", completion)
                .put("total_tokens", prompt + completion);
    }

    static JsonNode of(MessageReply reply, List<Choice> choices, JsonNode request) {
        JsonNode given = reply.shape().usage();
        if (given != null) {
            return given.deepCopy();
        }
        long completion = choices.stream().mapToLong(Usages::tokens).sum();
        return of(tokens(Json.line(request.path("messages"))), completion);
    }

    /** The usage after a part of the answer: completion tokens grow with it. */
    static JsonNode part(JsonNode whole, int done, int of) {
        if (!(whole instanceof ObjectNode numbers)
                || !whole.path("completion_tokens").isIntegralNumber()) {
            return whole;
        }
        long completion = numbers.path("completion_tokens").longValue();
        long soFar = completion * done / of;
        ObjectNode part = numbers.deepCopy().put("completion_tokens", soFar);
        if (numbers.path("total_tokens").isIntegralNumber()) {
            part.put("total_tokens", numbers.path("total_tokens").longValue() - completion + soFar);
        }
        return part;
    }

    private static long tokens(Choice choice) {
        long tokens = 0;
        if (choice.text() != null) {
            tokens += tokens(choice.text());
        }
        if (choice.refusal() != null) {
            tokens += tokens(choice.refusal());
        }
        for (Call call : choice.calls()) {
            tokens += tokens(call.name()) + tokens(call.arguments());
        }
        return tokens;
    }

    private static long tokens(String text) {
        return text.length() / 4 + 1L;
    }
}
