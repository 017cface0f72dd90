package ai.robutler.models;

import ai.robutler.core.ChatRequest;
import ai.robutler.core.Json;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.Optional;
import java.util.Set;

/** Requests as a provider with quirks takes them. What it takes as it is stays as it is. */
final class DialectRequest {
    /** What {@code thinking} of agents can say; anything else is the client's own affair. */
    private static final Set<String> LEVELS = Set.of("none", "low", "medium", "high");

    private final Quirks quirks;
    private final Optional<CatalogModel> facts;

    DialectRequest(Quirks quirks, Optional<CatalogModel> facts) {
        this.quirks = quirks;
        this.facts = facts;
    }

    /** A request of its own, which may be changed. */
    ObjectNode of(ChatRequest request) {
        ObjectNode json = Json.shallowCopy(request.json());
        json.remove(quirks.drops);
        quirks.renames.forEach((ours, theirs) -> rename(json, ours, theirs));
        effort(json);
        boolean thinks = facts.map(it -> it.abilities().contains(Ability.REASONING)).orElse(false);
        if (thinks) {
            json.remove(quirks.thinkingDrops);
        }
        if (quirks.changesMessages() && json.path("messages").isArray()) {
            var messages = Json.array();
            json.path("messages").forEach(message -> messages.add(message(message)));
            json.set("messages", messages);
        }
        boolean sees = facts.map(it -> it.abilities().contains(Ability.IMAGES)).orElse(false);
        ToolImages.moved(json, sees);
        return json;
    }

    private static void rename(ObjectNode json, String ours, String theirs) {
        JsonNode value = json.remove(ours);
        if (value != null && !json.has(theirs)) {
            json.set(theirs, value);
        }
    }

    private void effort(ObjectNode json) {
        String wanted = json.path(EffortForm.OPENAI).asString("");
        if (wanted.isEmpty()) {
            return;
        }
        Optional<String> effort = LEVELS.contains(wanted) ? clamped(wanted) : Optional.of(wanted);
        effort.ifPresentOrElse(
                level -> quirks.effort.put(json, level), () -> json.remove(EffortForm.OPENAI));
    }

    /** Empty where the model cannot be told. */
    private Optional<String> clamped(String wanted) {
        var known = facts.flatMap(CatalogModel::thinking);
        if (known.isPresent()) {
            return Efforts.nearest(wanted, known.get());
        }
        if (quirks.efforts.isEmpty() || quirks.efforts.contains(wanted)) {
            return Optional.of(wanted);
        }
        // A model that is not known may not think at all: no thinking is no reason to ask for some.
        return wanted.equals("none") ? Optional.empty() : Efforts.nearest(wanted, quirks.efforts);
    }

    private JsonNode message(JsonNode message) {
        if (!(message instanceof ObjectNode object)) {
            return message;
        }
        ObjectNode copy = Json.shallowCopy(object);
        copy.remove(quirks.messageDrops);
        if (!quirks.thoughts.isEmpty()) {
            rename(copy, DialectAnswer.THOUGHTS, quirks.thoughts);
        }
        if (quirks.shortCallIds) {
            CallIds.shorten(copy);
        }
        if (!quirks.developer && copy.path("role").asString("").equals("developer")) {
            copy.put("role", "system");
        }
        return copy;
    }
}
