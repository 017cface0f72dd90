package ai.robutler.discovery;

import ai.robutler.core.ApiException;
import ai.robutler.core.Caller;
import ai.robutler.core.ConflictException;
import ai.robutler.core.Cost;
import ai.robutler.core.InvalidRequestException;
import ai.robutler.core.Json;
import ai.robutler.core.JsonSyntaxException;
import ai.robutler.core.PermissionException;
import ai.robutler.core.RateLimitException;
import ai.robutler.core.Scope;
import ai.robutler.core.UnavailableException;
import ai.robutler.outbound.AddressPolicy;
import ai.robutler.outbound.OutboundClient;
import ai.robutler.outbound.OutboundException;
import ai.robutler.outbound.OutboundRequest;
import ai.robutler.outbound.OutboundResponse;
import ai.robutler.outbound.OutboundSettings;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;

/**
 * The registry of a remote platform, by its {@link DiscoveryApi}. It knows this server by an API
 * key: what is published is the key's user's, and what is found is what that user may talk to,
 * whoever calls here. A platform that is away is an {@link UnavailableException}.
 */
public final class RemoteRegistry implements Registry, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteRegistry.class);
    private static final Duration CALL = Duration.ofSeconds(15);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
    private static final int CONCURRENCY = 64;
    private static final int LARGEST = 4 << 20;

    private final OutboundClient client;
    private final String base;
    private final String key;

    private RemoteRegistry(OutboundClient client, String base, String key) {
        this.client = client;
        this.base = base;
        this.key = key;
    }

    /**
     * @param url of the platform, such as {@code https://robutler.ai}; it is the operator's, so it
     *     may lead to a private address
     * @param key the API key that the platform knows this server by; it goes nowhere else
     * @throws IllegalArgumentException if the URL is none
     */
    public static RemoteRegistry open(String url, String key) {
        String trimmed = url.replaceAll("/+$", "");
        URI uri = URI.create(trimmed);
        if (uri.getHost() == null || !List.of("http", "https").contains(uri.getScheme())) {
            throw new IllegalArgumentException(
                    "the platform's URL must be like https://platform.example.com");
        }
        String host = uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
        var policy = AddressPolicy.publicOnly().allowing(host);
        return new RemoteRegistry(
                OutboundClient.open(new OutboundSettings(policy, CONCURRENCY)),
                trimmed + "/api",
                key);
    }

    @Override
    public List<Found> search(Query query, Caller caller) {
        ObjectNode filters = Json.object();
        query.mostNanoUsd().ifPresent(most -> filters.put("max_price", Cost.usd(most)));
        query.owner().ifPresent(owner -> filters.put("owner", owner));
        query.scope().ifPresent(scope -> filters.put("scope", scope));
        filters.set("tags", Json.tree(query.tags()));
        filters.set(
                "health",
                Json.tree(
                        query.health().stream()
                                .map(health -> health.name().toLowerCase(Locale.ROOT))
                                .toList()));
        ObjectNode body = Json.object().put("intent", query.intent()).put("top_k", query.top());
        body.set("filters", filters);
        List<Found> found =
                read(
                        send("POST", "/intents/search", body),
                        node -> Wire.found(node.path("results")));
        return forCaller(found, caller);
    }

    /** What the key's user may see because of who it is, is not for whoever calls here. */
    private static List<Found> forCaller(List<Found> found, Caller caller) {
        return found.stream()
                .filter(
                        each ->
                                Set.of(Scope.ALL, Scope.USER).contains(each.scope())
                                        && each.scope().admits(caller, ""))
                .toList();
    }

    @Override
    public Published publish(Publication publication, Caller caller) {
        ObjectNode body =
                Json.object()
                        .put("agent", publication.agent())
                        .put("description", publication.description())
                        .put("scope", publication.scope().name())
                        .put("ttl_seconds", publication.lifetime().toSeconds());
        publication.url().ifPresent(url -> body.put("url", url));
        publication.priceNanoUsd().ifPresent(price -> body.put("price", Cost.usd(price)));
        body.set("intents", Json.tree(publication.intents()));
        body.set("tags", Json.tree(publication.tags()));
        return read(send("POST", "/intents/publish", body), Wire::published);
    }

    @Override
    public boolean withdraw(String agent, Caller caller) {
        try {
            JsonNode _ = send("DELETE", "/intents/" + encoded(agent), Json.object());
            return true;
        } catch (InvalidRequestException e) {
            if (e.code().equals("agent_not_found")) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public Listing.Page list(Listing listing, Caller caller) {
        var path = new StringBuilder("/agents?limit=").append(listing.limit());
        listing.owner().ifPresent(owner -> path.append("&owner=").append(encoded(owner)));
        listing.name().ifPresent(name -> path.append("&name=").append(encoded(name)));
        listing.after()
                .ifPresent(after -> path.append("&cursor=").append(encoded(after.toString())));
        Listing.Page page = read(send("GET", path.toString(), Json.object()), Wire::page);
        return new Listing.Page(forCaller(page.agents(), caller), page.next());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static <T> T read(JsonNode answer, Function<JsonNode, T> reader) {
        try {
            return reader.apply(answer);
        } catch (IllegalArgumentException | DateTimeParseException | ApiException e) {
            throw unavailable("The platform's answer is not what its API promises.", e);
        }
    }

    private JsonNode send(String method, String path, ObjectNode body) {
        OutboundRequest request =
                OutboundRequest.of(method, base + path)
                        .header("Authorization", "Bearer " + key)
                        .header("Accept", "application/json")
                        .atMost(LARGEST)
                        .within(CALL);
        if (!body.isEmpty()) {
            request =
                    request.header("Content-Type", "application/json")
                            .body(Json.writeBytes(body));
        }
        try {
            OutboundResponse answer = client.call(request);
            if (answer.ok()) {
                return Json.parseObject(answer.body());
            }
            throw refused(answer);
        } catch (OutboundException e) {
            LOG.warn("The platform gave no answer: {}", e.detail());
            throw unavailable("The platform does not answer.", e);
        } catch (JsonSyntaxException e) {
            throw unavailable("The platform's answer is not JSON.", e);
        }
    }

    private static ApiException refused(OutboundResponse answer) {
        JsonNode error = error(answer);
        String message = Words.cut(error.path("message").asString(""), 500);
        String code = Words.cut(error.path("code").asString(""), 64);
        String param = Words.cut(error.path("param").asString(""), 64);
        return switch (answer.status()) {
            case 400 -> InvalidRequestException.of(code, param, message);
            case 404 ->
                    code.equals("agent_not_found")
                            ? InvalidRequestException.notFound(code, param, message)
                            : misconfigured("has no discovery API at this URL");
            case 403 -> new PermissionException(message);
            case 409 -> new ConflictException(code, message);
            case 429 -> new RateLimitException(message, retryAfter(answer));
            case 401 -> misconfigured("refuses this server's API key");
            default -> unavailable("The platform is not able to answer now.", null);
        };
    }

    private static Duration retryAfter(OutboundResponse answer) {
        String seconds = answer.header("retry-after").orElse("");
        return seconds.matches("[0-9]{1,5}")
                ? Duration.ofSeconds(Long.parseLong(seconds))
                : RETRY_AFTER;
    }

    private static JsonNode error(OutboundResponse answer) {
        try {
            return Json.parseObject(answer.text()).path("error");
        } catch (JsonSyntaxException e) {
            return Json.object();
        }
    }

    /** For the operator to mend: no repetition helps, and it is nothing of the caller's. */
    private static UnavailableException misconfigured(String what) {
        LOG.error("The platform {}; look at ROBUTLER_API_URL and ROBUTLER_API_KEY.", what);
        return new UnavailableException("The platform " + what + ".", RETRY_AFTER, null);
    }

    private static UnavailableException unavailable(
            String words, @Nullable Throwable cause) {
        return new UnavailableException(words + " Try again later.", RETRY_AFTER, cause);
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "RemoteRegistry[" + base + "]";
    }

    @Override
    public void close() {
        client.close();
    }
}
