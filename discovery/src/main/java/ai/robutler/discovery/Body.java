package ai.robutler.discovery;

import ai.robutler.core.Cost;
import ai.robutler.core.InvalidRequestException;
import ai.robutler.core.Json;
import ai.robutler.core.Scope;

import tools.jackson.databind.JsonNode;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Reads the bodies of requests. What is wrong names its field. */
record Body(JsonNode object) {
    private static final Set<String> SEARCH = Set.of("intent", "query", "top_k", "filters");
    private static final Set<String> FILTERS = Set.of("max_price", "owner", "scope", "tags", "health");
    private static final Set<String> PUBLISH =
            Set.of("agent", "url", "description", "intents", "tags", "scope", "price", "ttl_seconds");
    private static final int MOST_TEXTS = 100;

    static Body of(JsonNode body) {
        if (!body.isObject()) {
            throw InvalidRequestException.of("", "The body must be a JSON object.");
        }
        return new Body(body);
    }

    /** {@code {intent, top_k, filters: {max_price, owner, scope, tags, health}}}. */
    Query query() {
        only(SEARCH);
        Body filters = object.has("filters") ? of(object.path("filters")) : of(Json.object());
        filters.only(FILTERS);
        return new Query(
                text("intent").or(() -> text("query")).orElse(""),
                integer("top_k").map(Math::toIntExact).orElse(Wire.TOP),
                filters.price("max_price"),
                filters.text("owner"),
                filters.text("scope"),
                filters.texts("tags"),
                filters.health());
    }

    /** {@code {agent, url, description, intents, tags, scope, price, ttl_seconds}}. */
    Publication publication() {
        only(PUBLISH);
        return new Publication(
                text("agent").orElse(""),
                text("url"),
                text("description").orElse(""),
                texts("intents"),
                texts("tags"),
                text("scope").map(Body::scope).orElse(Scope.ALL),
                price("price"),
                integer("ttl_seconds")
                        .map(Duration::ofSeconds)
                        .orElse(Publication.STANDARD_LIFETIME));
    }

    private void only(Set<String> known) {
        for (String name : object.propertyNames()) {
            if (!known.contains(name)) {
                throw wrong(
                        Words.cut(name, 40),
                        "is not known here; known are "
                                + String.join(", ", known.stream().sorted().toList()));
            }
        }
    }

    private static Scope scope(String name) {
        try {
            return new Scope(name);
        } catch (IllegalArgumentException e) {
            throw wrong("scope", "is not known here");
        }
    }

    private Optional<String> text(String name) {
        JsonNode value = object.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isString()) {
            throw wrong(name, "must be a string, not " + Json.kind(value));
        }
        return Optional.of(value.stringValue());
    }

    private Optional<Long> integer(String name) {
        JsonNode value = object.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw wrong(name, "must be a whole number");
        }
        return Optional.of(value.longValue());
    }

    private OptionalLong price(String name) {
        Optional<String> text = text(name);
        try {
            return text.isEmpty()
                    ? OptionalLong.empty()
                    : OptionalLong.of(Cost.nanoUsd(text.get()));
        } catch (IllegalArgumentException e) {
            throw wrong(name, "must be US dollars as a string of decimals such as \"0.002\"");
        }
    }

    private List<String> texts(String name) {
        JsonNode value = object.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return List.of();
        }
        if (!value.isArray() || value.size() > MOST_TEXTS) {
            throw wrong(name, "must be a list of at most " + MOST_TEXTS + " strings");
        }
        var texts = new ArrayList<String>();
        for (JsonNode each : value) {
            if (!each.isString()) {
                throw wrong(name, "must be a list of strings");
            }
            texts.add(each.stringValue());
        }
        return texts;
    }

    private Set<Health> health() {
        var wanted = new HashSet<Health>();
        for (String name : texts("health")) {
            wanted.add(health(name));
        }
        return wanted;
    }

    static Health health(String name) {
        for (Health health : Health.values()) {
            if (health.name().toLowerCase(Locale.ROOT).equals(name)) {
                return health;
            }
        }
        throw wrong("health", "must be up, down or unknown");
    }

    private static InvalidRequestException wrong(String name, String what) {
        return InvalidRequestException.of(name, "'" + name + "' " + what + ".");
    }
}
