package ai.robutler.identity;

import ai.robutler.core.AssertionSigner;
import ai.robutler.core.AuthenticationException;
import ai.robutler.core.Json;
import ai.robutler.core.Names;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Short tokens that say for whom an agent calls another: {@code X-Owner-Assertion}. Each is good
 * for one target and one call. It makes the caller the acting user, in the hands of an agent: it
 * never grants ownership or administration. One whose {@code scope} is {@code publish} is good for
 * no call: with it the target tells the registry what it can do, for its owner, {@code sub}.
 * Thread-safe.
 *
 * <p>Claims: {@code aud} is {@code robutler-agent:} and the target's name, {@code agent_id} the
 * target's name, {@code sub} the acting user, {@code owner_user_id} the target's owner (told, never
 * believed), {@code jti}, {@code iat}, {@code exp}; and {@code act.sub} the calling agent and
 * {@code scope}, as in RFC 8693.
 */
public final class OwnerAssertions implements AssertionSigner {
    /** The {@code typ} of those of this server. */
    static final String TYPE = "owner-assertion+jwt";

    /** How long one may be good. */
    public static final Duration LONGEST = Duration.ofMinutes(5);

    static final String AUDIENCE = "robutler-agent:";

    /** The {@code scope} of those that are good for no call. */
    static final String PUBLISH = "publish";

    private static final Pattern JTI = Pattern.compile("[\\x21-\\x7e]{8,200}");
    private static final int JTI_BYTES = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    private record Peer(IssuerSettings settings, RemoteKeys keys) {}

    private final SigningKeys signer;
    private final Map<String, Peer> peers = new LinkedHashMap<>();
    private final Signatures signatures;
    private final UsedAssertions used;
    private final InstantSource clock;

    OwnerAssertions(
            SigningKeys signer,
            List<IssuerSettings> peers,
            Documents documents,
            Signatures signatures,
            UsedAssertions used,
            InstantSource clock) {
        this.signer = signer;
        for (IssuerSettings each : peers) {
            var published = new IssuerDocuments(each.issuer(), each.jwks(), documents);
            this.peers.put(each.issuer(), new Peer(each, new RemoteKeys(published, clock)));
        }
        this.signatures = signatures;
        this.used = used;
        this.clock = clock;
    }

    @Override
    public String issue(
            String target,
            String callerAgent,
            String actingUser,
            String ownerUser,
            Duration lifetime) {
        return signer.sign(TYPE, claims(target, callerAgent, actingUser, ownerUser, lifetime));
    }

    /**
     * One with which an agent tells the registry what it can do, once.
     *
     * @param owner whose agent it is
     */
    String issueToPublish(String agent, String owner, Duration lifetime) {
        ObjectNode claims = claims(agent, agent, owner, owner, lifetime);
        return signer.sign(TYPE, claims.put("scope", PUBLISH));
    }

    private ObjectNode claims(
            String target,
            String callerAgent,
            String actingUser,
            String ownerUser,
            Duration lifetime) {
        if (lifetime.compareTo(Duration.ofSeconds(1)) < 0 || lifetime.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("an owner assertion lives from 1 s to 5 minutes");
        }
        Instant now = clock.instant();
        ObjectNode claims =
                Json.object()
                        .put("aud", AUDIENCE + Names.requireAgent(target))
                        .put("agent_id", target)
                        .put("sub", Users.require(actingUser))
                        .put("jti", jti())
                        .put("iat", now.getEpochSecond())
                        .put("nbf", now.getEpochSecond())
                        .put("exp", now.plus(lifetime).getEpochSecond());
        if (!ownerUser.isEmpty()) {
            claims.put("owner_user_id", Users.require(ownerUser));
        }
        claims.putObject("act").put("sub", AUDIENCE + Names.requireAgent(callerAgent));
        return claims;
    }

