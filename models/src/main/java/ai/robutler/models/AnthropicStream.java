package ai.robutler.models;

import ai.robutler.core.CancelledException;
import ai.robutler.core.ChatChunk;
import ai.robutler.core.ChatStream;
import ai.robutler.core.Deadline;
import ai.robutler.core.Json;
import ai.robutler.core.JsonSyntaxException;
import ai.robutler.core.ProviderException;

import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Queue;

/**
 * The chunks of a streamed turn, read from the connection when the reader asks for them. Tolerated
 * are a missing {@code message_stop} behind a stop reason, and a whole message instead of a stream.
 */
final class AnthropicStream implements ChatStream {
    private static final int MAX_EVENT_BYTES = 16 << 20;
    private static final int MAX_ANSWER_BYTES = 64 << 20;

    private final AnthropicModel model;
    private final AnthropicCall call;
    private final Deadline deadline;
    private final AnthropicTurn turn;
    private final Queue<ChatChunk> ready = new ArrayDeque<>(4);
    private volatile Exchange exchange;
    private SseDecoder decoder;
    private boolean sniffed;
    private boolean over;
    private volatile boolean closed;

    AnthropicStream(AnthropicModel model, AnthropicCall call, Deadline deadline) {
        this.model = model;
        this.call = call;
        this.deadline = deadline;
        this.turn = new AnthropicTurn(call.customTools());
        this.exchange = model.events(call, deadline);
        this.decoder = new SseDecoder(AnthropicSettings.PROVIDER, MAX_EVENT_BYTES);
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
    AnthropicStream begun() {
        boolean _ = hasMore();
        return this;
    }

    private boolean hasMore() {
        if (closed && !over) {
            throw new CancelledException("the stream of anthropic was closed");
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
            byte[] whole = rest(bytes.get());
            ready.addAll(
                    turn.acceptWhole(model.message(whole, AnthropicModel.requestId(exchange))));
            stopped();
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
        if (event.data().length == 0) {
            return;
        }
        ObjectNode json = json(event);
        model.errors().throwIfError(json, AnthropicModel.requestId(exchange));
        ready.addAll(turn.accept(json));
        if (AnthropicContent.type(json).equals("message_stop")) {
            stopped();
        }
    }

    private static ObjectNode json(SseEvent event) {
        try {
            return Json.parseObject(event.data());
        } catch (JsonSyntaxException e) {
            throw Exchange.logged(
                    ProviderException.failed(
                            AnthropicSettings.PROVIDER, "sent an event that is not JSON", e));
        }
    }

    /** One answer is complete: the turn ends with it, or goes on with the next. */
    private void stopped() {
        exchange.drain();
        if (turn.paused() && turn.answers() < AnthropicModel.MOST_ANSWERS) {
            exchange = model.events(call.continued(turn.blocks()), deadline);
            decoder = new SseDecoder(AnthropicSettings.PROVIDER, MAX_EVENT_BYTES);
            sniffed = false;
            if (closed) {
                exchange.close(); // Closed while the next answer was asked for.
            }
            return;
        }
        ready.addAll(turn.end());
        over = true;
    }

    /** The body ended without {@code message_stop}, or without the empty line behind it. */
    private void end() {
        Optional<SseEvent> rest = decoder.rest().filter(AnthropicStream::isWhole);
        if (rest.isPresent()) {
            take(rest.get());
            if (AnthropicContent.type(json(rest.get())).equals("message_stop")) {
                return;
            }
        }
        if (!turn.stopped()) {
            throw ProviderException.failed(
                    AnthropicSettings.PROVIDER, "cut the answer short", null);
        }
        stopped();
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
