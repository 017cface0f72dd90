package ai.robutler.app;

import ai.robutler.core.Scope;
import ai.robutler.core.Settings;
import ai.robutler.discovery.DiscoverySettings;
import ai.robutler.identity.AuthSettings;
import ai.robutler.mcp.McpApiSettings;
import ai.robutler.mcp.McpSettings;
import ai.robutler.nli.NliSettings;
import ai.robutler.outbound.OutboundSettings;
import ai.robutler.payments.PaymentsSettings;
import ai.robutler.store.DatabaseOptions;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What is configured of callers, money and where both are kept.
 *
 * @param data the folder for the signing keys, and for the database where none is named
 * @param remote who keeps the ledger; this server itself where it is empty
 * @param mcp the MCP servers that agents share
 * @param served how agents are MCP servers
 */
record PlatformConfig(
        AuthSettings auth,
        PaymentsSettings payments,
        DiscoverySettings discovery,
        OutboundSettings outbound,
        NliSettings nli,
        McpSettings mcp,
        McpApiSettings served,
        Reached reached,
        DatabaseOptions database,
        Path data,
        Optional<Remote> remote) {
    /**
     * A platform that keeps the ledger for this server.
     *
     * @param key the API key that it knows this server by
     */
    record Remote(String url, String key) {
        @Override
        public String toString() {
            return url;
        }
    }

    /**
     * How the server is found.
     *
     * @param publicUrl "" where that is its own address
     * @param prefix what the paths of agents begin with, "" for nothing
     */
    record Reached(String publicUrl, String prefix) {}

    private static final String FILE = "robutler.db";

    /** Stands in tokens as the issuer where the server has no public URL. */
    private static final String NAMELESS = "robutler";

    static PlatformConfig of(Config config, Findings findings) {
        Settings settings = config.settings();
        String publicUrl = config.server().text("public-url", "");
        Path data = config.value(Option.DATA).value();
        AuthSettings auth =
                AuthSettings.read(
                        settings.section("auth"), publicUrl.isEmpty() ? NAMELESS : publicUrl);
        Settings mcp = settings.section("mcp");
        return new PlatformConfig(
                auth,
                PaymentsSettings.read(settings.section("payments")),
                DiscoverySettings.read(settings.section("discovery")),
                OutboundSettings.read(settings.section("outbound")),
                NliSettings.read(settings.section("nli")),
                McpSettings.read(mcp),
                // Without auth, whoever calls may do everything.
                McpApiSettings.read(mcp, publicUrl, auth.isConfigured() ? Scope.OWNER : Scope.ALL),
                new Reached(publicUrl, urlPrefix(config.value(Option.URL_PREFIX).value())),
                database(config.value(Option.DATABASE_URL), data, findings),
                data,
                remote(settings.section("platform")));
    }

    /** As the server has it. */
    private static String urlPrefix(String prefix) {
        String trimmed = prefix.replaceAll("/+$", "");
        return trimmed.isEmpty() || trimmed.startsWith("/") ? trimmed : "/" + trimmed;
    }

    private static Optional<Remote> remote(Settings platform) {
        String url = platform.text("url", "ROBUTLER_API_URL", "");
        String key = platform.text("api-key", "ROBUTLER_API_KEY", "");
        if (url.isEmpty() && key.isEmpty()) {
            return Optional.empty();
        }
        if (url.isEmpty() || key.isEmpty()) {
            platform.problem(
                    url.isEmpty() ? "url" : "api-key",
                    "is missing: a remote platform needs its address and a key (url and api-key, or"
                            + " ROBUTLER_API_URL and ROBUTLER_API_KEY)");
            return Optional.empty();
        }
        try {
            URI uri = URI.create(url);
            if (uri.getHost() != null && List.of("http", "https").contains(uri.getScheme())) {
                return Optional.of(new Remote(url, key));
            }
        } catch (IllegalArgumentException e) {
            // Told below.
        }
        platform.problem("url", "must be like https://platform.example.com");
        return Optional.empty();
    }

    private static DatabaseOptions database(Value<String> url, Path data, Findings findings) {
        DatabaseOptions file = DatabaseOptions.sqlite(data.resolve(FILE));
        if (url.value().isEmpty()) {
            return file;
        }
        try {
            return DatabaseOptions.of(url.value());
        } catch (IllegalArgumentException e) {
            findings.problem(url.problem(String.valueOf(e.getMessage())));
            return file;
        }
    }
}
