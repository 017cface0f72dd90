package ai.robutler.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.robutler.core.Caller;
import ai.robutler.core.ConflictException;
import ai.robutler.core.InvalidRequestException;
import ai.robutler.core.Scope;
import ai.robutler.discovery.Published.Challenged;
import ai.robutler.discovery.Published.Listed;
import ai.robutler.store.Database;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** What every registry promises, here and on a remote platform. */
abstract class RegistryContract {
    static final Caller ALICE = Caller.user("alice");

    final TestClock clock = new TestClock();
    final Node platform;
    final Stranger stranger = new Stranger();

    RegistryContract(Database database) {
        platform = new Node(database, clock);
    }

    /** The registry that is looked at, where Alice publishes; its books are the platform's. */
    abstract Registry registry();

    @AfterEach
    void close() {
        stranger.close();
        platform.close();
    }

    Challenged challenged(Publication publication) {
        return (Challenged) registry().publish(publication, ALICE);
    }

    /** Publishes, shows what is asked for, and publishes again. */
    Listed listed(Publication publication) {
        stranger.agent(publication.agent());
        stranger.show(challenged(publication));
        Listed listed = (Listed) registry().publish(publication, ALICE);
        platform.discovery.refresh();
        return listed;
    }

    Publication remote(String agent, String description, String... intents) {
        return Publication.remote(agent, stranger.url(agent), description, List.of(intents));
    }

    List<Found> find(String intent) {
        return registry().search(Query.of(intent, 10), ALICE);
    }

