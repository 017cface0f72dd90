package ai.robutler.identity;

import ai.robutler.core.AuthenticationException;
import ai.robutler.core.Caller;
import ai.robutler.core.Credential;
import ai.robutler.core.Headers;
import ai.robutler.core.PermissionException;
import ai.robutler.core.TokenSigner;
import ai.robutler.outbound.OutboundClient;
import ai.robutler.store.Database;
import ai.robutler.store.Health;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Tells who calls: by API keys, tokens of configured issuers, and owner assertions. Thread-safe;
 * callers block, so they belong on virtual threads.
 *
 * <p>What can be told is told for sure: credentials that are ours and wrong are refused whatever
 * the mode, and what cannot be checked now is never taken for wrong.
 */
public final class Identity implements AutoCloseable {
    private final AuthSettings.Mode mode;
    private final ApiKeys apiKeys;
    private final ForeignTokens tokens;
    private final SigningKeys signingKeys;
    private final OwnerAssertions assertions;
    private final Upkeep upkeep;

    private Identity(
            AuthSettings settings,
            Database database,
            SigningKeys signingKeys,
            Signatures signatures,
            Documents documents,
            InstantSource clock) {
        this.mode = settings.mode();
        this.apiKeys = new ApiKeys(database, clock);
        this.tokens = new ForeignTokens(settings.issuers(), documents, signatures, clock);
        this.signingKeys = signingKeys;
        this.assertions =
                new OwnerAssertions(
                        signingKeys,
                        settings.peers(),
                        documents,
                        signatures,
                        new UsedAssertions(database),
                        clock);
        this.upkeep = new Upkeep(apiKeys, signingKeys, assertions);
    }

    /**
     * Opens it, brings its tables up to date, and makes the first signing key where there is none.
     *
     * @param dataFolder the signing keys are in its folder {@code keys}
     * @param outbound fetches the keys of issuers and peers
     * @throws IllegalStateException if others may read the signing keys
     * @throws ai.robutler.core.UnavailableException if the database is away
     */
    public static Identity open(
            AuthSettings settings,
            Database database,
            Path dataFolder,
            OutboundClient outbound,
            InstantSource clock) {
        Identity identity =
                open(settings, database, dataFolder, new HttpDocuments(outbound), clock);
        identity.upkeep.start();
        return identity;
    }

    /** Without upkeep of its own. */
    static Identity open(
            AuthSettings settings,
            Database database,
            Path dataFolder,
            Documents documents,
            InstantSource clock) {
        database.migrate("identity");
        var signatures = new Signatures();
        var signingKeys =
                SigningKeys.open(
                        settings.issuer(),
                        dataFolder.resolve("keys"),
                        settings.keyRotation(),
                        database,
                        signatures,
                        clock);
        return new Identity(settings, database, signingKeys, signatures, documents, clock);
    }

    /**
     * Who makes a request with these headers; anonymous where there are no credentials. In mode
     * {@code open}, a key that is clearly somebody else's is as good as none: OpenAI's clients
     * always send one.
     *
     * <p>An owner assertion makes the caller its acting user, in the hands of the calling agent,
     * for the one target; with one to publish, no agent is reached. Credentials beside it must be
     * good, too: then what they may spend, and which agents they reach, bounds the call as well,
     * and the call goes under their name; their scopes are not the acting user's.
     *
     * @throws AuthenticationException if credentials are not good
     * @throws PermissionException if an owner assertion is for an agent that the credentials beside
     *     it are not good for
     * @throws ai.robutler.core.UnavailableException if nobody can tell now
     */
    public Caller authenticate(Headers headers) {
        Presented presented = Presented.of(headers);
        Caller caller = caller(presented);
        return presented.assertion().map(token -> acting(token, caller)).orElse(caller);
    }

    /** Whether callers need credentials. */
    public boolean callersRequired() {
        return mode == AuthSettings.Mode.REQUIRED;
    }

    private Caller caller(Presented presented) {
        if (presented.isOtherScheme()) {
            return foreign("The scheme of Authorization must be Bearer.");
        }
        return presented.secret().map(this::caller).orElse(Caller.anonymous());
    }

