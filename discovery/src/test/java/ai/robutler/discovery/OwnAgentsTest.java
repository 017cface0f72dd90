package ai.robutler.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Caller;
import ai.robutler.store.EachDatabase;
import ai.robutler.store.TestDatabase;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;

/** Two servers on one database. */
@EachDatabase(migrated = {"search", "discovery"})
class OwnAgentsTest {
    private final TestClock clock = new TestClock();
    private final Node one;
    private final Node two;

    OwnAgentsTest(TestDatabase database) {
        one = new Node(database.database(), clock);
        two = new Node(database.open(), clock);
        one.serve(Node.agent("poet", "Writes verses.", "write a sonnet"));
        two.serve(Node.agent("cook", "Knows recipes.", "what to cook tonight"));
        one.keepUp();
    }

    @AfterEach
    void close() {
        one.close();
        two.close();
    }

    @Test
    void eachFindsTheOthersAgentsAtTheirUrl() {
        Found cook = one.search("what shall I cook", Caller.anonymous()).getFirst();
        assertThat(cook.agent()).isEqualTo("cook");
        assertThat(cook.url()).isEqualTo(two.server.url() + "/cook");
        assertThat(cook.local()).isFalse();
        assertThat(cook.remote()).isFalse();
        assertThat(cook.priceNanoUsd()).hasValue(0);
        assertThat(cook.paidRequests()).hasValue(0);
        assertThat(one.discovery.directory().find("", "cook").orElseThrow().local()).isFalse();
        assertThat(two.discovery.directory().find("", "cook").orElseThrow().local()).isTrue();
        assertThat(two.names("a sonnet")).containsExactly("poet");
    }

    @Test
    void anAgentThatIsNoLongerServedVanishes() {
        two.serve();
        one.discovery.refresh();
        assertThat(one.names("what shall I cook")).isEmpty();
    }

    @Test
    void anAgentThatIsChangedIsFoundAsItIs() {
        two.serve(Node.agent("cook", "Knows wines.", "which wine goes with fish"));
        one.discovery.refresh();
        assertThat(one.names("wine with fish")).containsExactly("cook");
        assertThat(one.names("tonight")).isEmpty();
    }

    @Test
    void nothingDoublesHoweverOftenItIsListed() {
        for (int i = 0; i < 3; i++) {
            clock.move(Duration.ofSeconds(20));
            one.keepUp();
            two.keepUp();
        }
        assertThat(one.discovery.registry().list(Listing.first(10), Caller.anonymous()).agents())
                .hasSize(2);
        assertThat(one.names("what shall I cook")).containsExactly("cook");
    }

    @Test
    void whoFallsSilentSinksAndIsGoneAfterAWhile() {
        two.crash();
        for (int i = 0; i < 5; i++) {
            clock.move(Duration.ofSeconds(15));
            one.keepUp();
        }
        Found cook = one.search("what shall I cook", Caller.anonymous()).getFirst();
        assertThat(cook.health()).isEqualTo(Health.DOWN);
        assertThat(one.search("a sonnet", Caller.anonymous()).getFirst().health())
                .isEqualTo(Health.UP);
        clock.move(Duration.ofMinutes(11));
        one.keepUp();
        assertThat(one.names("what shall I cook")).isEmpty();
        assertThat(one.names("a sonnet")).containsExactly("poet");
        two.keepUp();
        one.discovery.refresh();
        assertThat(one.names("what shall I cook")).containsExactly("cook");
    }

    @Test
    void whoLeavesInOrderIsGoneAtOnce() {
        two.close();
        one.discovery.refresh();
        assertThat(one.names("what shall I cook")).isEmpty();
    }
}
