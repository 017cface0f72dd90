package ai.robutler.identity;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Json;
import ai.robutler.core.Settings;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

class AuthSettingsTest {
    private static Settings settings(String json) {
        return Settings.of(Json.parseObject(json.replace('\'', '"')), _ -> "");
    }

    private static AuthSettings read(String json) {
        Settings settings = settings(json);
        AuthSettings read = AuthSettings.read(settings, Node.ISSUER);
        assertThat(settings.problems()).isEmpty();
        return read;
    }

    private static List<String> problems(String json) {
        Settings settings = settings(json);
        AuthSettings.read(settings, Node.ISSUER);
        return settings.problems().stream().map(p -> p.path() + " " + p.message()).toList();
    }

    private static String issuer(String more) {
        return "{'issuer':'https://login.example.com','audience':'robutler'" + more + "}";
    }

    private static String issuers(String... all) {
        return "{'issuers':[" + String.join(",", all) + "]}";
    }

    @Test
    void withoutASectionEverybodyIsLetIn() {
        AuthSettings read = read("{}");
        assertThat(read.isConfigured()).isFalse();
        assertThat(read.mode()).isEqualTo(AuthSettings.Mode.OPEN);
        assertThat(read.issuer()).isEqualTo(Node.ISSUER);
        assertThat(read.keyRotation()).isEqualTo(Duration.ofDays(30));
    }

    @Test
    void withASectionCredentialsAreNeededUnlessItSaysOtherwise() {
        assertThat(read(issuers(issuer(""))).mode()).isEqualTo(AuthSettings.Mode.REQUIRED);
        AuthSettings open = read("{'mode':'open'}");
        assertThat(open.mode()).isEqualTo(AuthSettings.Mode.OPEN);
        assertThat(open.isConfigured()).isTrue();
        assertThat(problems("{'mode':'opne'}").getFirst()).contains("open or required");
    }

    @Test
    void readsAnIssuerWithItsDefaults() {
        assertThat(read(issuers(issuer(""))).issuers())
                .containsExactly(
                        new IssuerSettings(
                                "https://login.example.com",
                                "",
                                Set.of("robutler"),
                                Set.of(Algorithm.RS256, Algorithm.ES256, Algorithm.EDDSA),
                                Set.of("jwt", "at+jwt"),
                                "sub",
                                "scope",
                                "",
                                Optional.empty()));
    }

    @Test
    void readsEverythingOfAnIssuer() {
        IssuerSettings read =
                read(issuers(
                                issuer(
                                        ",'jwks':'https://k.example/j','algorithms':['ES256'],"
                                                + "'typ':'application/AT+JWT','user-claim':'email',"
                                                + "'scope-claim':'roles','user-prefix':'corp:',"
                                                + "'scopes':['admin']")))
                        .issuers()
                        .getFirst();
        assertThat(read.jwks()).isEqualTo("https://k.example/j");
        assertThat(read.algorithms()).containsExactly(Algorithm.ES256);
        assertThat(read.types()).containsExactly("at+jwt");
        assertThat(read.userPrefix()).isEqualTo("corp:");
        assertThat(read.scopes().orElseThrow()).containsEntry("admin", "admin");
    }

    @Test
    void everyMistakeIsTold() {
        assertThat(problems("{'issuers':[{}]}")).hasSize(2);
        assertThat(problems(issuers(issuer(",'algorithms':['HS256']"))).getFirst())
                .contains("/issuers/0/algorithms")
                .contains("not 'HS256'");
        assertThat(problems(issuers(issuer(",'algorithms':['none']")))).hasSize(1);
        assertThat(problems(issuers(issuer(",'jwks':'file:///x'"))).getFirst())
                .contains("must be a URL");
        assertThat(problems(issuers(issuer(",'jwks':'https://u:p@x/'")))).hasSize(1);
        assertThat(problems(issuers(issuer(",'scopes':['owner']"))).getFirst())
                .contains("agent's file");
        assertThat(problems(issuers(issuer(",'user-claim':'email'"))).getFirst())
                .contains("/issuers/0/user-prefix");
        assertThat(problems(issuers(issuer(",'user-prefix':'a b'")))).hasSize(1);
        assertThat(problems(issuers(issuer(",'audiance':'x'"))).getFirst())
                .contains("did you mean 'audience'");
        assertThat(problems("{'key-rotation':'1s'}").getFirst()).contains("from 1h");
        assertThat(problems("{'issuer':''}").getFirst()).contains("/issuer");
        assertThat(problems("{'peers':[{'issuer':'https://p.example'}]}").getFirst())
                .contains("/peers/0/user-prefix");
    }

    @Test
    void severalIssuersMustNotShareUsersOrNames() {
        String other = "{'issuer':'https://b.example','audience':'r','user-prefix':'b:'}";
        assertThat(problems(issuers(issuer(""), other)).getFirst()).contains("look alike");
        assertThat(problems(issuers(issuer(",'user-prefix':'b:x'"), other)).getFirst())
                .contains("look alike");
        assertThat(problems(issuers(issuer(",'user-prefix':'a:'"), other))).isEmpty();
        assertThat(problems(issuers(other, other))).anyMatch(p -> p.contains("twice"));
        String own = "{'issuer':'" + Node.ISSUER + "','audience':'r'}";
        assertThat(problems(issuers(own)).getFirst()).contains("this server itself");
    }

    @Test
    void aPeersKeysAreWhereThisServerWouldHaveThem() {
        IssuerSettings peer =
                read("{'peers':[{'issuer':'https://p.example','user-prefix':'p:'}]}")
                        .peers()
                        .getFirst();
        assertThat(peer.jwks()).isEqualTo("https://p.example/.well-known/jwks.json");
    }
}
