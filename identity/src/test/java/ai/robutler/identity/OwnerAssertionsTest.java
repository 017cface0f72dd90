package ai.robutler.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.robutler.core.ApiException;
import ai.robutler.core.AuthenticationException;
import ai.robutler.core.Budget;
import ai.robutler.core.Caller;
import ai.robutler.core.Credential;
import ai.robutler.core.Headers;
import ai.robutler.core.Json;
import ai.robutler.core.PermissionException;
import ai.robutler.core.Scope;
import ai.robutler.core.UnavailableException;
import ai.robutler.store.Database;
import ai.robutler.store.EachDatabase;
import ai.robutler.store.TestDatabase;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.node.ObjectNode;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

@EachDatabase(migrated = "identity")
class OwnerAssertionsTest {
    private static final TestKey PEER = TestKey.rsa("peer-1");
    private static final Duration TWO_MINUTES = Duration.ofMinutes(2);

    @TempDir Path folder;
    private final TestClock clock = new TestClock();
    private final TestDatabase databases;
    private TestIssuer peer;
    private Node a;
    private Node b;

    OwnerAssertionsTest(TestDatabase databases) {
        this.databases = databases;
    }

    @BeforeEach
    void open() {
        peer = TestIssuer.start(PEER);
        a = node("a", databases.database());
        b = node("b", databases.open());
    }

    @AfterEach
    void close() {
        a.close();
        b.close();
        peer.close();
    }

    private Node node(String name, Database database) {
        ObjectNode settings = Json.object().put("mode", "required");
        settings.putArray("peers").addObject().put("issuer", peer.url()).put("user-prefix", "p:");
        return Node.open(settings, database, folder.resolve(name), clock);
    }

    private String issue() {
        return a.identity.assertions().issue("weather", "helper", "alice", "bob", TWO_MINUTES);
    }

    /** As this server would, but with something wrong. */
    private String signed(String type, Consumer<ObjectNode> change) {
        ObjectNode claims = claims();
        claims.putObject("act").put("sub", "robutler-agent:helper");
        change.accept(claims);
        return a.identity.signer().sign(type, claims);
    }

    private String signed(Consumer<ObjectNode> change) {
        return signed(OwnerAssertions.TYPE, change);
    }

    private ObjectNode claims() {
        return Json.object()
                .put("aud", "robutler-agent:weather")
                .put("agent_id", "weather")
                .put("sub", "alice")
                .put("owner_user_id", "bob")
                .put("jti", "jti-" + System.nanoTime())
                .put("iat", clock.seconds())
                .put("exp", clock.seconds() + 120);
    }

    private String ofPeer(Consumer<ObjectNode> change) {
        ObjectNode claims = claims().put("iss", peer.url());
        change.accept(claims);
        return PEER.sign(claims);
    }

    private static void refuses(Node node, String token, String because) {
        assertThatThrownBy(() -> node.authenticate(TestHeaders.assertion(token)))
                .isInstanceOf(AuthenticationException.class)
                .hasMessageContaining(because);
    }

    @Test
    void saysForWhomAnAgentActs() {
        assertThat(a.authenticate(TestHeaders.assertion(issue())))
                .isEqualTo(
                        new Caller.User(
                                "alice",
                                Set.of(),
                                new Credential(
                                        "agent:helper", "helper", Set.of("weather"), List.of())));
        assertThat(b.authenticate(TestHeaders.assertion(issue())).subject()).isEqualTo("alice");
    }

    @Test
    void grantsNoOwnershipNorAdministration() {
        Caller caller = a.authenticate(TestHeaders.assertion(signed(c -> c.put("sub", "bob"))));
        assertThat(caller.subject()).isEqualTo("bob");
        assertThat(Scope.USER.admits(caller, "bob")).isTrue();
        assertThat(Scope.OWNER.admits(caller, "bob")).isFalse();
        assertThat(Scope.ADMIN.admits(caller, "bob")).isFalse();
        assertThat(caller.mayReach("weather")).isTrue();
        assertThat(caller.mayReach("clock")).isFalse();
        String scoped = signed(c -> c.put("scope", "admin owner").put("scopes", "admin"));
        Caller.User user = (Caller.User) a.authenticate(TestHeaders.assertion(scoped));
        assertThat(user.scopes()).isEmpty();
    }