    private Caller caller(String secret) {
        if (secret.startsWith(KeyText.PREFIX)) {
            return apiKeys.caller(secret);
        }
        if (isSeveral(secret)) {
            throw AuthenticationException.invalidToken("The credentials are not one key or token.");
        }
        if (!looksSigned(secret)) {
            return foreign("The credentials are neither an API key nor a token known here.");
        }
        Optional<Jws> ours = ours(secret);
        return ours.isPresent()
                ? ours(ours.get())
                : foreign("The token's issuer is not known here.");
    }

    /** Joined by a proxy, perhaps; whichever is believed, it may be the wrong one. */
    private static boolean isSeveral(String secret) {
        return secret.chars().anyMatch(c -> c <= ' ' || c == ',');
    }

    private static boolean looksSigned(String secret) {
        return secret.length() > Jws.MAX_LENGTH
                || secret.chars().filter(c -> c == '.').count() == 2;
    }

    /**
     * The token, if it says that it comes from an issuer known here.
     *
     * @throws AuthenticationException if it says so, and cannot be read, or is too long to be
     */
    private Optional<Jws> ours(String token) {
        if (token.length() > Jws.MAX_LENGTH) {
            Jws.parse(token);
        }
        String issuer = Jws.claimedIssuer(token);
        return issuer.equals(signingKeys.issuer()) || tokens.knows(issuer)
                ? Optional.of(Jws.parse(token))
                : Optional.empty();
    }

    private Caller ours(Jws jws) {
        if (jws.text("iss").equals(signingKeys.issuer())) {
            throw AuthenticationException.invalidToken(
                    "A token that this server signed is no key to it.");
        }
        return tokens.caller(jws);
    }

    private Caller foreign(String message) {
        if (mode == AuthSettings.Mode.OPEN) {
            return Caller.anonymous();
        }
        throw AuthenticationException.invalidToken(message);
    }

    private Caller acting(String token, Caller caller) {
        Assertion assertion = assertions.check(token);
        if (!caller.mayReach(assertion.target())) {
            throw new PermissionException(
                    "The credentials are not good for the agent of the owner assertion.");
        }
        Credential credential =
                switch (caller) {
                    case Caller.Anonymous _ -> Credential.of("agent:" + assertion.callerAgent());
                    case Caller.User user -> user.credential();
                };
        // The last thing: what is refused for another reason is not used up.
        assertions.use(assertion);
        return new Caller.User(assertion.actingUser(), Set.of(), narrowed(credential, assertion));
    }

    private static Credential narrowed(Credential credential, Assertion assertion) {
        return assertion.publishes()
                ? Credential.toPublish(credential.id(), assertion.target(), credential.budgets())
                : new Credential(
                        credential.id(),
                        assertion.callerAgent(),
                        Set.of(assertion.target()),
                        credential.budgets());
    }

    /** The API keys, to make, list and revoke them. */
    public ApiKeys apiKeys() {
        return apiKeys;
    }

    /** Signs this server's own tokens. */
    public TokenSigner signer() {
        return signingKeys;
    }

    /** The keys behind {@link #signer}. */
    public SigningKeys signingKeys() {
        return signingKeys;
    }

    /** Issues owner assertions for calls of other agents. */
    public OwnerAssertions assertions() {
        return assertions;
    }

    /** What is served openly below {@code /.well-known}. */
    public WellKnown wellKnown() {
        return new WellKnown(signingKeys);
    }

    /** What is served below {@code /api/auth}. */
    public AuthApi api(AgentOwners owners) {
        return new AuthApi(apiKeys, signingKeys, assertions, owners);
    }

    /** How it is, in words for an operator. An issuer that is down is no reason to be down. */
    public Health health() {
        var troubles = new LinkedHashMap<String, String>(tokens.troubles());
        troubles.putAll(assertions.troubles());
        List<String> words =
                troubles.entrySet().stream()
                        .map(each -> "no keys of " + each.getKey() + ": " + each.getValue())
                        .toList();
        String upkeepTrouble = upkeep.trouble();
        if (!upkeepTrouble.isEmpty()) {
            return new Health(false, upkeepTrouble);
        }
        return new Health(true, words.isEmpty() ? "ready" : String.join("; ", words));
    }

    /** One round of upkeep, now. */
    void keepUp() {
        upkeep.run();
    }

    /** Writes down what is still in memory. */
    @Override
    public void close() {
        upkeep.close();
    }
}
