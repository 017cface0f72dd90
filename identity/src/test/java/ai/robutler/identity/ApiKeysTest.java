package ai.robutler.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.robutler.core.Asked;
import ai.robutler.core.AuthenticationException;
import ai.robutler.core.Budget;
import ai.robutler.core.Caller;
import ai.robutler.core.Credential;
import ai.robutler.core.UnavailableException;
import ai.robutler.store.Database;
import ai.robutler.store.EachDatabase;
import ai.robutler.store.TestDatabase;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

@EachDatabase(migrated = "identity")
class ApiKeysTest {
    private final TestClock clock = new TestClock();
    private final TestDatabase databases;
    private final Database database;
    private final ApiKeys keys;

    ApiKeysTest(TestDatabase databases) {
        this.databases = databases;
        this.database = databases.database();
        this.keys = new ApiKeys(database, clock);
    }

    @BeforeEach
    void migrate() {
        database.migrate("identity");
    }

    private void refuses(String text) {
        assertThat(keys.check(text)).isEmpty();
        assertThatThrownBy(() -> keys.caller(text))
                .isInstanceOf(AuthenticationException.class)
                .hasMessage("The API key is wrong, revoked or expired.");
    }

    @Test
    void givesItsUserWithAllThatIsTiedToIt() {
        CreatedApiKey made =
                keys.create(
                        NewApiKey.of("alice")
                                .named("laptop")
                                .withScopes("user", "reports")
                                .forAgents("weather", "clock")
                                .withBudgets(
                                        new Budget(Budget.Period.RUN, 5),
                                        new Budget(Budget.Period.MONTH, Long.MAX_VALUE))
                                .expiring(clock.instant().plusSeconds(60)));
        Caller.User caller = keys.caller(made.secret());
        assertThat(caller)
                .isEqualTo(
                        new Caller.User(
                                "alice",
                                Set.of("user", "reports"),
                                new Credential(
                                        "key:" + made.key().id(),
                                        "",
                                        Set.of("weather", "clock"),
                                        List.of(
                                                new Budget(Budget.Period.RUN, 5),
                                                new Budget(Budget.Period.MONTH, Long.MAX_VALUE)))));
        assertThat(keys.list()).containsExactly(made.key());
        assertThat(made.key().name()).isEqualTo("laptop");
    }

    @Test
    void theSecretIsNowhereInTheDatabaseNorInTexts() {
        CreatedApiKey made = keys.create(NewApiKey.of("alice"));
        String secret = made.secret().substring(made.secret().lastIndexOf('_') + 1);
        assertThat(secret).hasSize(43);
        List<Map<String, Object>> rows =
                database.read(h -> h.select("SELECT * FROM identity_api_keys").mapToMap().list());
        assertThat(rows.toString()).doesNotContain(secret);
        assertThat(made.toString() + made.key() + KeyText.parse(made.secret()))
                .doesNotContain(secret);
    }

    @Test
    void noTwoKeysAreAlike() {
        var secrets = new HashSet<String>();
        for (int i = 0; i < 1000; i++) {
            secrets.add(KeyText.random().text());
        }
        assertThat(secrets).hasSize(1000).allMatch(text -> KeyText.parse(text).isPresent());
    }

    @Test
    void refusesWhatIsNoKey() {
        String good = keys.create(NewApiKey.of("alice")).secret();
        KeyText parts = KeyText.parse(good).orElseThrow();
        refuses("rk_");
        refuses("rk_" + parts.id());
        refuses("rk_" + parts.id() + "_");
        refuses("rk_" + parts.id() + "_" + "A".repeat(43));
        refuses("rk_" + "a".repeat(16) + "_" + parts.secret());
        refuses(good + "A");
        refuses(good.substring(0, good.length() - 1));
        refuses(good + "\n");
        refuses(" " + good);
        refuses("RK" + good.substring(2));
        refuses("rk_' OR 1=1 --_" + parts.secret());
        refuses("rk_" + "x".repeat(1_000_000));
        assertThat(keys.check(good)).isPresent();
    }

