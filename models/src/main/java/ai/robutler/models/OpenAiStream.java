package ai.robutler.models;

import ai.robutler.core.ChatChunk;
import ai.robutler.core.ChatCompletion;
import ai.robutler.core.ProviderException;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The chunks of a streamed completion. Tolerated is a missing {@code [DONE]} behind a finish
 * reason.
 */
final class OpenAiStream extends EventStream {
    private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);

    private final String provider;
    private final Function<byte[], ChatCompletion> completion;
    private final Consumer<ObjectNode> mend;
    private final OpenAiErrors errors;
    private boolean hasReason;

    /**
     * @param completion reads the completion that some proxies send instead of a stream
     * @param mend makes a chunk what OpenAI would have sent
     */
    OpenAiStream(
            String provider,
            Exchange exchange,
            Function<byte[], ChatCompletion> completion,
            Consumer<ObjectNode> mend,
            OpenAiErrors errors) {
        super(provider, exchange);
        this.provider = provider;
        this.completion = completion;
        this.mend = mend;
        this.errors = errors;
    }

    @Override
    void take(SseEvent event) {
        if (event.is(DONE)) {
            finish();
            exchange().drain();
            return;
        }
        if (event.data().length == 0) {
            return;
        }
        ObjectNode json = json(event, "a chunk");
        errors.throwIfError(event.type(), json);
        mend.accept(json);
        hasReason = hasReason || hasFinishReason(json);
        give(List.of(new ChatChunk(json)));
    }

    @Override
    void takeWhole(byte[] body) {
        give(OpenAiChunks.of(completion.apply(body)));
        finish();
    }

    private static boolean hasFinishReason(ObjectNode chunk) {
        for (JsonNode choice : chunk.path("choices")) {
            if (choice.path("finish_reason").isString()) {
                return true;
            }
        }
        return false;
    }

    /** The body ended without {@code [DONE]}; its last event may lack the empty line behind it. */
    @Override
    void end() {
        rest().filter(event -> event.is(DONE) || isWhole(event)).ifPresent(this::take);
        if (!finished() && !hasReason) {
            throw ProviderException.failed(provider, "cut the answer short", null);
        }
        finish();
    }
}
