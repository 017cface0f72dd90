package ai.robutler.core;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What methods of skills return, made into what their callers get. */
final class Results {
    private Results() {}

    /** What a tool gives to the model. */
    static ToolResult ofTool(@Nullable Object returned, Duration timeout) throws Exception {
        return switch (settled(returned, timeout)) {
            case null -> ToolResult.of("done");
            case ToolResult result -> result;
            case Priced<?> priced -> ofTool(priced.value(), timeout).costing(priced.nanoUsd());
            case String text -> ToolResult.of(text);
            case Object value -> ToolResult.of(Json.write(json(value)));
        };
    }

    /** What an endpoint answers. */
    static EndpointReply ofEndpoint(@Nullable Object returned, Duration timeout) throws Exception {
        return switch (settled(returned, timeout)) {
            case null -> EndpointReply.noContent();
            case EndpointReply reply -> reply;
            case String text -> EndpointReply.text(text);
            case Object value -> EndpointReply.json(json(value));
        };
    }

    private static JsonNode json(Object value) {
        try {
            return Json.tree(value);
        } catch (JacksonException e) {
            // Jackson's own message tells class names.
            throw new IllegalStateException("the result cannot be written as JSON", e);
        }
    }

    /** The value itself, out of its optionals and stages. */
    private static @Nullable Object settled(@Nullable Object returned, Duration timeout)
            throws Exception {
        return switch (returned) {
            case Optional<?> optional -> settled(optional.orElse(null), timeout);
            case CompletionStage<?> stage -> settled(await(stage, timeout), timeout);
            case null, default -> returned;
        };
    }

    private static @Nullable Object await(CompletionStage<?> stage, Duration timeout)
            throws Exception {
        var future = stage.toCompletableFuture();
        try {
            return future.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        } catch (TimeoutException e) {
            throw new TimeoutException("no answer within " + timeout.toSeconds() + " s");
        } catch (CancellationException e) {
            throw new IllegalStateException("the work was cancelled", e);
        } finally {
            future.cancel(true);
        }
    }
}