    @Test
    void everyOtherSecretIsWrong() {
        String good = keys.create(NewApiKey.of("alice")).secret();
        // Kept in memory now.
        assertThat(keys.check(good)).isPresent();
        int start = good.lastIndexOf('_') + 1;
        for (int i = start; i < good.length(); i++) {
            char other = good.charAt(i) == 'x' ? 'y' : 'x';
            refuses(good.substring(0, i) + other + good.substring(i + 1));
        }
    }

    @Test
    void isRevokedAtOnceOnEveryNode() {
        CreatedApiKey made = keys.create(NewApiKey.of("alice"));
        var other = new ApiKeys(databases.open(), clock);
        assertThat(other.check(made.secret())).isPresent();
        assertThat(keys.revoke(made.key().id())).isTrue();
        assertThat(other.check(made.secret())).isEmpty();
        refuses(made.secret());
        assertThat(keys.revoke("rk_" + made.key().id())).isFalse();
        assertThat(keys.list().getFirst().revoked()).contains(clock.instant());
    }

    @Test
    void noNodeTakesItAnyMoreWhenItsRevocationReturns() {
        CreatedApiKey made = keys.create(NewApiKey.of("alice"));
        var other = new ApiKeys(databases.open(), clock);
        var revoked = new AtomicBoolean();
        assertThat(other.check(made.secret())).isPresent();
        try (var busy = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Integer> taken =
                    busy.submit(
                            () -> {
                                int count = 0;
                                while (true) {
                                    boolean isOver = revoked.get();
                                    if (other.check(made.secret()).isPresent()) {
                                        assertThat(isOver).isFalse();
                                        count++;
                                    } else if (isOver) {
                                        return count;
                                    }
                                }
                            });
            assertThat(keys.revoke(made.key().id())).isTrue();
            revoked.set(true);
            assertThat(taken).succeedsWithin(Duration.ofSeconds(30)).isNotEqualTo(0);
        }
    }

    @Test
    void isKeptByBothClocks() {
        long nanos = System.nanoTime();
        long millis = System.currentTimeMillis();
        assertThat(new Asked(nanos, millis).isPast(KeptKeys.LONGEST)).isFalse();
        assertThat(new Asked(nanos - 1_000_000_000, millis).isPast(KeptKeys.LONGEST)).isTrue();
        assertThat(new Asked(nanos, millis - 1_000).isPast(KeptKeys.LONGEST)).isTrue();
        assertThat(new Asked(nanos, millis + 60_000).isPast(KeptKeys.LONGEST)).isTrue();
    }

    @Test
    void whoeverWaitsForARevocationIsInterruptedAfterIt() {
        CreatedApiKey made = keys.create(NewApiKey.of("alice"));
        assertThat(keys.check(made.secret())).isPresent();
        Thread.currentThread().interrupt();
        KeptKeys.awaitEnd();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(keys.revoke(made.key().id())).isTrue();
        refuses(made.secret());
    }

    @Test
    void allOfAUserAreRevoked() {
        CreatedApiKey first = keys.create(NewApiKey.of("alice"));
        CreatedApiKey second = keys.create(NewApiKey.of("alice"));
        CreatedApiKey other = keys.create(NewApiKey.of("bob"));
        assertThat(keys.check(first.secret())).isPresent();
        assertThat(keys.revoke(first.key().id())).isTrue();
        assertThat(keys.revokeAll("alice")).isEqualTo(1);
        refuses(first.secret());
        refuses(second.secret());
        assertThat(keys.check(other.secret())).isPresent();
    }

    @Test
    void aBusyKeyIsGoodForAMomentWithoutTheDatabase() {
        String secret = keys.create(NewApiKey.of("alice")).secret();
        assertThat(keys.check(secret)).isPresent();
        database.close();
        // Who does not know it whole is told the same as about any other.
        String id = KeyText.parse(secret).orElseThrow().id();
        String wrong = new KeyText(id, KeyText.random().secret()).text();
        assertThatThrownBy(() -> keys.check(wrong)).isInstanceOf(UnavailableException.class);
        KeptKeys.awaitEnd();
        assertThatThrownBy(() -> keys.check(secret)).isInstanceOf(UnavailableException.class);
    }

