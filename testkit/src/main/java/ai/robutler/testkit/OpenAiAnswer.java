package ai.robutler.testkit;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** One answer in OpenAI's words: a {@code chat.completion}, or the events of its stream. */
final class OpenAiAnswer implements Wording {

    private final Shape shape;
    private final List<Choice> choices;
    private final JsonNode call;
    private final JsonNode usage;
    private final String id = Ids.completion();
    private final long created = Instant.now().getEpochSecond();

    OpenAiAnswer(MessageReply reply, JsonNode call) {
        this.shape = reply.shape();
        this.choices = asked(reply.choices(), call.path("n").intValue(1));
        this.call = call;
        this.usage = Usages.of(reply, choices, call);
    }

    /** A single choice is repeated as often as the request asks. */
    private static List<Choice> asked(List<Choice> choices, int n) {
        int count = Math.clamp(n, 1, OpenAiDialect.MOST_CHOICES);
        return choices.size() == 1 ? Collections.nCopies(count, choices.getFirst()) : choices;
    }

    @Override
    public ObjectNode whole() {
        ObjectNode body = envelope("chat.completion");
        ArrayNode list = body.putArray("choices");
        for (int index = 0; index < choices.size(); index++) {
            list.add(OpenAiMessage.choice(choices.get(index), index, shape));
        }
        if (shape.usagePlace() != UsagePlace.NOWHERE) {
            body.set("usage", usage);
        }
        return body.setAll(shape.fields());
    }

    @Override
    public List<byte[]> frames() {
        SseFrames frames = new SseFrames(shape.oddities());
        if (shape.has(Oddity.EMPTY_CHOICES_FIRST)) {
            ObjectNode first = chunk(Json.array(), null);
            first.putArray("prompt_filter_results").addObject().put("prompt_index", 0);
            frames.add(first);
        }
        List<ObjectNode> parts = alternating();
        for (int part = 0; part < parts.size(); part++) {
            JsonNode told = usageAt(part + 1, parts.size());
            frames.add(chunk(Json.array(parts.get(part)), told));
        }
        if (shape.usagePlace() == UsagePlace.AS_ASKED && usageAsked()) {
            frames.add(chunk(Json.array(), usage));
        }
        if (!shape.has(Oddity.NO_DONE)) {
            frames.add("[DONE]");
        }
        return frames.frames();
    }

    /** None: text can be the first to come. */
    @Override
    public List<byte[]> opening() {
        return List.of();
    }

    @Override
    public byte[] piece(String text) {
        ObjectNode choice = Json.object().put("index", 0);
        choice.putObject("delta").put("content", text);
        choice.putNull("finish_reason");
        return new SseFrames(shape.oddities())
                .add(chunk(Json.array(choice), null))
                .frames()
                .getFirst();
    }

    /** The choices' chunks in turns: first the first of each, then the second of each. */
    private List<ObjectNode> alternating() {
        List<List<ObjectNode>> each = new ArrayList<>();
        for (int index = 0; index < choices.size(); index++) {
            each.add(new OpenAiDeltas(choices.get(index), index, shape).chunks());
        }
        return Turns.of(each);
    }

    private ObjectNode chunk(ArrayNode parts, @Nullable JsonNode told) {
        ObjectNode chunk = envelope("chat.completion.chunk");
        chunk.set("choices", parts);
        if (told != null) {
            chunk.set("usage", told);
        } else if (usageAsked() && shape.usagePlace() == UsagePlace.AS_ASKED) {
            chunk.putNull("usage");
        }
        return chunk.setAll(shape.fields());
    }

    private @Nullable JsonNode usageAt(int done, int of) {
        return switch (shape.usagePlace()) {
            case EVERY_CHUNK -> Usages.part(usage, done, of);
            case LAST_CHUNK -> done == of ? usage : null;
            case AS_ASKED, NOWHERE -> null;
        };
    }

    private boolean usageAsked() {
        return call.path("stream_options").path("include_usage").booleanValue(false);
    }

    private ObjectNode envelope(String object) {
        return Json.object()
                .put("id", id)
                .put("object", object)
                .put("created", created)
                .put("model", call.path("model").stringValue("scripted"));
    }
}
