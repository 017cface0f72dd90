package ai.robutler.testkit;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Decides what a request gets. */
final class Router {

    /** What is sent, and how. */
    record Answer(Rendering rendering, Delivery delivery) {

        static Answer plain(Rendering rendering) {
            return new Answer(rendering, Delivery.PLAIN);
        }
    }

    private static final String MODELS = "/v1/models";

    private final Script script;
    private final Dialect dialect = new OpenAiDialect();
    private volatile boolean strict = true;
    private volatile List<String> models = List.of("scripted");

    Router(Script script) {
        this.script = script;
    }

    void lenient() {
        strict = false;
    }

    void models(List<String> ids) {
        models = List.copyOf(ids);
    }

    /** Notes the request at once; the answer itself is made later, when it is asked for. */
    Supplier<Answer> accept(ReceivedRequest request) {
        String path = request.path().split("\\?", 2)[0];
        String allowed = path.equals(dialect.path()) ? "POST" : "GET";
        boolean model = path.startsWith(MODELS + "/");
        if (!path.equals(dialect.path()) && !path.equals(MODELS) && !model) {
            script.note(request);
            String message = "Invalid URL (%s %s)".formatted(request.method(), path);
            return () -> refusal(Reply.error(404, message).code(""));
        }
        if (!request.method().equals(allowed)) {
            script.note(request);
            return () -> notAllowed(request.method(), allowed);
        }
        if (path.equals(dialect.path())) {
            return call(request);
        }
        script.note(request);
        return () -> Answer.plain(model ? model(path.substring(MODELS.length() + 1)) : list());
    }

    private Supplier<Answer> call(ReceivedRequest request) {
        Optional<Violation> wrong = strict ? dialect.check(request) : Optional.empty();
        if (wrong.isPresent()) {
            script.refuse(request, wrong.get());
            return () -> refusal(error(wrong.get()));
        }
        var source = script.take(request);
        return () -> {
            Reply reply = source.apply(request);
            Rendering rendering = dialect.render(reply, request.callOrNothing());
            return new Answer(rendering, delivery(reply));
        };
    }

    private static Delivery delivery(Reply reply) {
        return switch (reply) {
            case BaseReply<?> known -> known.delivery();
        };
    }

    private static ErrorReply error(Violation violation) {
        return Reply.error(400, violation.message())
                .param(violation.param())
                .code(violation.code());
    }

    private static Answer refusal(ErrorReply error) {
        return Answer.plain(OpenAiDialect.error(error));
    }

    private static Answer notAllowed(String method, String allowed) {
        ErrorReply error = Reply.error(405, "Not allowed to %s here.".formatted(method));
        return Answer.plain(OpenAiDialect.error(error).header("Allow", allowed));
    }

    private Rendering list() {
        ObjectNode body = Json.object().put("object", "list");
        ArrayNode data = body.putArray("data");
        models.forEach(id -> data.add(entry(id)));
        return Rendering.json(200, body);
    }

    private Rendering model(String id) {
        return models.contains(id)
                ? Rendering.json(200, entry(id))
                : OpenAiDialect.error(
                        Reply.error(404, "The model '%s' does not exist".formatted(id))
                                .param("model"));
    }

    private static ObjectNode entry(String id) {
        return Json.object()
                .put("id", id)
                .put("object", "model")
                .put("created", 1_700_000_000L)
                .put("owned_by", "scripted");
    }
}
