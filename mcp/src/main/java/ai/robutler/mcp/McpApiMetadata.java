package ai.robutler.mcp;

import ai.robutler.core.EndpointReply;
import ai.robutler.core.HttpEndpoint;
import ai.robutler.core.InvalidRequestException;
import ai.robutler.core.Json;
import ai.robutler.core.RunContext;

import tools.jackson.databind.node.ObjectNode;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where clients get tokens for the agents' MCP endpoints: public, for clients that are not known
 * yet. To be mounted at {@link #path}.
 *
 * <p>Source: RFC 9728, as the Model Context Protocol's "Authorization" uses it.
 */
public final class McpApiMetadata {
    private static final String WELL_KNOWN = "/.well-known/oauth-protected-resource";
    private static final Pattern HOST =
            Pattern.compile("[A-Za-z0-9.-]+(:\\d{1,5})?|\\[[0-9A-Fa-f:.]+](:\\d{1,5})?");

    private final List<String> issuers;
    private final String urlPrefix;
    private final Supplier<String> url;
    private final boolean isPublic;
    private final Pattern endpoint;

    /**
     * @param issuers whose tokens are good here; none: nothing is published
     * @param urlPrefix of the agents, "" where they have none
     * @param publicUrl of the server, "" where a request's own {@code Host} is believed
     * @param url where the server listens
     */
    public McpApiMetadata(
            List<String> issuers, String urlPrefix, String publicUrl, Supplier<String> url) {
        this.issuers = List.copyOf(issuers);
        this.urlPrefix = urlPrefix;
        this.isPublic = !publicUrl.isEmpty();
        this.url = isPublic ? () -> publicUrl : url;
        this.endpoint = Pattern.compile(Pattern.quote(urlPrefix) + "/([a-z0-9._-]{1,64})/mcp/?");
    }

    /** Where it belongs. */
    public String path() {
        return WELL_KNOWN + urlPrefix;
    }

    @HttpEndpoint(path = "/{agent}/mcp", description = "Who gives tokens for an agent.")
    public EndpointReply metadata(String agent, RunContext context) {
        if (issuers.isEmpty()) {
            throw InvalidRequestException.notFound(
                    "not_found", "", "No issuer of tokens is configured here.");
        }
        ObjectNode json =
                Json.object().put("resource", server(context) + urlPrefix + "/" + agent + "/mcp");
        issuers.forEach(json.putArray("authorization_servers")::add);
        json.putArray("bearer_methods_supported").add("header");
        json.put("resource_name", agent);
        return EndpointReply.json(json).withHeaders(Map.of("Cache-Control", "max-age=300"));
    }

    private String server(RunContext context) {
        String own = url.get();
        if (isPublic) {
            return own;
        }
        return context.header("Host")
                .filter(host -> HOST.matcher(host).matches())
                .map(host -> URI.create(own).getScheme() + "://" + host)
                .orElse(own);
    }

    /**
     * What a client learns that is not known: parameters of {@code WWW-Authenticate}.
     *
     * @param path of its request
     * @param server where it found this server, without a slash at the end
     */
    public Map<String, String> challenge(String path, String server) {
        Matcher matcher = endpoint.matcher(path);
        return issuers.isEmpty() || !matcher.matches()
                ? Map.of()
                : Map.of("resource_metadata", server + path() + "/" + matcher.group(1) + "/mcp");
    }
}
