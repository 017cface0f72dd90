package ai.robutler.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Caller;
import ai.robutler.core.Json;
import ai.robutler.core.PaidUse;
import ai.robutler.core.Scope;
import ai.robutler.core.Settings;
import ai.robutler.identity.AuthSettings;
import ai.robutler.identity.Identity;
import ai.robutler.identity.NewApiKey;
import ai.robutler.outbound.AddressPolicy;
import ai.robutler.outbound.OutboundClient;
import ai.robutler.outbound.OutboundSettings;
import ai.robutler.store.Database;
import ai.robutler.store.TestDatabase;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Agents tell the registry what they can do with their owner's assertion, which is good for that
 * alone; over HTTP, with the identity of a real server, and with that of a peer.
 */
class AssertedPublishingTest {
    private static final String PUBLISH = "/api/intents/publish";
    private static final String POET = "{\"agent\":\"poet\",\"intents\":[\"write an epitaph\"]}";

    private final TestClock clock = new TestClock();
    private final OutboundClient outbound =
            OutboundClient.open(
                    new OutboundSettings(AddressPolicy.publicOnly().allowing("127.0.0.1"), 8));
    private final Stranger stranger = new Stranger();
    @TempDir private Path folder;
    private TestDatabase database;
    private TestDatabase peersDatabase;
    private Identity peer;
    private Node peersNode;
    private Identity identity;
    private Node node;

    @BeforeEach
    void open() {
        peersDatabase = TestDatabase.create(Database.Kind.SQLITE);
        peer = identity("https://peer.example", peersDatabase, Json.object());
        peersNode = node(peersDatabase, peer);
        peersNode.serve(Node.agent("bard", "carol", Scope.ALL, "Sings."));
        database = TestDatabase.create(Database.Kind.SQLITE);
        ObjectNode auth = Json.object();
        auth.putArray("peers")
                .addObject()
                .put("issuer", "https://peer.example")
                .put("jwks", peersNode.server.url() + "/.well-known/jwks.json")
                .put("user-prefix", "p:");
        identity = identity("https://here.example", database, auth);
        node = node(database, identity);
        node.serve(
                Node.agent("poet", "alice", Scope.ALL, "Writes verses."),
                Node.agent("cook", "alice", Scope.ALL, "Cooks."));
    }

    private Identity identity(String issuer, TestDatabase database, ObjectNode auth) {
        return Identity.open(
                AuthSettings.read(Settings.of(auth.put("mode", "required"), _ -> ""), issuer),
                database.database(),
                folder.resolve(issuer.substring("https://".length())),
                outbound,
                clock);
    }

    private Node node(TestDatabase database, Identity identity) {
        return new Node(
                database.database(),
                clock,
                Node.SETTINGS,
                PaidUse.NONE,
                Optional.empty(),
                server ->
                        server.authenticator(head -> identity.authenticate(head::headers))
                                .mountOpen("/.well-known", identity.wellKnown())
                                .mount("/api/auth", identity.api(this::owner)));
    }

    private Optional<String> owner(String agent) {
        return Optional.ofNullable(
                Map.of("poet", "alice", "cook", "alice", "bard", "carol").get(agent));
    }

    @AfterEach
    void close() throws IOException {
        node.close();
        identity.close();
        peersNode.close();
        peer.close();
        stranger.close();
        outbound.close();
        database.close();
        peersDatabase.close();
    }

    private static String key(Identity identity, String user) {
        return identity.apiKeys().create(NewApiKey.of(user)).secret();
    }

    /** As the API gives it to the owner of an agent. */
    private static String issued(Node node, Identity identity, String user, String body) {
        Node.Answer answer = node.post("/api/auth/owner-assertion", key(identity, user), body);
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
        return answer.body().path("assertion").stringValue();
    }

    private String ofPoet() {
        return issued(node, identity, "alice", "{\"agent_id\":\"poet\",\"purpose\":\"publish\"}");
    }

    private String ofBard() {
        return issued(peersNode, peer, "carol", "{\"agent_id\":\"bard\",\"purpose\":\"publish\"}");
    }

    private Node.Answer with(String assertion, String method, String path, String body) {
        return node.send(method, path, Map.of("X-Owner-Assertion", assertion), body);
    }

    private Node.Answer publish(String assertion, String body) {
        return with(assertion, "POST", PUBLISH, body);
    }

    @Test
    void anAgentPublishesItselfOnce() {
        String assertion = ofPoet();
        Node.Answer answer = publish(assertion, POET);
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
        assertThat(answer.body().path("status").stringValue()).isEqualTo("listed");
        node.keepUp();
        assertThat(node.names("an epitaph")).containsExactly("poet");
        Node.Answer replayed = publish(assertion, POET);
        assertThat(replayed.status()).isEqualTo(401);
        assertThat(replayed.body().toString()).contains("used before");
    }

