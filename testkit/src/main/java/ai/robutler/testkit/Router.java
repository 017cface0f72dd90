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
    private final Dialect openAi = new OpenAiDialect();
    private final List<Dialect> dialects =
            List.of(openAi, new AnthropicDialect(), new EmbeddingsDialect());
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
        Optional<Dialect> called =
                dialects.stream().filter(dialect -> dialect.path().equals(path)).findFirst();
        String allowed = called.isPresent() ? "POST" : "GET";
        boolean model = path.startsWith(MODELS + "/");
        if (called.isEmpty() && !path.equals(MODELS) && !model) {
            script.note(request);
            String message = "Invalid URL (%s %s)".formatted(request.method(), path);
            return () -> Answer.plain(openAi.error(Reply.error(404, message).code("")));
        }
        if (!request.method().equals(allowed)) {
            script.note(request);
            return () -> notAllowed(called.orElse(openAi), request.method(), allowed);
        }
        if (called.isPresent()) {
            return call(called.get(), request);
        }
        script.note(request);
        return () -> Answer.plain(model ? model(path.substring(MODELS.length() + 1)) : list());
    }

    private Supplier<Answer> call(Dialect dialect, ReceivedRequest request) {
        Optional<Violation> wrong = strict ? dialect.check(request) : Optional.empty();
        if (wrong.isPresent()) {
            script.refuse(request, wrong.get());
            return () -> Answer.plain(dialect.error(error(wrong.get())));
        }
        var source =
                dialect instanceof EmbeddingsDialect
                        ? script.takeEmbeddings(request)
                        : script.take(request);
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

    private static Answer notAllowed(Dialect dialect, String method, String allowed) {
        ErrorReply error = Reply.error(405, "Not allowed to %s here.".formatted(method));
        return Answer.plain(dialect.error(error).header("Allow", allowed));
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
                : openAi.error(
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
