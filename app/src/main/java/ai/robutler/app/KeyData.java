package ai.robutler.app;

import ai.robutler.core.Json;
import ai.robutler.core.UserData;
import ai.robutler.identity.ApiKey;
import ai.robutler.identity.ApiKeys;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.time.Instant;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;

/** The API keys of a user, without their secrets; to delete them is to revoke them. */
record KeyData(ApiKeys keys) implements UserData {
    @Override
    public String name() {
        return "api_keys";
    }

    @Override
    public void export(String user, Consumer<JsonNode> items) {
        keys.list(user).forEach(key -> items.accept(json(key)));
    }

    private static ObjectNode json(ApiKey key) {
        ObjectNode json =
                Json.object()
                        .put("id", key.id())
                        .put("name", key.name())
                        .put("created", key.created().toString());
        json.set("scopes", Json.tree(new TreeSet<>(key.scopes())));
        json.set("agents", Json.tree(new TreeSet<>(key.agents())));
        put(json, "expires", key.expires());
        put(json, "revoked", key.revoked());
        put(json, "last_used", key.lastUsed());
        return json;
    }

    private static void put(ObjectNode json, String field, Optional<Instant> time) {
        time.ifPresent(known -> json.put(field, known.toString()));
    }

    @Override
    public Deletion delete(String user) {
        long revoked = keys.revokeAll(user);
        boolean any = !keys.list(user).isEmpty();
        return new Deletion(
                revoked, any ? "that there were keys, so that none of them comes back" : "");
    }
}
