package ai.robutler.mcp;

import ai.robutler.core.CancelledException;
import ai.robutler.core.Deadline;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The requests that wait for their answers on a connection that all of them share. */
final class ClientPending {
    private record Waiting(ClientRequest request, CompletableFuture<ClientMessage.Answer> answer) {}

    private final ConcurrentHashMap<Long, Waiting> waiting = new ConcurrentHashMap<>();
    private volatile @Nullable String over;

    /** Sends a request, and waits until {@link #answered} or {@link #fail} says what came of it. */
    ClientMessage.Answer ask(ClientRequest request, Deadline deadline, Runnable send) {
        var answer = new CompletableFuture<ClientMessage.Answer>();
        waiting.put(request.id(), new Waiting(request, answer));
        try {
            String ended = over;
            if (ended != null) {
                throw new ClientException.Lost(ended);
            }
            send.run();
            return answer.get(Math.max(0, deadline.remaining().toNanos()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            throw new ClientException.TimedOut("the server did not answer in time");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new CancelledException("interrupted while waiting for an MCP server");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof ClientException known
                    ? known
                    : new ClientException.Lost("the connection to the server failed", e);
        } finally {
            waiting.remove(request.id());
        }
    }

    /** Whether somebody waited for it. */
    boolean answered(ClientMessage.Answer answer) {
        Waiting who = find(answer.id());
        return who != null && who.answer.complete(answer);
    }

    /** The request that a notification of progress is about. */
    Optional<ClientRequest> about(ClientMessage.Notification notification) {
        JsonNode token = notification.params().path("progressToken");
        if (token.isMissingNode()) {
            token =
                    notification
                            .params()
                            .path("_meta")
                            .path("io.modelcontextprotocol/subscriptionId");
        }
        return Optional.ofNullable(find(token)).map(Waiting::request);
    }

    private @Nullable Waiting find(JsonNode id) {
        String text = id.isNumber() || id.isString() ? id.asString() : "";
        return text.matches("[0-9]{1,18}") ? waiting.get(Long.parseLong(text)) : null;
    }

    /**
     * One request will get no answer.
     *
     * @return whether it waited
     */
    boolean fail(long id, ClientException why) {
        Waiting who = waiting.get(id);
        return who != null && who.answer.completeExceptionally(why);
    }

    /** None of those that wait now will get an answer. */
    void failAll(ClientException why) {
        waiting.values().forEach(who -> who.answer.completeExceptionally(why));
    }

    /** Nothing will be answered any more. */
    void end(String why) {
        over = why;
        failAll(new ClientException.Lost(why));
    }
}
