package ai.robutler.memory;

import ai.robutler.core.AuthenticationException;
import ai.robutler.core.ChatMessage;
import ai.robutler.core.EndpointReply;
import ai.robutler.core.InvalidRequestException;
import ai.robutler.core.Json;
import ai.robutler.core.RunContext;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.List;
import java.util.Optional;

/**
 * Sessions over HTTP: everybody sees their own, and without credentials those whose id they know.
 */
final class SessionApi {
    private static final int PAGE = 50;
    private static final int LONGEST_PAGE = 200;

    private final SessionStore store;

    SessionApi(SessionStore store) {
        this.store = store;
    }

    ObjectNode list(Optional<String> before, Optional<Integer> limit, RunContext context) {
        MemoryOwner owner = MemoryOwner.of(context);
        if (!owner.isKnown()) {
            throw new AuthenticationException(
                    "authentication_required",
                    "Only callers with credentials have a list of sessions.");
        }
        int page = page(limit);
        List<SessionRow> rows =
                store.list(owner, before.map(SessionPage::parse).orElse(SessionPage.FIRST), page);
        ObjectNode reply = Json.object();
        ArrayNode sessions = reply.putArray("sessions");
        rows.forEach(row -> sessions.add(json(row)));
        return reply.put(
                "next", rows.size() < page ? "" : SessionPage.after(rows.getLast()).text());
    }

    EndpointReply draw() {
        return EndpointReply.json(Json.object().put("id", SessionName.random().text()))
                .withStatus(201);
    }

    ObjectNode show(String id, Optional<Long> before, Optional<Integer> limit, RunContext context) {
        SessionRow session = require(id, context);
        int page = page(limit);
        List<SessionTurn> turns = store.read(session, before.orElse(Long.MAX_VALUE), page);
        ObjectNode reply = json(session);
        if (!session.summary().isEmpty()) {
            reply.put("summary", session.summary());
        }
        ArrayNode list = reply.putArray("history");
        turns.forEach(turn -> list.add(json(turn)));
        return reply.put("next", turns.size() < page ? 0 : turns.getLast().number());
    }

    EndpointReply delete(String id, RunContext context) {
        SessionRow session = require(id, context);
        if (!store.delete(session.owner(), new SessionName(session.name()))) {
            throw notFound();
        }
        return EndpointReply.noContent();
    }

    /** What is another's is not there: nobody learns that it is. */
    private SessionRow require(String id, RunContext context) {
        MemoryOwner owner = MemoryOwner.of(context);
        var name = new SessionName(id);
        if (!owner.isKnown() && !name.isUnguessable()) {
            throw notFound();
        }
        return store.find(owner, name).orElseThrow(SessionApi::notFound);
    }

    private static InvalidRequestException notFound() {
        return InvalidRequestException.notFound(
                "session_not_found", "id", "You have no session of this id with this agent.");
    }

    private static int page(Optional<Integer> limit) {
        int page = limit.orElse(PAGE);
        if (page < 1 || page > LONGEST_PAGE) {
            throw InvalidRequestException.of("limit", "'limit' must be 1 to " + LONGEST_PAGE + ".");
        }
        return page;
    }

    static ObjectNode json(SessionRow row) {
        return Json.object()
                .put("id", row.name())
                .put("turns", row.turns())
                .put("bytes", row.bytes())
                .put("created", row.created().toString())
                .put("used", row.used().toString())
                .put("expires", row.expires().toString());
    }

    static ObjectNode json(SessionTurn turn) {
        ObjectNode json =
                Json.object().put("number", turn.number()).put("time", turn.time().toString());
        if (turn.replacedBy() > 0) {
            json.put("replaced_by", turn.replacedBy());
        }
        json.set("messages", Json.array(turn.messages().stream().map(ChatMessage::json).toList()));
        return json;
    }
}
