package ai.robutler.models;

import ai.robutler.core.CancelledException;
import ai.robutler.core.ChatChunk;
import ai.robutler.core.ChatCompletion;
import ai.robutler.core.ChatStream;
import ai.robutler.core.Json;
import ai.robutler.core.JsonSyntaxException;
import ai.robutler.core.ProviderException;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The chunks of a streamed answer, read from the connection when the reader asks for them.
 * Tolerated are a missing {@code [DONE]} behind a finish reason, and a whole completion instead of
 * a stream.
 */
final class OpenAiStream implements ChatStream {
    private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_EVENT_BYTES = 16 << 20;
    private static final int MAX_ANSWER_BYTES = 64 << 20;

    private final String provider;
    private final Exchange exchange;
    private final Function<byte[], ChatCompletion> completion;
    private final Consumer<ObjectNode> mend;
    private final OpenAiErrors errors;
    private final SseDecoder decoder;
    private final Queue<ChatChunk> ready = new ArrayDeque<>(4);
    private boolean sniffed;
    private boolean finished;
    private boolean over;
    private volatile boolean closed;

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
        this.provider = provider;
        this.exchange = exchange;
        this.completion = completion;
        this.mend = mend;
        this.errors = errors;
        this.decoder = new SseDecoder(provider, MAX_EVENT_BYTES);
    }

    @Override
    public Iterator<ChatChunk> iterator() {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return hasMore();
            }

            @Override
            public ChatChunk next() {
                if (!hasMore()) {
                    throw new NoSuchElementException();
                }
                return ready.remove();
            }
        };
    }

    /** Waits until the first chunk is at hand; closed if it does not come. */
    OpenAiStream begun() {
        boolean _ = hasMore();
        return this;
    }

    private boolean hasMore() {
        if (closed && !over) {
            throw new CancelledException("the stream of " + provider + " was closed");
        }
        while (ready.isEmpty() && !over) {
            try {
                advance();
            } catch (RuntimeException e) {
                over = true;
                exchange.close();
                throw e;
            }
        }
        return !ready.isEmpty();
    }

    private void advance() {
        Optional<SseEvent> event = decoder.next();
        if (event.isPresent()) {
            take(event.get());
            return;
        }
        Optional<byte[]> bytes = exchange.read();
        if (bytes.isEmpty()) {
            end();
        } else if (!sniffed && isJson(bytes.get())) {
            ready.addAll(OpenAiChunks.of(completion.apply(rest(bytes.get()))));
            over = true;
        } else {
            decoder.feed(bytes.get());
        }
    }

    /** No event begins with a brace. */
    private boolean isJson(byte[] bytes) {
        for (byte b : bytes) {
            if (b > ' ' || b < 0) {
                sniffed = true;
                return b == '{';
            }
        }
        return false;
    }

    private byte[] rest(byte[] first) {
        byte[] more = exchange.readAll(MAX_ANSWER_BYTES - first.length);
        byte[] whole = new byte[first.length + more.length];
        System.arraycopy(first, 0, whole, 0, first.length);
        System.arraycopy(more, 0, whole, first.length, more.length);
        return whole;
    }

    private void take(SseEvent event) {
        if (event.is(DONE)) {
            over = true;
            exchange.drain();
            return;
        }
        if (event.data().length == 0) {
            return;
        }
        ObjectNode json = chunk(event);
        errors.throwIfError(event.type(), json);
        mend.accept(json);
        finished = finished || hasFinishReason(json);
        ready.add(new ChatChunk(json));
    }

    private ObjectNode chunk(SseEvent event) {
        try {
            return Json.parseObject(event.data());
        } catch (JsonSyntaxException e) {
            throw Exchange.logged(
                    ProviderException.failed(provider, "sent a chunk that is not JSON", e));
        }
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
    private void end() {
        decoder.rest().filter(event -> event.is(DONE) || isWhole(event)).ifPresent(this::take);
        if (!over && !finished) {
            throw ProviderException.failed(provider, "cut the answer short", null);
        }
        over = true;
    }

    private static boolean isWhole(SseEvent event) {
        try {
            Json.parseObject(event.data());
            return true;
        } catch (JsonSyntaxException e) {
            return false;
        }
    }

    /** A reader that is not at the end is told so: what it has is not the whole answer. */
    @Override
    public void close() {
        closed = true;
        exchange.close();
    }
}
