package ai.robutler.identity;

import ai.robutler.core.Settings;

import tools.jackson.databind.JsonNode;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One whose tokens are good here. All of it comes from the configuration: nothing in a token can
 * change it.
 *
 * @param issuer what must stand in its tokens' {@code iss}, exactly
 * @param jwks the URL of its keys, "" for what its OIDC discovery document says
 * @param audiences one of which its tokens must be for; a peer's are for agents
 * @param algorithms with which it may sign
 * @param types the {@code typ}s that its tokens may have, in lower case, "" for none at all
 * @param userClaim where the user's id stands
 * @param scopeClaim where the scopes stand
 * @param userPrefix what is put before the user's id, so that it is nobody else's
 * @param scopes which scopes it may grant, by their names in its tokens; nothing where the
 *     configuration does not say: then all of them but {@code admin}
 */
public record IssuerSettings(
        String issuer,
        String jwks,
        Set<String> audiences,
        Set<Algorithm> algorithms,
        Set<String> types,
        String userClaim,
        String scopeClaim,
        String userPrefix,
        Optional<Map<String, String>> scopes) {
    private static final String SUBJECT = "sub";

    public IssuerSettings {
        audiences = Set.copyOf(audiences);
        algorithms = Set.copyOf(algorithms);
        types = Set.copyOf(types);
        scopes = scopes.map(Map::copyOf);
    }

    static List<IssuerSettings> readIssuers(List<Settings> all) {
        return all.stream().map(IssuerSettings::readIssuer).toList();
    }

    static List<IssuerSettings> readPeers(List<Settings> all) {
        return all.stream().map(IssuerSettings::readPeer).toList();
    }

    private static IssuerSettings readIssuer(Settings settings) {
        String issuer = url(settings, "issuer", true);
        Set<String> audiences = texts(settings, "audience", List.of());
        if (audiences.isEmpty()) {
            settings.problem(
                    "audience",
                    "is missing: name what this server is called in the issuer's tokens ('aud'),"
                            + " else tokens for others would be good here");
        }
        String userClaim = settings.text("user-claim", SUBJECT);
        if (!userClaim.equals(SUBJECT) && !settings.keys().contains("user-prefix")) {
            settings.problem(
                    "user-prefix",
                    "is missing: with another user-claim than sub, say what comes before the"
                            + " user's id here, though it be \"\": users can often choose such"
                            + " names, and must not become somebody else by it");
        }
        return new IssuerSettings(
                issuer,
                url(settings, "jwks", false),
                audiences,
                algorithms(settings),
                types(settings, List.of("jwt", "at+jwt")),
                userClaim,
                settings.text("scope-claim", "scope"),
                prefix(settings),
                scopes(settings));
    }

    private static IssuerSettings readPeer(Settings settings) {
        String issuer = url(settings, "issuer", true);
        String jwks = url(settings, "jwks", false);
        if (!settings.keys().contains("user-prefix")) {
            settings.problem(
                    "user-prefix",
                    "is missing: say what comes before the ids of the peer's users here; \"\" only"
                            + " if both servers have the same users");
        }
        String base = issuer.endsWith("/") ? issuer : issuer + "/";
        return new IssuerSettings(
                issuer,
                jwks.isEmpty() ? base + ".well-known/jwks.json" : jwks,
                Set.of(),
                algorithms(settings),
                types(settings, List.of(OwnerAssertions.TYPE, "jwt")),
                SUBJECT,
                "",
                prefix(settings),
                Optional.of(Map.of()));
    }

    private static String url(Settings settings, String key, boolean isRequired) {
        String url = settings.text(key, "");
        if (url.isEmpty()) {
            if (isRequired) {
                settings.problem(key, "is missing: the issuer's URL, exactly as in its tokens");
            }
            return url;
        }
        try {
            var uri = new URI(url);
            boolean isHttp = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
            if (isHttp && uri.getHost() != null && uri.getRawUserInfo() == null) {
                return url;
            }
        } catch (URISyntaxException _) {
            // Told below, as other wrong URLs are.
        }
        settings.problem(key, "must be a URL such as https://login.example.com, not '" + url + "'");
        return url;
    }

    private static Set<Algorithm> algorithms(Settings settings) {
        var algorithms = new LinkedHashSet<Algorithm>();
        for (String name : texts(settings, "algorithms", List.of("RS256", "ES256", "EdDSA"))) {
            Algorithm.named(name)
                    .ifPresentOrElse(
                            algorithms::add,
                            () ->
                                    settings.problem(
                                            "algorithms",
                                            "can be RS256, ES256 and EdDSA, not '" + name + "'"));
        }
        return algorithms;
    }

    private static Set<String> types(Settings settings, List<String> fallback) {
        var types = new LinkedHashSet<String>();
        texts(settings, "typ", fallback).forEach(type -> types.add(Jws.normal(type)));
        return types;
    }

    private static String prefix(Settings settings) {
        String prefix = settings.text("user-prefix", "");
        if (!prefix.isEmpty() && !Users.isGood(prefix)) {
            settings.problem("user-prefix", "must be short, without spaces and control characters");
            return "";
        }
        return prefix;
    }

    /** A list of scopes, or a map from names in tokens to names here. */
    private static Optional<Map<String, String>> scopes(Settings settings) {
        JsonNode value = settings.value("scopes");
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        var scopes = new LinkedHashMap<String, String>();
        if (value.isObject()) {
            value.propertyStream()
                    .forEach(each -> scopes.put(each.getKey(), each.getValue().asString("")));
        } else {
            settings.texts("scopes").forEach(name -> scopes.put(name, name));
        }
        scopes.values().forEach(name -> checkScope(settings, name));
        return Optional.of(scopes);
    }

    private static void checkScope(Settings settings, String name) {
        try {
            ScopeNames.requireGrantable(name);
        } catch (IllegalArgumentException e) {
            settings.problem("scopes", "has a wrong name: " + e.getMessage());
        }
    }

    private static Set<String> texts(Settings settings, String key, List<String> fallback) {
        JsonNode value = settings.value(key);
        if (value.isMissingNode()) {
            return new LinkedHashSet<>(fallback);
        }
        return new LinkedHashSet<>(
                value.isString() ? List.of(value.stringValue()) : settings.texts(key));
    }
}