    private static void wrong(String param, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        InvalidRequestException.class, e -> assertThat(e.param()).isEqualTo(param));
    }

    @Test
    void whoProvesItsUrlIsFoundAndNobodyBefore() {
        Publication translator = remote("polyglot", "Translates texts.", "translate to Portuguese");
        stranger.agent("polyglot");
        Challenged challenge = challenged(translator);
        assertThat(challenge.location())
                .isEqualTo(
                        stranger.url("polyglot")
                                + "/.well-known/robutler-challenge/"
                                + challenge.token());
        assertThat(challenge.problem()).isEmpty();
        platform.discovery.refresh();
        assertThat(find("translate this to Portuguese")).isEmpty();

        Challenged again = challenged(translator);
        assertThat(again.token()).isEqualTo(challenge.token());
        assertThat(again.problem()).contains("404");

        stranger.show(challenge);
        Listed listed = (Listed) registry().publish(translator, ALICE);
        assertThat(listed.owner()).isEqualTo("alice");
        platform.discovery.refresh();
        Found found = find("translate this to Portuguese").getFirst();
        assertThat(found.agent()).isEqualTo("polyglot");
        assertThat(found.owner()).isEqualTo("alice");
        assertThat(found.url()).isEqualTo(stranger.url("polyglot"));
        assertThat(found.intent()).isEqualTo("translate to Portuguese");
        assertThat(found.description()).isEqualTo("Translates texts.");
        assertThat(found.rank()).isEqualTo(1);
        assertThat(found.similarity()).isBetween(0.1, 1.0);
        assertThat(found.remote()).isTrue();
        assertThat(found.health()).isEqualTo(Health.UP);
        assertThat(found.paidRequests()).isEmpty();
        assertThat(found.successRate()).isEmpty();
    }

    @Test
    void aProofIsNoEcho() {
        Publication echo = remote("echo", "Echoes.", "echo");
        stranger.agent("echo");
        Challenged challenge = challenged(echo);
        String path = URI.create(challenge.location()).getPath();
        stranger.at(path, Stranger.text(200, challenge.token()));
        assertThat(challenged(echo).problem()).contains("not the proof");
        stranger.at(path, Stranger.redirect(stranger.url("elsewhere")));
        stranger.at("/elsewhere", Stranger.text(200, challenge.proof()));
        assertThat(challenged(echo).problem()).contains("302");
        assertThat(stranger.calls("/elsewhere")).isZero();
    }

    @Test
    void whoDoesNotAnswerIsNotListed() {
        Publication dead = remote("dead", "Dead.", "anything");
        stranger.show(challenged(dead)).at("/dead/health", Stranger.text(500, ""));
        assertThat(challenged(dead).problem()).contains("500");
    }

    @Test
    void aListingIsChangedAndProlongedWithoutAnotherProof() {
        Listed first = listed(remote("polyglot", "Translates texts.", "translate to Portuguese"));
        clock.move(Duration.ofHours(1));
        Listed second =
                (Listed)
                        registry()
                                .publish(
                                        remote("polyglot", "Writes verses.", "write a sonnet"),
                                        ALICE);
        assertThat(second.expires()).isEqualTo(first.expires().plus(Duration.ofHours(1)));
        platform.discovery.refresh();
        assertThat(find("write a sonnet")).hasSize(1);
        assertThat(find("Portuguese")).isEmpty();
    }

    @Test
    void aNewUrlIsProvedAnew() {
        listed(remote("polyglot", "Translates texts.", "translate"));
        Publication moved =
                Publication.remote(
                        "polyglot", stranger.url("moved"), "Translates.", List.of("translate"));
        stranger.at("/moved/health", Stranger.text(200, "{}"));
        Challenged challenge = challenged(moved);
        assertThat(find("translate").getFirst().url()).isEqualTo(stranger.url("polyglot"));
        stranger.show(challenge);
        assertThat(registry().publish(moved, ALICE)).isInstanceOf(Listed.class);
        assertThat(find("translate").getFirst().url()).isEqualTo(stranger.url("moved"));
    }

    @Test
    void aListingExpires() {
        listed(
                new Publication(
                        "brief",
                        Optional.of(stranger.url("brief")),
                        "Brief.",
                        List.of("be brief"),
                        List.of(),
                        Scope.ALL,
                        OptionalLong.empty(),
                        Duration.ofMinutes(5)));
        assertThat(find("be brief")).hasSize(1);
        clock.move(Duration.ofMinutes(6));
        assertThat(find("be brief")).isEmpty();
        platform.keepUp();
        assertThat(registry().list(Listing.first(10), ALICE).agents()).isEmpty();
        assertThat(challenged(remote("brief", "Brief.", "be brief"))).isNotNull();
    }

    @Test
    void whatIsWithdrawnIsGone() {
        listed(remote("polyglot", "Translates texts.", "translate"));
        assertThat(registry().withdraw("polyglot", ALICE)).isTrue();
        assertThat(registry().withdraw("polyglot", ALICE)).isFalse();
        platform.discovery.refresh();
        assertThat(find("translate")).isEmpty();
    }

    @Test
    void filtersHold() {
        listed(
                new Publication(
                        "dear",
                        Optional.of(stranger.url("dear")),
                        "Paints.",
                        List.of("paint a picture"),
                        List.of("art", "Fast"),
                        Scope.ALL,
                        OptionalLong.of(5_000_000),
                        Duration.ofDays(1)));
        listed(remote("silent", "Paints.", "paint a picture"));
        assertThat(find("paint a picture")).hasSize(2);
        assertThat(filtered(OptionalLong.of(5_000_000), "", List.of())).containsExactly("dear");
        assertThat(filtered(OptionalLong.of(4_999_999), "", List.of())).isEmpty();
        assertThat(filtered(OptionalLong.empty(), "alice", List.of("fast", "art")))
                .containsExactly("dear");
        assertThat(filtered(OptionalLong.empty(), "alice", List.of("art", "slow"))).isEmpty();
        assertThat(filtered(OptionalLong.empty(), "bob", List.of())).isEmpty();
        Found dear =
                find("paint a picture").stream()
                        .filter(found -> found.agent().equals("dear"))
                        .findFirst()
                        .orElseThrow();
        assertThat(dear.priceNanoUsd()).hasValue(5_000_000);
        assertThat(dear.isPriceClaimed()).contains(true);
        assertThat(dear.tags()).containsExactly("art", "fast");
        var down =
                new Query(
                        "paint a picture",
                        10,
                        OptionalLong.empty(),
                        Optional.empty(),
                        Optional.of("all"),
                        List.of(),
                        Set.of(Health.DOWN));
        assertThat(registry().search(down, ALICE)).isEmpty();
    }

    private List<String> filtered(OptionalLong most, String owner, List<String> tags) {
        var query =
                new Query(
                        "paint a picture",
                        10,
                        most,
                        owner.isEmpty() ? Optional.empty() : Optional.of(owner),
                        Optional.empty(),
                        tags,
                        Set.of());
        return registry().search(query, ALICE).stream().map(Found::agent).toList();
    }

    @Test
    void aNameOfThePlatformsIsTaken() {
        platform.serve(Node.agent("weather", "The weather.", "will it rain"));
        assertThatThrownBy(() -> challenged(remote("weather", "Mine.", "will it rain")))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("name");
        Publication inside =
                Publication.remote(
                        "mine", platform.server.url() + "/weather", "Mine.", List.of("rain"));
        wrong("url", () -> challenged(inside));
    }

    @Test
    void urlsThatAreNotOursToCallAreRefused() {
        for (String url :
                List.of(
                        "http://169.254.169.254/latest/meta-data",
                        "http://10.0.0.1/agent",
                        "http://[::ffff:10.0.0.1]/agent",
                        "http://[64:ff9b::a00:1]/agent",
                        "http://0x7f.1/agent",
                        "http://localhost/agent",
                        "http://example.com:22/agent",
                        "file:///etc/passwd",
                        "https://user:pass@example.com/a",
                        "https://example.com/a?b=c",
                        "https://example.com/a/../b",
                        "https://example.com/a%2fb",
                        "https://example.com/a//b",
                        "not a url")) {
            wrong("url", () -> challenged(Publication.remote("bad", url, "Bad.", List.of("x"))));
        }
    }

    @Test
    void oneOwnerHasAnEnd() {
        for (int i = 0; i < Node.SETTINGS.entriesPerOwner(); i++) {
            listed(remote("a" + i, "One of many.", "many"));
        }
        assertThatThrownBy(() -> challenged(remote("one-more", "More.", "many")))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("5 agents");
        assertThat(find("many")).hasSize(5);
    }

    @Test
    void pagesGoOnWhereTheyEnded() {
        platform.serve(Node.agent("a", "A."), Node.agent("b", "B."), Node.agent("c", "C."));
        Listing.Page first = registry().list(Listing.first(2), ALICE);
        assertThat(first.agents()).extracting(Found::agent).containsExactly("a", "b");
        Listing.Page second =
                registry()
                        .list(
                                new Listing(Optional.empty(), Optional.empty(), first.next(), 2),
                                ALICE);
        assertThat(second.agents()).extracting(Found::agent).containsExactly("c");
        assertThat(second.next()).isEmpty();
        var named = new Listing(Optional.of(""), Optional.of("b"), Optional.empty(), 2);
        assertThat(registry().list(named, ALICE).agents())
                .extracting(Found::agent)
                .containsExactly("b");
    }

    @Test
    void sqlIsWordsEverywhere() {
        String sql = "'; DROP TABLE discovery_entry; --";
        listed(remote("safe", sql, sql, "a\" OR 1=1 OR \"a", "%' OR '1'='1"));
        assertThat(find(sql)).extracting(Found::agent).containsExactly("safe");
        assertThat(find("x AND (y OR title:*) ~ \" [a TO z] \\ drop")).hasSize(1);
        assertThat(filtered(OptionalLong.empty(), sql, List.of())).isEmpty();
        var listing = new Listing(Optional.of(sql), Optional.of(sql), Optional.empty(), 2);
        assertThat(registry().list(listing, ALICE).agents()).isEmpty();
        assertThat(registry().withdraw(sql, ALICE)).isFalse();
        wrong("agent", () -> challenged(remote(sql, "Bad.", "x")));
        assertThat(find(sql)).hasSize(1);
    }
}
