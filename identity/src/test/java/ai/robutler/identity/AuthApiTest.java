package ai.robutler.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.robutler.core.AuthenticationException;
import ai.robutler.core.Budget;
import ai.robutler.core.Caller;
import ai.robutler.core.Credential;
import ai.robutler.core.EndpointReply;
import ai.robutler.core.Headers;
import ai.robutler.core.InvalidRequestException;
import ai.robutler.core.Json;
import ai.robutler.core.PermissionException;
import ai.robutler.store.Database;
import ai.robutler.store.TestDatabase;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.node.ObjectNode;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The endpoints, called as the server calls them. */
class AuthApiTest {
    @TempDir Path folder;
    private final TestClock clock = new TestClock();
    private TestDatabase databases;
    private Node node;
    private AuthApi api;

    @BeforeEach
    void open() {
        databases = TestDatabase.create(Database.Kind.SQLITE);
        node = Node.open(databases.database(), folder, clock);
        var owners = Map.of("weather", "bob", "helper", "alice", "nobodys", "");
        api = node.identity.api(agent -> Optional.ofNullable(owners.get(agent)));
    }

    @AfterEach
    void close() throws Exception {
        node.close();
        databases.close();
    }

    private CreatedApiKey key(NewApiKey wanted) {
        return node.identity.apiKeys().create(wanted);
    }

    private Caller with(CreatedApiKey key) {
        return node.authenticate(TestHeaders.bearer(key.secret()));
    }

    private ObjectNode post(String path, Caller caller, ObjectNode body) {
        EndpointReply reply = Node.call(api, path, caller, Headers.NONE, body);
        assertThat(reply.headers()).containsEntry("Cache-Control", "no-store");
        return Json.parseObject(reply.body());
    }

    @Test
    void tellsOwnersOfAKeyWhatItIs() {
        CreatedApiKey key =
                key(
                        NewApiKey.of("alice")
                                .withScopes("reports")
                                .expiring(clock.instant().plusSeconds(60)));
        ObjectNode expected = Json.object().put("valid", true).put("user_id", "alice");
        expected.putArray("scopes").add("reports");
        expected.putArray("agents");
        expected.put("key_id", key.key().id()).put("expires_at", "2026-11-23T12:01:00Z");
        ObjectNode body = Json.object().put("api_key", key.secret());
        assertThat(post("/validate-key", Caller.anonymous(), body)).isEqualTo(expected);
        assertThat(post("/validate-key", with(key), Json.object())).isEqualTo(expected);
        assertThat(post("/validate-key", Caller.user("bob"), body)).isEqualTo(expected);
        assertThat(expected.toString()).doesNotContain(key.secret());
    }

    @Test
    void allKeysThatAreNotGoodGetOneAnswer() {
        CreatedApiKey revoked = key(NewApiKey.of("alice"));
        node.identity.apiKeys().revoke(revoked.key().id());
        CreatedApiKey expired = key(NewApiKey.of("a").expiring(clock.instant().plusSeconds(1)));
        clock.move(Duration.ofSeconds(2));
        CreatedApiKey good = key(NewApiKey.of("alice"));
        for (String bad :
                new String[] {
                    revoked.secret(),
                    expired.secret(),
                    KeyText.random().text(),
                    "rk_" + good.key().id() + "_" + "A".repeat(43),
                    good.key().id(),
                    "",
                    "' OR 1=1 --"
                }) {
            assertThat(post("/validate-key", Caller.anonymous(), Json.object().put("api_key", bad)))
                    .isEqualTo(Json.object().put("valid", false));
        }
    }

    @Test
    void whoSendsNoKeyAtAllIsNobody() {
        assertThatThrownBy(() -> post("/validate-key", Caller.anonymous(), Json.object()))
                .isInstanceOf(AuthenticationException.class);
    }

    @Test
    void issuesAssertionsToPublishForTheAgentItself() {
        Caller bob = with(key(NewApiKey.of("bob")));
        ObjectNode body = Json.object().put("agent_id", "weather").put("purpose", "publish");
        String token = post("/owner-assertion", bob, body).path("assertion").asString();
        Caller.User caller = (Caller.User) node.authenticate(TestHeaders.assertion(token));
        assertThat(caller.id()).isEqualTo("bob");
        assertThat(caller.credential().publishes("weather")).isTrue();
        assertThatThrownBy(() -> post("/owner-assertion", Caller.user("alice"), body))
                .isInstanceOf(PermissionException.class);
        ObjectNode byAnother = body.deepCopy().put("caller_agent", "helper");
        assertThatThrownBy(() -> post("/owner-assertion", Caller.user("alice"), byAnother))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("for itself alone");
        ObjectNode unknown = body.deepCopy().put("purpose", "everything");
        assertThatThrownBy(() -> post("/owner-assertion", bob, unknown))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("'purpose'");
    }

