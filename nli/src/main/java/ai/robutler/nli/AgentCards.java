package ai.robutler.nli;

import ai.robutler.core.Agent;
import ai.robutler.core.EndpointReply;
import ai.robutler.core.Json;
import ai.robutler.core.Scope;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What agents say of themselves, for agents elsewhere.
 *
 * <p>Source of the wire format: A2A 1.0, "AgentCard" and "Caching".
 */
final class AgentCards {
    static final String VERSION = "1.0";
    private static final int DIGEST_BYTES = 12;

    private final Here here;
    private final boolean callersRequired;

    /**
     * @param callersRequired whether nobody is served whom the server does not know
     */
    AgentCards(Here here, boolean callersRequired) {
        this.here = here;
        this.callersRequired = callersRequired;
    }

    EndpointReply reply(Agent agent, Optional<String> ifNoneMatch) {
        byte[] body = Json.writeBytes(card(agent));
        String tag = "\"" + digest(body) + "\"";
        var headers = Map.of("ETag", tag, "Cache-Control", "max-age=60", "Vary", "Authorization");
        boolean known = ifNoneMatch.filter(tags -> isAmong(tag, tags)).isPresent();
        return known
                ? new EndpointReply(304, "", new byte[0], headers)
                : new EndpointReply(200, "application/json", body, headers);
    }

    private static boolean isAmong(String tag, String tags) {
        for (String each : tags.split(",", 50)) {
            String one = each.strip();
            if (one.equals("*") || one.replaceFirst("^W/", "").equals(tag)) {
                return true;
            }
        }
        return false;
    }

    ObjectNode card(Agent agent) {
        String url = here.publicUrl() + "/" + agent.name();
        String description =
                agent.description().isBlank() ? "The agent " + agent.name() : agent.description();
        ObjectNode card = Json.object().put("name", agent.name()).put("description", description);
        ArrayNode interfaces = card.putArray("supportedInterfaces");
        add(interfaces, url + "/a2a", "JSONRPC");
        add(interfaces, url + "/a2a/v1", "HTTP+JSON");
        card.put("version", VERSION);
        card.putObject("capabilities")
                .put("streaming", true)
                .put("pushNotifications", false)
                .put("extendedAgentCard", false);
        security(card, callersRequired || !agent.scope().equals(Scope.ALL));
        card.putArray("defaultInputModes").add("text/plain").add("application/json");
        card.putArray("defaultOutputModes").add("text/plain");
        ObjectNode skill = card.putArray("skills").addObject();
        skill.put("id", agent.name()).put("name", agent.name()).put("description", description);
        List<String> tags = agent.intents().isEmpty() ? List.of("agent") : agent.intents();
        tags.forEach(skill.putArray("tags")::add);
        if (!agent.intents().isEmpty()) {
            agent.intents().forEach(skill.putArray("examples")::add);
        }
        return card;
    }

    private static void add(ArrayNode interfaces, String url, String binding) {
        interfaces
                .addObject()
                .put("url", url)
                .put("protocolBinding", binding)
                .put("protocolVersion", VERSION);
    }

    private static void security(ObjectNode card, boolean required) {
        ObjectNode schemes = card.putObject("securitySchemes");
        schemes.putObject("bearer")
                .putObject("httpAuthSecurityScheme")
                .put("scheme", "Bearer")
                .put("description", "An API key, or a token of an issuer known here.");
        schemes.putObject("apiKey")
                .putObject("apiKeySecurityScheme")
                .put("location", "header")
                .put("name", "X-API-Key");
        if (required) {
            ArrayNode requirements = card.putArray("securityRequirements");
            for (String scheme : List.of("bearer", "apiKey")) {
                requirements.addObject().putObject("schemes").putObject(scheme).putArray("list");
            }
        }
    }

    private static String digest(byte[] body) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(body);
            return HexFormat.of().formatHex(digest, 0, DIGEST_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