    private static String jti() {
        byte[] bytes = new byte[JTI_BYTES];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /**
     * What an assertion says, if it is good; it is not used up by this.
     *
     * @throws AuthenticationException if it is not
     * @throws ai.robutler.core.UnavailableException if nobody can tell now
     */
    Assertion check(String token) {
        Jws jws = Jws.parse(token);
        String issuer = jws.text("iss");
        if (issuer.equals(signer.issuer())) {
            Assertion assertion = read(jws, "", Set.of(TYPE));
            signer.requireSigned(jws);
            return assertion;
        }
        Peer peer = peers.get(issuer);
        if (peer == null) {
            throw refused(
                    "The owner assertion's issuer is not known here: auth.peers does not name it.");
        }
        IssuerSettings settings = peer.settings();
        Assertion assertion = read(jws, settings.userPrefix(), settings.types());
        require(
                settings.algorithms().contains(jws.algorithm()),
                "The owner assertion's algorithm is not accepted.");
        signatures.require(jws, peer.keys());
        return assertion;
    }

    /**
     * Uses an assertion up.
     *
     * @throws AuthenticationException if it was used before, here or on another node
     * @throws ai.robutler.core.UnavailableException if nobody can tell now
     */
    void use(Assertion assertion) {
        if (!used.use(assertion.issuer(), assertion.jti(), assertion.expiry())) {
            throw refused("The owner assertion was used before; each is good for one call.");
        }
    }

    private Assertion read(Jws jws, String prefix, Set<String> types) {
        String target = jws.text("agent_id");
        require(isAgent(target), "The owner assertion names no agent (its 'agent_id').");
        String issuer = jws.text("iss");
        new ClaimRules(issuer, Set.of(AUDIENCE + target), types).check(jws, clock.instant());
        require(
                jws.claims().path("aud").isString(),
                "The owner assertion must be for one agent alone (its 'aud').");
        String user = prefix + jws.text("sub");
        require(
                !jws.text("sub").isEmpty() && Users.isGood(user),
                "The owner assertion names no user (its 'sub').");
        String jti = jws.text("jti");
        require(JTI.matcher(jti).matches(), "The owner assertion has no good 'jti'.");
        return new Assertion(
                issuer,
                target,
                callerAgent(jws, issuer, prefix),
                user,
                jti,
                expiry(jws),
                publishes(jws));
    }

    /** One that names no calling agent comes from its issuer as such. */
    private static String callerAgent(Jws jws, String issuer, String prefix) {
        JsonNode actor = jws.claims().path("act");
        if (actor.isMissingNode()) {
            return issuer;
        }
        String subject = actor.path("sub").asString("");
        String agent = subject.startsWith(AUDIENCE) ? subject.substring(AUDIENCE.length()) : "";
        require(isAgent(agent), "The owner assertion names no calling agent (its 'act').");
        return prefix + agent;
    }

    /** What it is good for; scopes of other kinds are not granted, and change nothing. */
    private static boolean publishes(Jws jws) {
        return jws.text("scope").equals(PUBLISH);
    }

    /** Both ends must be told: without a beginning, nobody knows how long it lives. */
    private static Instant expiry(Jws jws) {
        Optional<Instant> from = jws.time("iat");
        Optional<Instant> to = jws.time("exp");
        require(
                from.isPresent() && to.isPresent() && !to.get().isAfter(from.get().plus(LONGEST)),
                "The owner assertion must say 'iat' and 'exp', at most 5 minutes apart.");
        return to.get();
    }

    private static boolean isAgent(String name) {
        try {
            return name.equals(Names.requireAgent(name));
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    /** What is wrong with the peers' keys, by issuer; empty where nothing is. */
    Map<String, String> troubles() {
        var troubles = new LinkedHashMap<String, String>();
        peers.forEach(
                (issuer, peer) -> {
                    String trouble = peer.keys().trouble();
                    if (!trouble.isEmpty()) {
                        troubles.put(issuer, trouble);
                    }
                });
        return troubles;
    }

    void cleanUp() {
        used.forget(clock.instant());
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw refused(message);
        }
    }

    private static AuthenticationException refused(String message) {
        return AuthenticationException.invalidToken(message);
    }
}