    @Test
    void issuesAssertionsForAgentsOfTheCaller() {
        Caller bob = with(key(NewApiKey.of("bob")));
        ObjectNode reply = post("/owner-assertion", bob, Json.object().put("agent_id", "weather"));
        assertThat(reply.path("expires_in").intValue()).isEqualTo(120);
        Caller.User acting =
                (Caller.User)
                        node.authenticate(
                                TestHeaders.assertion(reply.path("assertion").asString()));
        assertThat(acting.id()).isEqualTo("bob");
        assertThat(acting.credential().actingAgent()).isEqualTo("weather");

        ObjectNode toOthers =
                Json.object()
                        .put("agent_id", "weather")
                        .put("caller_agent", "helper")
                        .put("ttl_seconds", 300);
        String token =
                post("/owner-assertion", with(key(NewApiKey.of("alice"))), toOthers)
                        .path("assertion")
                        .asString();
        acting = (Caller.User) node.authenticate(TestHeaders.assertion(token));
        assertThat(acting.id()).isEqualTo("alice");
        assertThat(acting.credential().actingAgent()).isEqualTo("helper");
    }

    @Test
    void issuesNoneForAgentsOfOthers() {
        Caller alice = with(key(NewApiKey.of("alice")));
        for (String agent : new String[] {"weather", "unknown", "nobodys", "../x"}) {
            assertThatThrownBy(
                            () ->
                                    post(
                                            "/owner-assertion",
                                            alice,
                                            Json.object().put("agent_id", agent)))
                    .isInstanceOf(PermissionException.class)
                    .hasMessage("You own no agent of this name.");
        }
        assertThatThrownBy(
                        () ->
                                post(
                                        "/owner-assertion",
                                        Caller.anonymous(),
                                        Json.object().put("agent_id", "helper")))
                .isInstanceOf(AuthenticationException.class);
    }

    @Test
    void assertionsBegetNoAssertionsAndNoWayAroundAKeysBounds() {
        ObjectNode helper = Json.object().put("agent_id", "helper");
        String token =
                post("/owner-assertion", with(key(NewApiKey.of("alice"))), helper)
                        .path("assertion")
                        .asString();
        Caller acting = node.authenticate(TestHeaders.assertion(token));
        // As if the server had let them through to the platform's endpoints.
        Caller unbound =
                new Caller.User(
                        "alice",
                        Set.of("admin"),
                        new Credential("agent:helper", "helper", Set.of(), List.of()));
        Caller bounded =
                new Caller.User(
                        "alice",
                        Set.of(),
                        new Credential("key:x", "", Set.of("platform", "weather"), List.of()));
        Caller poor =
                with(key(NewApiKey.of("alice").withBudgets(new Budget(Budget.Period.DAY, 1))));
        for (Caller caller : new Caller[] {acting, unbound, bounded, poor}) {
            assertThatThrownBy(() -> post("/owner-assertion", caller, helper))
                    .isInstanceOf(PermissionException.class);
        }
    }

    @Test
    void refusesLongLives() {
        Caller alice = with(key(NewApiKey.of("alice")));
        for (int seconds : new int[] {0, -1, 301}) {
            ObjectNode body = Json.object().put("agent_id", "helper").put("ttl_seconds", seconds);
            assertThatThrownBy(() -> post("/owner-assertion", alice, body))
                    .isInstanceOf(InvalidRequestException.class);
        }
    }

    @Test
    void publishesTheKeySetInBothPlacesAndSparesWhoHasIt() {
        EndpointReply first =
                Node.call(node.identity.wellKnown(), "/jwks.json", Caller.anonymous());
        assertThat(first.status()).isEqualTo(200);
        assertThat(first.headers().get("Cache-Control")).isEqualTo("public, max-age=300");
        assertThat(Json.parseObject(first.body()).path("keys").get(0).has("d")).isFalse();
        EndpointReply same = Node.call(api, "/jwks", Caller.anonymous());
        assertThat(same.body()).isEqualTo(first.body());
        EndpointReply known =
                Node.call(
                        node.identity.wellKnown(),
                        "/jwks.json",
                        Caller.anonymous(),
                        TestHeaders.of("If-None-Match", first.headers().getOrDefault("ETag", "")),
                        Json.object());
        assertThat(known.status()).isEqualTo(304);
        assertThat(known.body()).isEmpty();
    }
}
