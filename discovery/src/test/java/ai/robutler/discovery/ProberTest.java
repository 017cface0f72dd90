package ai.robutler.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Caller;
import ai.robutler.core.PaidUse;
import ai.robutler.discovery.Published.Challenged;
import ai.robutler.store.EachDatabase;
import ai.robutler.store.TestDatabase;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Two servers on one database look whether registered agents answer. */
@EachDatabase(migrated = {"search", "discovery"})
class ProberTest {
    private static final Caller ALICE = Caller.user("alice");

    /** Who does not wait long for an answer. */
    private static final DiscoverySettings HASTY =
            new DiscoverySettings(
                    true, 5, 1_000, Duration.ofMinutes(1), 4, Duration.ofMillis(500), "");

    private final TestClock clock = new TestClock();
    private final Stranger stranger = new Stranger();
    private final Node one;
    private final Node two;

    ProberTest(TestDatabase database) {
        one = new Node(database.database(), clock);
        two = new Node(database.open(), clock, HASTY, PaidUse.NONE, Optional.empty());
    }

    @AfterEach
    void close() {
        stranger.close();
        one.close();
        two.close();
    }

    private void list(String agent) {
        var publication =
                Publication.remote(agent, stranger.url(agent), "Helps.", List.of("help me"));
        stranger.agent(agent);
        stranger.show((Challenged) one.discovery.registry().publish(publication, ALICE));
        assertThat(one.discovery.registry().publish(publication, ALICE))
                .isInstanceOf(Published.Listed.class);
        one.discovery.refresh();
    }

    private void look() {
        look(one);
    }

    private void look(Node node) {
        clock.move(Duration.ofMinutes(30));
        node.discovery.probe();
        one.discovery.refresh();
    }

    private Health health(String agent) {
        return one.search("help me", Caller.anonymous()).stream()
                .filter(found -> found.agent().equals(agent))
                .findFirst()
                .orElseThrow()
                .health();
    }

    @ParameterizedTest
    @ValueSource(strings = {"down", "slow", "redirect", "huge", "liar"})
    void whoDoesNotAnswerAsItShouldSinksAndComesBack(String fault) {
        list("bad");
        list("good");
        stranger.at(
                "/bad/health",
                switch (fault) {
                    case "down" -> Stranger.text(503, "");
                    case "slow" -> stranger.silence();
                    case "redirect" -> Stranger.redirect("http://169.254.169.254/latest");
                    case "huge" -> Stranger.huge();
                    default -> Stranger.text(200, "{\"status\":\"healthy\",\"agent\":\"good\"}");
                });
        for (int i = 0; i < Standing.DOWN_AFTER; i++) {
            assertThat(health("bad")).isEqualTo(Health.UP);
            look(fault.equals("slow") ? two : one);
        }
        assertThat(health("bad")).isEqualTo(Health.DOWN);
        assertThat(health("good")).isEqualTo(Health.UP);
        assertThat(one.names("help me")).containsExactly("good", "bad");
        stranger.agent("bad");
        clock.move(Duration.ofHours(2));
        look();
        assertThat(health("bad")).isEqualTo(Health.UP);
    }

    @Test
    void eachIsLookedAtByOneNode() {
        for (String agent : List.of("a", "b", "c")) {
            list(agent);
        }
        clock.move(Duration.ofMinutes(2));
        CompletableFuture.allOf(
                        CompletableFuture.runAsync(one.discovery::probe),
                        CompletableFuture.runAsync(two.discovery::probe))
                .join();
        for (String agent : List.of("a", "b", "c")) {
            // Once when it was listed, and once now.
            assertThat(stranger.calls("/" + agent + "/health")).isEqualTo(2);
        }
        one.discovery.probe();
        assertThat(stranger.calls("/a/health")).isEqualTo(2);
    }

    @Test
    void whoFailsIsLookedAtLessOften() {
        list("bad");
        stranger.at("/bad/health", Stranger.text(500, ""));
        for (int i = 0; i < 8; i++) {
            look();
        }
        int before = stranger.calls("/bad/health");
        clock.move(Duration.ofMinutes(2));
        one.discovery.probe();
        assertThat(stranger.calls("/bad/health")).isEqualTo(before);
    }

    @Test
    void moreThanOneRoundIsLookedAtInTurns() {
        for (int i = 0; i < Node.SETTINGS.entriesPerOwner(); i++) {
            list("a" + i);
        }
        look();
        for (int i = 0; i < Node.SETTINGS.entriesPerOwner(); i++) {
            assertThat(stranger.calls("/a" + i + "/health")).isEqualTo(2);
        }
    }
}
