package ai.robutler.discovery;

import ai.robutler.core.Cost;
import ai.robutler.core.Json;
import ai.robutler.core.Scope;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** The answers of the discovery API, written and read. What cannot be told is absent. */
final class Wire {
    /** How many results there are where nobody says. */
    static final int TOP = 10;

    private static final int MOST_READ = 1_000;

    private Wire() {}

    static ObjectNode results(List<Found> found) {
        ArrayNode results = Json.array();
        found.forEach(each -> results.add(write(each).put("rank", results.size() + 1)));
        ObjectNode answer = Json.object();
        answer.set("results", results);
        return answer;
    }

    static ObjectNode page(Listing.Page page) {
        ArrayNode agents = Json.array();
        for (Found each : page.agents()) {
            ObjectNode agent = write(each);
            agent.remove(List.of("intent", "similarity"));
            agents.add(agent);
        }
        ObjectNode answer = Json.object();
        answer.set("agents", agents);
        page.next().ifPresent(next -> answer.put("next", next.toString()));
        return answer;
    }

    private static ObjectNode write(Found found) {
        ObjectNode node =
                Json.object()
                        .put("agent", found.agent())
                        .put("owner", found.owner())
                        .put("intent", found.intent())
                        .put("description", found.description())
                        .put("similarity", found.similarity())
                        .put("url", found.url());
        node.set("intents", Json.tree(found.intents()));
        node.set("tags", Json.tree(found.tags()));
        node.put("scope", found.scope().name());
        found.priceNanoUsd().ifPresent(price -> node.put("price", Cost.usd(price)));
        found.isPriceClaimed().ifPresent(claimed -> node.put("price_claimed", claimed));
        node.put("remote", found.remote());
        node.put("health", found.health().name().toLowerCase(Locale.ROOT));
        found.paidRequests().ifPresent(paid -> node.put("paid_requests", paid));
        found.successRate().ifPresent(rate -> node.put("success_rate", rounded(rate)));
        return node;
    }

    private static double rounded(double rate) {
        return Math.round(rate * 10_000) / 10_000.0;
    }

    static ObjectNode write(Published published) {
        return switch (published) {
            case Published.Listed listed ->
                    Json.object()
                            .put("status", "listed")
                            .put("agent", listed.agent())
                            .put("owner", listed.owner())
                            .put("url", listed.url())
                            .put("expires_at", listed.expires().toString());
            case Published.Challenged challenged -> {
                ObjectNode challenge =
                        Json.object()
                                .put("token", challenged.token())
                                .put("url", challenged.location())
                                .put("proof", challenged.proof())
                                .put("expires_at", challenged.expires().toString());
                if (!challenged.problem().isEmpty()) {
                    challenge.put("problem", challenged.problem());
                }
                ObjectNode answer = Json.object().put("status", "challenge");
                answer.set("challenge", challenge);
                yield answer;
            }
        };
    }

    static Published published(JsonNode node) {
        if (node.path("status").asString("").equals("listed")) {
            return new Published.Listed(
                    text(node, "agent"),
                    text(node, "owner"),
                    text(node, "url"),
                    Instant.parse(text(node, "expires_at")));
        }
        JsonNode challenge = node.path("challenge");
        return new Published.Challenged(
                text(challenge, "token"),
                text(challenge, "url"),
                text(challenge, "proof"),
                Instant.parse(text(challenge, "expires_at")),
                challenge.path("problem").asString(""));
    }

    static List<Found> found(JsonNode array) {
        var found = new ArrayList<Found>();
        for (JsonNode node : array) {
            if (found.size() < MOST_READ) {
                found.add(read(node, found.size() + 1));
            }
        }
        return found;
    }

    static Listing.Page page(JsonNode node) {
        String next = node.path("next").asString("");
        return new Listing.Page(
                found(node.path("agents")),
                next.isEmpty() ? Optional.empty() : Optional.of(Listing.Cursor.parse(next)));
    }

    /** The platform is trusted to tell the truth, and still its texts are those of strangers. */
    private static Found read(JsonNode node, int rank) {
        String price = node.path("price").asString("");
        return new Found(
                text(node, "agent"),
                text(node, "owner"),
                Words.cut(node.path("intent").asString(""), Publication.LONGEST_INTENT),
                texts(node.path("intents")),
                Words.cut(text(node, "description"), Publication.LONGEST_DESCRIPTION),
                texts(node.path("tags")),
                new Scope(text(node, "scope")),
                node.path("similarity").asDouble(0),
                text(node, "url"),
                rank,
                price.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Cost.nanoUsd(price)),
                node.path("remote").asBoolean(true),
                Body.health(text(node, "health")),
                node.path("paid_requests").isIntegralNumber()
                        ? OptionalLong.of(node.path("paid_requests").longValue())
                        : OptionalLong.empty(),
                node.path("success_rate").isNumber()
                        ? OptionalDouble.of(node.path("success_rate").doubleValue())
                        : OptionalDouble.empty(),
                false);
    }

    private static List<String> texts(JsonNode array) {
        var texts = new ArrayList<String>();
        for (JsonNode text : array) {
            if (texts.size() < Publication.MOST_INTENTS) {
                texts.add(Words.cut(text.asString(""), Publication.LONGEST_INTENT));
            }
        }
        return texts;
    }

    /**
     * @throws IllegalArgumentException if it is not there
     */
    private static String text(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (!value.isString()) {
            throw new IllegalArgumentException("the answer has no '" + field + "'");
        }
        return value.stringValue();
    }
}
