package ai.robutler.memory;

import ai.robutler.core.UserData;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.List;
import java.util.function.Consumer;

/** The sessions of a user, with all agents. */
record SessionData(Memory memory) implements UserData {
    private static final int PAGE = 50;

    @Override
    public String name() {
        return "sessions";
    }

    @Override
    public void export(String user, Consumer<JsonNode> items) {
        each(user, session -> items.accept(json(session)));
    }

    private void each(String user, Consumer<SessionRow> consumer) {
        String after = "";
        List<SessionRow> page;
        do {
            page = memory.sessions().ofUser(user, after, PAGE);
            page.forEach(consumer);
            after = page.isEmpty() ? "" : page.getLast().id();
        } while (!page.isEmpty());
    }

    private ObjectNode json(SessionRow session) {
        ObjectNode json = SessionApi.json(session).put("agent", session.owner().agent());
        if (!session.owner().via().isEmpty()) {
            json.put("via", session.owner().via());
        }
        if (!session.summary().isEmpty()) {
            json.put("summary", session.summary());
        }
        ArrayNode history = json.putArray("history");
        memory.sessions()
                .read(session, Long.MAX_VALUE, memory.sessions().bounds().sessionTurns())
                .reversed()
                .forEach(turn -> history.add(SessionApi.json(turn)));
        return json;
    }

    @Override
    public Deletion delete(String user) {
        long[] gone = {0};
        each(
                user,
                session -> {
                    memory.sessions().remove(session);
                    gone[0]++;
                });
        return new Deletion(gone[0]);
    }
}