    @Test
    void oneToPublishReachesNoAgent() {
        String token = a.identity.assertions().issueToPublish("weather", "bob", TWO_MINUTES);
        Caller.User caller = (Caller.User) b.authenticate(TestHeaders.assertion(token));
        assertThat(caller.id()).isEqualTo("bob");
        assertThat(caller.credential().publishes("weather")).isTrue();
        assertThat(caller.credential().publishes("clock")).isFalse();
        assertThat(caller.mayReach("weather")).isFalse();
        assertThat(caller.mayReach("clock")).isFalse();
        assertThat(Scope.OWNER.admits(caller, "bob")).isFalse();
        refuses(a, token, "used before");
        Caller.User calling = (Caller.User) a.authenticate(TestHeaders.assertion(issue()));
        assertThat(calling.credential().publishes("weather")).isFalse();
    }

    @Test
    void isGoodForOneCallAlone() {
        String token = issue();
        a.authenticate(TestHeaders.assertion(token));
        refuses(a, token, "used before");
        refuses(b, token, "used before");
    }

    @Test
    void oneOfFiftyAtOnceWins() throws Exception {
        String token = issue();
        var start = new CountDownLatch(1);
        var calls = new ArrayList<Future<Caller>>();
        int won = 0;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 50; i++) {
                Node node = i % 2 == 0 ? a : b;
                calls.add(
                        threads.submit(
                                () -> {
                                    start.await();
                                    return node.authenticate(TestHeaders.assertion(token));
                                }));
            }
            start.countDown();
            for (Future<Caller> call : calls) {
                try {
                    assertThat(call.get(60, TimeUnit.SECONDS).subject()).isEqualTo("alice");
                    won++;
                } catch (ExecutionException e) {
                    assertThat(e.getCause())
                            .isInstanceOf(AuthenticationException.class)
                            .hasMessageContaining("used before");
                }
            }
        }
        assertThat(won).isEqualTo(1);
    }

    @Test
    void isRememberedForAsLongAsItCouldBeGood() {
        String token = issue();
        a.authenticate(TestHeaders.assertion(token));
        clock.move(TWO_MINUTES.plusSeconds(59));
        a.identity.keepUp();
        refuses(b, token, "used before");
        clock.move(Duration.ofSeconds(1));
        refuses(b, token, "expired");
        clock.move(Duration.ofMinutes(20));
        a.identity.assertions().cleanUp();
        long left =
                databases
                        .database()
                        .read(
                                h ->
                                        h.select("SELECT COUNT(*) FROM identity_used_assertions")
                                                .mapTo(Long.class)
                                                .one());
        assertThat(left).isZero();
    }

    @Test
    void livesFiveMinutesAtMost() {
        refuses(a, signed(c -> c.put("exp", clock.seconds() + 301)), "5 minutes apart");
        refuses(a, signed(c -> c.put("iat", clock.seconds() - 200)), "5 minutes apart");
        refuses(a, ofPeer(c -> c.remove("iat")), "5 minutes apart");
        refuses(a, ofPeer(c -> c.remove("exp")), "no expiry");
        for (long seconds : new long[] {-1, 0, 301}) {
            assertThatThrownBy(
                            () ->
                                    a.identity
                                            .assertions()
                                            .issue(
                                                    "weather",
                                                    "helper",
                                                    "alice",
                                                    "",
                                                    Duration.ofSeconds(seconds)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void mustNameOneTargetTheSameTwice() {
        refuses(a, signed(c -> c.put("agent_id", "clock")), "audience");
        refuses(a, signed(c -> c.put("aud", "robutler-agent:clock")), "audience");
        refuses(a, signed(c -> c.put("aud", "weather")), "audience");
        refuses(a, signed(c -> c.remove("agent_id")), "agent_id");
        refuses(a, signed(c -> c.put("agent_id", "../api")), "agent_id");
        refuses(
                a,
                signed(
                        c ->
                                c.putArray("aud")
                                        .add("robutler-agent:weather")
                                        .add("robutler-agent:clock")),
                "one agent alone");
    }

    @Test
    void mustSayWhoActsForWhom() {
        refuses(a, signed(c -> c.put("sub", "")), "'sub'");
        refuses(a, signed(c -> c.put("sub", "a\r\nb")), "'sub'");
        refuses(a, signed(c -> c.remove("jti")), "'jti'");
        refuses(a, signed(c -> c.put("jti", "x".repeat(201))), "'jti'");
        refuses(a, signed(c -> c.put("jti", "with space")), "'jti'");
        refuses(a, signed(c -> c.putObject("act")), "'act'");
        refuses(a, signed(c -> c.put("act", "helper")), "'act'");
    }

    @Test
    void tokensOfOtherTypesAreNoAssertions() {
        refuses(a, signed("payment+jwt", _ -> {}), "'typ'");
        refuses(a, signed("JWT", _ -> {}), "'typ'");
        refuses(a, "garbage", "not a signed JWT");
        refuses(a, "", "not a signed JWT");
    }

    @Test
    void peersSpeakForTheirOwnUsersAlone() {
        Caller.User user = (Caller.User) a.authenticate(TestHeaders.assertion(ofPeer(_ -> {})));
        assertThat(user.id()).isEqualTo("p:alice");
        assertThat(user.credential().actingAgent()).isEqualTo(peer.url());
        String named = ofPeer(c -> c.putObject("act").put("sub", "robutler-agent:scout"));
        user = (Caller.User) a.authenticate(TestHeaders.assertion(named));
        assertThat(user.credential().actingAgent()).isEqualTo("p:scout");
        refuses(a, named, "used before");
    }

    @Test
    void strangersAreNoPeers() {
        try (TestIssuer evil = TestIssuer.start(PEER)) {
            refuses(a, ofPeer(c -> c.put("iss", evil.url())), "issuer is not known");
            assertThat(evil.requests).hasValue(0);
        }
        // A peer cannot speak in this server's name.
        refuses(a, ofPeer(c -> c.put("iss", Node.ISSUER)), "");
        // Nor is its word good as a credential of a user.
        assertThatThrownBy(() -> a.authenticate(TestHeaders.bearer(ofPeer(_ -> {}))))
                .isInstanceOf(AuthenticationException.class);
    }

    @Test
    void beneathAKeyBothMustBeGoodAndTheKeyPays() {
        Budget budget = new Budget(Budget.Period.DAY, 7);
        CreatedApiKey key =
                a.identity
                        .apiKeys()
                        .create(
                                NewApiKey.of("carol")
                                        .withScopes("reports", "admin")
                                        .withBudgets(budget));
        assertThat(a.authenticate(both(key.secret(), issue())))
                .isEqualTo(
                        new Caller.User(
                                "alice",
                                Set.of(),
                                new Credential(
                                        "key:" + key.key().id(),
                                        "helper",
                                        Set.of("weather"),
                                        List.of(budget))));
        String token = issue();
        fails(both(KeyText.random().text(), token), AuthenticationException.class);
        fails(both(key.secret(), token + "x"), AuthenticationException.class);
        // What was refused for the other's fault was not used up.
        assertThat(a.authenticate(both(key.secret(), token)).subject()).isEqualTo("alice");
    }

    @Test
    void aKeyThatIsNotGoodForTheTargetDoesNotBecomeSo() {
        String key = a.identity.apiKeys().create(NewApiKey.of("carol").forAgents("clock")).secret();
        fails(both(key, issue()), PermissionException.class);
    }

    private void fails(Headers headers, Class<? extends ApiException> with) {
        assertThatThrownBy(() -> a.authenticate(headers)).isInstanceOf(with);
    }

    private static Headers both(String key, String token) {
        return TestHeaders.of("Authorization", "Bearer " + key, "X-Owner-Assertion", token);
    }

    @Test
    void sqlInItsNamesChangesNothing() {
        String sql = "x');DROP/**/TABLE/**/identity_used_assertions;--";
        assertThat(a.authenticate(TestHeaders.assertion(signed(c -> c.put("jti", sql)))).subject())
                .isEqualTo("alice");
        a.authenticate(TestHeaders.assertion(issue()));
    }

    @Test
    void aDatabaseThatIsAwayIsNoRefusal() {
        String token = issue();
        databases.database().close();
        assertThatThrownBy(() -> a.authenticate(TestHeaders.assertion(token)))
                .isInstanceOf(UnavailableException.class);
        assertThat(b.authenticate(TestHeaders.assertion(token)).subject()).isEqualTo("alice");
    }
}
