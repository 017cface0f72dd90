package ai.robutler.testkit;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.List;

/** One answer in Anthropic's words: a {@code message}, or the events of its stream. */
final class AnthropicAnswer implements Wording {

    private final Shape shape;
    private final Choice choice;
    private final JsonNode call;
    private final ObjectNode usage;
    private final String id = Ids.message();

    /** Of several choices only the first can be told. */
    AnthropicAnswer(MessageReply reply, JsonNode call) {
        this.shape = reply.shape();
        this.choice = reply.choices().getFirst();
        this.call = call;
        this.usage = AnthropicUsage.of(Usages.of(reply, List.of(choice), call));
    }

    @Override
    public ObjectNode whole() {
        ArrayNode content = Json.array();
        AnthropicBlocks.of(choice, shape).forEach(block -> content.add(block.whole()));
        ObjectNode message = envelope(content);
        AnthropicStop.of(choice, shape).into(message);
        if (shape.usagePlace() != UsagePlace.NOWHERE) {
            message.set("usage", usage);
        }
        return message.setAll(choice.messageFields())
                .setAll(choice.choiceFields())
                .setAll(shape.fields());
    }

    @Override
    public List<byte[]> frames() {
        SseFrames frames = new SseFrames(shape.oddities());
        started(frames);
        List<AnthropicBlocks.Block> blocks = AnthropicBlocks.of(choice, shape);
        for (int index = 0; index < blocks.size(); index++) {
            block(frames, blocks.get(index), index);
        }
        ObjectNode end = event("message_delta");
        AnthropicStop.of(choice, shape).into(end.putObject("delta"));
        if (shape.usagePlace() != UsagePlace.NOWHERE) {
            end.set("usage", usage);
        }
        if (!shape.has(Oddity.NO_FINISH_REASON) && !(choice.finish() instanceof Finish.Never)) {
            frames.add("message_delta", end);
        }
        if (!shape.has(Oddity.NO_DONE)) {
            frames.add("message_stop", event("message_stop"));
        }
        return frames.frames();
    }

    private void block(SseFrames frames, AnthropicBlocks.Block block, int index) {
        frames.add(
                "content_block_start",
                event("content_block_start")
                        .put("index", index)
                        .set("content_block", block.start()));
        if (index == 0) {
            frames.add("ping", event("ping"));
        }
        for (ObjectNode delta : block.deltas()) {
            frames.add("content_block_delta", delta(index, delta));
        }
        frames.add("content_block_stop", event("content_block_stop").put("index", index));
    }

    @Override
    public List<byte[]> opening() {
        SseFrames frames = new SseFrames(shape.oddities());
        started(frames);
        frames.add(
                "content_block_start",
                event("content_block_start")
                        .put("index", 0)
                        .set("content_block", AnthropicBlocks.text("")));
        return frames.frames();
    }

    @Override
    public byte[] piece(String text) {
        return new SseFrames(shape.oddities())
                .add(
                        "content_block_delta",
                        delta(0, Json.object().put("type", "text_delta").put("text", text)))
                .frames()
                .getFirst();
    }

    private void started(SseFrames frames) {
        ObjectNode message = envelope(Json.array());
        message.putNull("stop_reason").putNull("stop_sequence");
        if (shape.usagePlace() != UsagePlace.NOWHERE) {
            message.set("usage", usage.deepCopy().put("output_tokens", 1));
        }
        message.setAll(choice.messageFields()).setAll(choice.choiceFields()).setAll(shape.fields());
        frames.add("message_start", event("message_start").set("message", message));
    }

    private ObjectNode envelope(ArrayNode content) {
        ObjectNode message =
                Json.object()
                        .put("id", id)
                        .put("type", "message")
                        .put("role", "assistant")
                        .put("model", call.path("model").stringValue("scripted"));
        return message.set("content", content);
    }

    private static ObjectNode delta(int index, ObjectNode delta) {
        return event("content_block_delta").put("index", index).set("delta", delta);
    }

    private static ObjectNode event(String type) {
        return Json.object().put("type", type);
    }
}