    @Test
    void anAgentOfAPeerIsListedForItsOwnerThere() {
        stranger.agent("bard");
        String body =
                "{\"agent\":\"bard\",\"url\":\"%s\",\"intents\":[\"sing a ballad\"]}"
                        .formatted(stranger.url("bard"));
        Node.Answer challenge = publish(ofBard(), body);
        assertThat(challenge.status()).as(challenge.body().toString()).isEqualTo(202);
        stranger.show((Published.Challenged) Wire.published(challenge.body()));
        String assertion = ofBard();
        Node.Answer listed = publish(assertion, body);
        assertThat(listed.status()).as(listed.body().toString()).isEqualTo(200);
        assertThat(publish(assertion, body).status()).isEqualTo(401);
        node.keepUp();
        Found bard = node.search("sing a ballad", Caller.anonymous()).getFirst();
        assertThat(bard.owner()).isEqualTo("p:carol");
        assertThat(bard.url()).isEqualTo(stranger.url("bard"));
    }

    @Test
    void itIsGoodForNoOtherAgent() {
        Node.Answer other = publish(ofPoet(), POET.replace("poet", "cook"));
        assertThat(other.status()).as(other.body().toString()).isEqualTo(403);
        Node.Answer elsewhere =
                publish(
                        ofPoet(),
                        "{\"agent\":\"bard\",\"url\":\"%s\",\"intents\":[\"x\"]}"
                                .formatted(stranger.url("bard")));
        assertThat(elsewhere.status()).isEqualTo(403);
    }

    @Test
    void itIsGoodForNoOtherOwner() {
        // The peer vouches for its own users, whatever they are called.
        Consumer<ObjectNode> poetOfAlice =
                claims ->
                        claims.put("aud", "robutler-agent:poet")
                                .put("agent_id", "poet")
                                .put("sub", "alice")
                                .put("owner_user_id", "alice");
        Node.Answer answer = publish(ofPeer(poetOfAlice), POET);
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.body().toString()).contains("You own no agent of this name");
        Node.Answer refused =
                node.post(
                        "/api/auth/owner-assertion",
                        key(identity, "bob"),
                        "{\"agent_id\":\"poet\",\"purpose\":\"publish\"}");
        assertThat(refused.status()).isEqualTo(403);
    }

    private String ofPeer(Consumer<ObjectNode> change) {
        long now = clock.instant().getEpochSecond();
        ObjectNode claims =
                Json.object()
                        .put("aud", "robutler-agent:bard")
                        .put("agent_id", "bard")
                        .put("sub", "carol")
                        .put("scope", "publish")
                        .put("jti", "jti-" + System.nanoTime())
                        .put("iat", now)
                        .put("exp", now + 60);
        change.accept(claims);
        return peer.signer().sign("owner-assertion+jwt", claims);
    }

    @Test
    void itMustBeForThisAudienceAndInTime() {
        assertThat(publish(ofPeer(claims -> claims.put("aud", "robutler-agent:poet")), POET))
                .satisfies(answer -> assertThat(answer.status()).isEqualTo(401))
                .satisfies(answer -> assertThat(answer.body().toString()).contains("audience"));
        assertThat(publish(ofPeer(claims -> claims.put("aud", "https://here.example")), POET))
                .satisfies(answer -> assertThat(answer.status()).isEqualTo(401));
        String old = ofPoet();
        clock.move(Duration.ofMinutes(4));
        Node.Answer late = publish(old, POET);
        assertThat(late.status()).isEqualTo(401);
        assertThat(late.body().toString()).contains("expired");
    }

    @Test
    void oneForACallPublishesNothing() {
        String call = issued(node, identity, "alice", "{\"agent_id\":\"poet\"}");
        Node.Answer answer = publish(call, POET);
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.body().toString()).contains("do not allow this");
        node.keepUp();
        assertThat(node.names("an epitaph")).isEmpty();
    }

    @Test
    void itDoesNothingElse() {
        String chat = "{\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";
        assertThat(with(ofPoet(), "POST", "/poet/chat/completions", chat).status()).isEqualTo(403);
        assertThat(with(ofPoet(), "POST", "/cook/chat/completions", chat).status()).isEqualTo(403);
        assertThat(with(ofPoet(), "DELETE", "/api/intents/poet", "").status()).isEqualTo(403);
        String more = "{\"agent_id\":\"poet\",\"purpose\":\"publish\"}";
        assertThat(with(ofPoet(), "POST", "/api/auth/owner-assertion", more).status())
                .isEqualTo(403);
    }
}
