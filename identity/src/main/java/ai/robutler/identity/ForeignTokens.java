package ai.robutler.identity;

import ai.robutler.core.AuthenticationException;
import ai.robutler.core.Caller;
import ai.robutler.core.Credential;
import ai.robutler.core.Scope;

import tools.jackson.databind.JsonNode;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Credentials that others issue: signed JWTs of configured issuers. Which issuer's rules and keys
 * are asked is all that a token's own {@code iss} decides; for one that is not configured, nothing
 * is fetched. Thread-safe.
 */
final class ForeignTokens {
    private record Trusted(IssuerSettings settings, ClaimRules rules, RemoteKeys keys) {}

    private final Map<String, Trusted> issuers = new LinkedHashMap<>();
    private final Signatures signatures;
    private final InstantSource clock;

    ForeignTokens(
            List<IssuerSettings> issuers,
            Documents documents,
            Signatures signatures,
            InstantSource clock) {
        for (IssuerSettings each : issuers) {
            var published = new IssuerDocuments(each.issuer(), each.jwks(), documents);
            this.issuers.put(
                    each.issuer(),
                    new Trusted(
                            each,
                            new ClaimRules(each.issuer(), each.audiences(), each.types()),
                            new RemoteKeys(published, clock)));
        }
        this.signatures = signatures;
        this.clock = clock;
    }

    boolean knows(String issuer) {
        return issuers.containsKey(issuer);
    }

    /**
     * Whom the token stands for.
     *
     * @throws AuthenticationException if it is not good
     * @throws ai.robutler.core.UnavailableException if its issuer's keys cannot be had
     */
    Caller.User caller(Jws jws) {
        Trusted trusted = issuers.get(jws.text("iss"));
        if (trusted == null) {
            throw AuthenticationException.invalidToken("The token's issuer is not known here.");
        }
        // First what costs nothing: who sends an old token gets no key fetched for it.
        trusted.rules().check(jws, clock.instant());
        IssuerSettings settings = trusted.settings();
        if (!settings.algorithms().contains(jws.algorithm())) {
            throw AuthenticationException.invalidToken("The token's algorithm is not accepted.");
        }
        signatures.require(jws, trusted.keys());
        String user = user(jws, settings);
        return new Caller.User(user, scopes(jws, settings), Credential.of("jwt:" + user));
    }

    private static String user(Jws jws, IssuerSettings settings) {
        String user = settings.userPrefix() + jws.text(settings.userClaim());
        if (jws.text(settings.userClaim()).isEmpty() || !Users.isGood(user)) {
            throw AuthenticationException.invalidToken(
                    "The token names no user (its '" + settings.userClaim() + "').");
        }
        return user;
    }

    /** Those that the issuer may grant; the rest is left out, as a scope unknown here would be. */
    private static Set<String> scopes(Jws jws, IssuerSettings settings) {
        var scopes = new LinkedHashSet<String>();
        for (String name : names(jws.claims().path(settings.scopeClaim()))) {
            String here =
                    settings.scopes()
                            .map(granted -> granted.getOrDefault(name, ""))
                            .orElse(name.equals(Scope.ADMIN.name()) ? "" : name);
            if (ScopeNames.canBeGranted(here)) {
                scopes.add(here);
            }
        }
        return scopes;
    }

    private static List<String> names(JsonNode claim) {
        if (claim.isString()) {
            return List.of(claim.stringValue().split(" +"));
        }
        var names = new ArrayList<String>();
        if (claim.isArray()) {
            claim.forEach(each -> names.add(each.asString("")));
        }
        return names;
    }

    /** What is wrong with the issuers' keys, by issuer; empty where nothing is. */
    Map<String, String> troubles() {
        var troubles = new LinkedHashMap<String, String>();
        issuers.forEach(
                (issuer, trusted) -> {
                    String trouble = trusted.keys().trouble();
                    if (!trouble.isEmpty()) {
                        troubles.put(issuer, trouble);
                    }
                });
        return troubles;
    }
}
