package ai.robutler.nli;

import ai.robutler.core.Json;

import tools.jackson.databind.node.ObjectNode;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * A task as it is stored.
 *
 * @param caller whose it is, "" for anonymous callers
 * @param context groups tasks of one conversation
 * @param question the caller's message, as JSON
 * @param failure why it failed, "" where it did not
 * @param alive when its node was last heard of
 */
record A2aTask(
        String id,
        String agent,
        String caller,
        String context,
        State state,
        String question,
        String answer,
        String failure,
        long created,
        long updated,
        String node,
        long alive) {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    /** Those states of the protocol that a task is ever in here. */
    enum State {
        WORKING,
        COMPLETED,
        FAILED,
        CANCELED;

        String wire() {
            return "TASK_STATE_" + name();
        }

        boolean isOver() {
            return this != WORKING;
        }
    }

    A2aTask ended(State state, String answer, String failure, long now) {
        return new A2aTask(
                id, agent, caller, context, state, question, answer, failure, created, now, node,
                alive);
    }

    ObjectNode status() {
        ObjectNode status = Json.object().put("state", state.wire());
        if (!failure.isEmpty()) {
            ObjectNode message = status.putObject("message");
            message.put("messageId", id + "-status").put("role", "ROLE_AGENT");
            message.put("taskId", id).put("contextId", context);
            message.putArray("parts").addObject().put("text", failure);
        }
        return status.put("timestamp", TIME.format(Instant.ofEpochMilli(updated)));
    }

    /**
     * @param history how many messages at most
     */
    ObjectNode json(int history, boolean artifacts) {
        ObjectNode task = Json.object().put("id", id).put("contextId", context);
        task.set("status", status());
        if (artifacts) {
            var list = task.putArray("artifacts");
            if (!answer.isEmpty()) {
                list.add(artifact(answer));
            }
        }
        if (history > 0) {
            task.putArray("history").add(Json.parse(question));
        }
        return task;
    }

    static ObjectNode artifact(String text) {
        ObjectNode artifact = Json.object().put("artifactId", "answer").put("name", "answer");
        artifact.putArray("parts").addObject().put("text", text).put("mediaType", "text/plain");
        return artifact;
    }

    ObjectNode artifactUpdate(String piece, boolean append, boolean last) {
        ObjectNode event = Json.object();
        ObjectNode update = event.putObject("artifactUpdate");
        update.put("taskId", id).put("contextId", context);
        update.set("artifact", artifact(piece));
        update.put("append", append).put("lastChunk", last);
        return event;
    }

    ObjectNode statusUpdate() {
        ObjectNode event = Json.object();
        ObjectNode update = event.putObject("statusUpdate");
        update.put("taskId", id).put("contextId", context);
        update.set("status", status());
        return event;
    }
}
