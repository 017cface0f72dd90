package ai.robutler.nli;

import ai.robutler.core.ApiException;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.EventSink;
import ai.robutler.core.Json;
import ai.robutler.core.RunContext;
import ai.robutler.nli.A2aException.Kind;
import ai.robutler.nli.A2aTask.State;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * The operations of the A2A protocol on the agent of the current context, whatever the binding.
 *
 * <p>A task belongs to its caller. Callers that nobody knows share an id of none: they find a task
 * by its id alone, and list those of a conversation whose id they know.
 *
 * <p>Source: A2A 1.0, "A2A Protocol Operations".
 */
final class A2aOperations {
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration STEP = Duration.ofSeconds(5);
    private static final Duration CANCELLING = Duration.ofSeconds(3);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final int REMEMBERED = 20;
    private static final int PAGE = 50;
    private static final int LARGEST_PAGE = 100;
    private static final int UNLIMITED = Integer.MAX_VALUE;

    private final TaskTable table;
    private final TaskRuns runs;

    A2aOperations(TaskTable table, TaskRuns runs) {
        this.table = table;
        this.runs = runs;
    }

    /** Works on a message; the answer is the task, ended unless the caller does not wait. */
    ObjectNode send(JsonNode params) {
        JsonNode configuration = params.path("configuration");
        int history = history(configuration);
        TaskRun run = begin(params);
        boolean over = false;
        try {
            A2aTask task =
                    configuration.path("returnImmediately").asBoolean(false)
                            ? started(run).end().orElse(run.task())
                            : ended(run);
            over = true;
            ObjectNode answer = Json.object();
            answer.set("task", task.json(history, true));
            return answer;
        } finally {
            if (!over) {
                // Nobody has heard of the task yet: nobody will ask for it.
                run.cancel();
            }
        }
    }

    /** What a streamed answer begins with: a task that has begun well. */
    TaskRun beginStream(JsonNode params) {
        TaskRun run = begin(params);
        boolean begun = false;
        try {
            started(run);
            begun = true;
            return run;
        } finally {
            if (!begun) {
                run.cancel();
            }
        }
    }

    private TaskRun begin(JsonNode params) {
        RunContext context = RunContext.current();
        if (params.path("configuration").has("taskPushNotificationConfig")) {
            throw new A2aException(
                    Kind.PUSH_NOT_SUPPORTED, "Push notifications are not supported.");
        }
        ObjectNode message = A2aMessages.require(params.path("message"));
        String given = A2aMessages.text(message, "taskId");
        if (!given.isEmpty()) {
            A2aTask before = require(given);
            throw new A2aException(
                    Kind.UNSUPPORTED_OPERATION,
                    before.state().isOver()
                            ? "The task has ended; send a message of its contextId to go on."
                            : "The task is being worked on.");
        }
        String conversation = A2aMessages.text(message, "contextId");
        if (conversation.length() > 128) {
            throw new A2aException(Kind.INVALID_PARAMS, "'message.contextId' is too long.");
        }
        String id = UUID.randomUUID().toString();
        String contextId = conversation.isEmpty() ? UUID.randomUUID().toString() : conversation;
        List<A2aTask> before =
                conversation.isEmpty()
                        ? List.of()
                        : table.conversation(
                                conversation, context.agent().name(), caller(), REMEMBERED);
        ChatRequest request = A2aMessages.request(before, message);
        ObjectNode question = message.deepCopy().put("taskId", id).put("contextId", contextId);
        long now = table.now();
        var task =
                new A2aTask(
                        id,
                        context.agent().name(),
                        caller(),
                        contextId,
                        State.WORKING,
                        Json.write(question),
                        "",
                        "",
                        now,
                        now,
                        runs.node(),
                        now);
        table.insert(task);
        boolean running = false;
        try {
            TaskRun run = runs.start(task, context.agent(), context.call(request));
            running = true;
            return run;
        } finally {
            if (!running) {
                table.delete(id);
            }
        }
    }

    private static String caller() {
        return RunContext.current().caller().subject();
    }

    /** Waits until it is clear that the caller may and pays; that is decided before any work. */
    private TaskRun.News started(TaskRun run) {
        return heard(run, run.await(0, FIRST));
    }

    private A2aTask ended(TaskRun run) {
        int read = 0;
        while (true) {
            TaskRun.News news = heard(run, run.await(read, STEP));
            read += news.more().length();
            if (news.end().isPresent()) {
                return news.end().get();
            }
        }
    }

    /** What the caller is to blame for is no task: it is told as Chat Completions tell it. */
    private TaskRun.News heard(TaskRun run, TaskRun.News news) {
        if (news.failure().orElse(null) instanceof ApiException e && e.status() < 500) {
            table.delete(run.task().id());
            throw e;
        }
        return news;
    }

    /** Follows a task to its end. */
    void follow(TaskRun run, EventSink sink, UnaryOperator<ObjectNode> wrapped) {
        A2aTask task = run.task();
        ObjectNode first = Json.object();
        first.set("task", task.json(UNLIMITED, false));
        sink.data(Json.write(wrapped.apply(first)));
        int read = 0;
        while (true) {
            TaskRun.News news = run.await(read, STEP);
            if (!news.more().isEmpty()) {
                ObjectNode update =
                        task.artifactUpdate(news.more(), read > 0, news.end().isPresent());
                sink.data(Json.write(wrapped.apply(update)));
                read += news.more().length();
            }
            if (news.end().isPresent()) {
                sink.data(Json.write(wrapped.apply(news.end().get().statusUpdate())));
                return;
            }
        }
    }