    @Test
    void expiresOnTime() {
        CreatedApiKey made =
                keys.create(NewApiKey.of("alice").expiring(clock.instant().plusSeconds(60)));
        clock.move(Duration.ofSeconds(59));
        assertThat(keys.check(made.secret())).isPresent();
        clock.move(Duration.ofSeconds(1));
        refuses(made.secret());
        assertThatThrownBy(() -> keys.create(NewApiKey.of("a").expiring(clock.instant())))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void tellsWhenItWasLastUsed() {
        CreatedApiKey made = keys.create(NewApiKey.of("alice"));
        keys.check(made.secret());
        assertThat(keys.list().getFirst().lastUsed()).isEmpty();
        keys.flush();
        assertThat(keys.list().getFirst().lastUsed()).contains(clock.instant());
        refuses(made.secret() + "x");
        keys.flush();
        assertThat(keys.find(made.key().id()).flatMap(ApiKey::lastUsed))
                .isEqualTo(Optional.of(clock.instant()));
    }

    @Test
    void listsByUser() {
        ApiKey first = keys.create(NewApiKey.of("alice")).key();
        clock.move(Duration.ofSeconds(1));
        ApiKey second = keys.create(NewApiKey.of("alice")).key();
        keys.create(NewApiKey.of("bob"));
        assertThat(keys.list("alice")).containsExactly(first, second);
        assertThat(keys.list("alice' OR '1'='1")).isEmpty();
        assertThat(keys.list()).hasSize(3);
    }

    @Test
    void sqlInEveryTextIsJustText() {
        String sql = "x');DROP/**/TABLE/**/identity_api_keys;--";
        ApiKey key = keys.create(NewApiKey.of(sql).named(sql + " \"'")).key();
        assertThat(keys.revoke(sql)).isFalse();
        assertThat(keys.list(sql)).containsExactly(key);
    }

    @Test
    void refusesKeysThatMakeNoSense() {
        for (String user : new String[] {"", " ", "a b", "a\r\nb", "a\u0000", "x".repeat(256)}) {
            assertThatThrownBy(() -> NewApiKey.of(user))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        NewApiKey alice = NewApiKey.of("alice");
        assertThatThrownBy(() -> alice.withScopes("owner")).hasMessageContaining("agent's file");
        assertThatThrownBy(() -> alice.withScopes("Bad Scope")).hasMessageContaining("must match");
        assertThatThrownBy(() -> alice.forAgents("api")).hasMessageContaining("path of the server");
        assertThatThrownBy(() -> alice.named("a\nb")).hasMessageContaining("control");
        assertThatThrownBy(
                        () ->
                                alice.withBudgets(
                                        new Budget(Budget.Period.DAY, 1),
                                        new Budget(Budget.Period.DAY, 2)))
                .hasMessageContaining("DAY");
    }

    @Test
    void aDatabaseThatIsAwayIsNotTheCallersFault() {
        String secret = keys.create(NewApiKey.of("alice")).secret();
        database.close();
        assertThatThrownBy(() -> keys.caller(secret)).isInstanceOf(UnavailableException.class);
        assertThatThrownBy(() -> keys.caller(KeyText.random().text()))
                .isInstanceOf(UnavailableException.class);
    }

    @Test
    void unknownIdsAreComparedLikeKnownOnes() {
        // Structure, not time: a wrong secret and an unknown id both end in KeyText.matches.
        KeyText text = KeyText.random();
        assertThat(text.matches(text.hash())).isTrue();
        assertThat(text.matches("00".repeat(32))).isFalse();
        assertThat(text.matches(KeyText.random().hash())).isFalse();
    }
}
