package ai.robutler.memory;

import ai.robutler.core.Json;
import ai.robutler.core.UserData;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.List;
import java.util.function.Consumer;

/** What all agents know of a user. */
record FactData(Memory memory) implements UserData {
    private static final int PAGE = 200;

    @Override
    public String name() {
        return "memories";
    }

    @Override
    public void export(String user, Consumer<JsonNode> items) {
        each(user, page -> page.forEach(fact -> items.accept(json(fact))));
    }

    private void each(String user, Consumer<List<Fact>> pages) {
        String after = "";
        List<Fact> page;
        do {
            page = memory.facts().ofUser(user, after, PAGE);
            pages.accept(page);
            after = page.isEmpty() ? "" : page.getLast().id();
        } while (!page.isEmpty());
    }

    private static ObjectNode json(Fact fact) {
        ObjectNode json =
                Json.object()
                        .put("id", fact.id())
                        .put("agent", fact.owner().agent())
                        .put("content", fact.content())
                        .put("importance", fact.importance())
                        .put("created", fact.created().toString())
                        .put("updated", fact.updated().toString());
        json.set("tags", Json.tree(fact.tags()));
        if (!fact.owner().via().isEmpty()) {
            json.put("via", fact.owner().via());
        }
        fact.expires().ifPresent(expires -> json.put("expires", expires.toString()));
        return json;
    }

    @Override
    public Deletion delete(String user) {
        long[] gone = {0};
        each(
                user,
                page -> {
                    memory.facts().remove(page.stream().map(Fact::id).toList());
                    gone[0] += page.size();
                });
        return new Deletion(gone[0]);
    }
}