    /** The task to follow, if it is worked on here. */
    TaskRun subscribe(String id) {
        A2aTask task = require(id);
        return runs.find(task.id())
                .orElseThrow(
                        () ->
                                new A2aException(
                                        Kind.UNSUPPORTED_OPERATION,
                                        task.state().isOver()
                                                ? "The task has ended; get it instead."
                                                : "The task is worked on elsewhere; get it instead."));
    }

    ObjectNode get(String id, int history) {
        return require(id).json(history, true);
    }

    private A2aTask require(String id) {
        String agent = RunContext.current().agent().name();
        return table.find(id, agent, caller())
                .orElseThrow(() -> new A2aException(Kind.TASK_NOT_FOUND, "There is no such task."));
    }

    ObjectNode cancel(String id) {
        A2aTask task = require(id);
        if (task.state().isOver()) {
            throw notCancelable();
        }
        Optional<TaskRun> here = runs.find(id);
        if (here.isPresent()) {
            here.get().cancel();
            here.get().awaitEnd(CANCELLING);
        } else {
            table.askToCancel(id);
            awaitElsewhere(id);
        }
        A2aTask now = require(id);
        if (now.state() == State.COMPLETED || now.state() == State.FAILED) {
            throw notCancelable();
        }
        return now.json(UNLIMITED, true);
    }

    private static A2aException notCancelable() {
        return new A2aException(Kind.TASK_NOT_CANCELABLE, "The task has ended already.");
    }

    /** Its node hears of it within a second. */
    private void awaitElsewhere(String id) {
        long until = System.nanoTime() + CANCELLING.toNanos();
        try {
            while (!require(id).state().isOver() && System.nanoTime() < until) {
                Thread.sleep(POLL);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    ObjectNode list(JsonNode params) {
        int size = integer(params, "pageSize", PAGE, 1, LARGEST_PAGE);
        String context = A2aMessages.text(params, "contextId");
        boolean hidden = caller().isEmpty() && context.isEmpty();
        Cursor from = Cursor.of(A2aMessages.text(params, "pageToken"));
        var wanted =
                new TaskTable.Wanted(
                        RunContext.current().agent().name(),
                        caller(),
                        context,
                        state(A2aMessages.text(params, "status")),
                        since(A2aMessages.text(params, "statusTimestampAfter")),
                        from.time(),
                        from.id(),
                        size + 1);
        TaskTable.Page page = hidden ? new TaskTable.Page(List.of(), 0) : table.list(wanted);
        List<A2aTask> tasks = page.tasks();
        boolean more = tasks.size() > size;
        List<A2aTask> shown = more ? tasks.subList(0, size) : tasks;
        int history = history(params);
        boolean artifacts = params.path("includeArtifacts").asBoolean(false);
        ObjectNode answer = Json.object();
        ArrayNode list = answer.putArray("tasks");
        shown.forEach(task -> list.add(task.json(history, artifacts)));
        answer.put("nextPageToken", more ? Cursor.after(shown.getLast()) : "");
        return answer.put("pageSize", shown.size()).put("totalSize", page.total());
    }

    private static Optional<State> state(String wire) {
        if (wire.isEmpty() || wire.equals("TASK_STATE_UNSPECIFIED")) {
            return Optional.empty();
        }
        for (State state : State.values()) {
            if (state.wire().equals(wire)) {
                return Optional.of(state);
            }
        }
        throw new A2aException(
                Kind.INVALID_PARAMS, "'status' is no state that a task is ever in here.");
    }

    private static long since(String time) {
        try {
            return time.isEmpty() ? 0 : Instant.parse(time).toEpochMilli();
        } catch (DateTimeParseException e) {
            throw new A2aException(
                    Kind.INVALID_PARAMS,
                    "'statusTimestampAfter' must be a time such as 2026-01-31T10:00:00Z.");
        }
    }

    static int history(JsonNode params) {
        return integer(params, "historyLength", UNLIMITED, 0, UNLIMITED);
    }

    private static int integer(JsonNode params, String field, int fallback, int min, int max) {
        JsonNode value = params.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return fallback;
        }
        if (!value.canConvertToExactIntegral()
                || value.longValue() < min
                || value.longValue() > max) {
            throw new A2aException(
                    Kind.INVALID_PARAMS,
                    "'" + field + "' must be a whole number from " + min + " to " + max + ".");
        }
        return value.intValue();
    }

    /** Where a list goes on. */
    private record Cursor(long time, String id) {
        static Cursor of(String token) {
            if (token.isEmpty()) {
                return new Cursor(Long.MAX_VALUE, "");
            }
            try {
                String text =
                        new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
                int colon = text.indexOf(':');
                return new Cursor(
                        Long.parseLong(text.substring(0, colon)), text.substring(colon + 1));
            } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                throw new A2aException(
                        Kind.INVALID_PARAMS, "'pageToken' is none of this server's.");
            }
        }

        static String after(A2aTask task) {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(
                            (task.updated() + ":" + task.id()).getBytes(StandardCharsets.UTF_8));
        }
    }
}
