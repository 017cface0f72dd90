package ai.robutler.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.robutler.core.Caller;
import ai.robutler.core.PaidUse;
import ai.robutler.core.Scope;
import ai.robutler.core.UnavailableException;
import ai.robutler.store.Database;
import ai.robutler.store.TestDatabase;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** The registry of a platform that is a real server, over HTTP. */
class RemoteRegistryTest extends RegistryContract {
    private final TestDatabase database;
    private final RemoteRegistry remote;

    RemoteRegistryTest() {
        this(TestDatabase.create(Database.Kind.SQLITE));
    }

    private RemoteRegistryTest(TestDatabase database) {
        super(database.database());
        this.database = database;
        remote = RemoteRegistry.open(platform.server.url() + "/", "alice");
    }

    @Override
    Registry registry() {
        return remote;
    }

    @Override
    @AfterEach
    void close() {
        remote.close();
        super.close();
        try {
            database.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatTheKeyMaySeeIsNotForEverybodyHere() {
        platform.serve(
                Node.agent("hers", "alice", Scope.OWNER, "Sings.", "sing a song"),
                Node.agent("known", "", Scope.USER, "Sings.", "sing a song"));
        assertThat(remote.search(Query.of("sing a song", 5), Caller.anonymous())).isEmpty();
        assertThat(remote.search(Query.of("sing a song", 5), Caller.user("carol")))
                .extracting(Found::agent)
                .containsExactly("known");
        assertThat(remote.list(Listing.first(5), Caller.anonymous()).agents()).isEmpty();
    }

    @Test
    void aPlatformThatIsAwayIsTold() {
        platform.server.close();
        assertThatThrownBy(() -> find("anything"))
                .isInstanceOf(UnavailableException.class)
                .hasMessageNotContaining("alice");
    }

    @Test
    void aKeyThatIsRefusedIsTheOperatorsAffair() {
        try (var wrong = RemoteRegistry.open(platform.server.url(), "rk_wrong")) {
            assertThatThrownBy(() -> wrong.list(Listing.first(1), ALICE))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageNotContaining("rk_wrong");
        }
    }

    @Test
    void aServersOwnAgentsAreListedOnThePlatform() throws IOException {
        try (var other = TestDatabase.create(Database.Kind.SQLITE);
                var node =
                        new Node(
                                other.database(),
                                clock,
                                Node.SETTINGS,
                                PaidUse.NONE,
                                Optional.of(remote))) {
            node.serve(
                    Node.agent("poet", "Writes verses.", "write a sonnet"),
                    Node.agent("hidden", "bob", Scope.OWNER, "Private.", "write a sonnet"),
                    Node.agent("quiet", "Says nothing of itself."));
            assertThat(platform.names("write a sonnet")).isEmpty();
            clock.move(Duration.ofSeconds(5));
            node.keepUp();
            platform.discovery.refresh();
            Found poet = platform.search("write a sonnet", Caller.anonymous()).getFirst();
            assertThat(poet.url()).isEqualTo(node.server.url() + "/poet");
            assertThat(poet.owner()).isEqualTo("alice");
            assertThat(platform.names("write a sonnet")).containsExactly("poet");
            // From here on this server asks the platform.
            assertThat(node.names("write a sonnet")).containsExactly("poet");
            assertThat(node.discovery.directory().find("alice", "poet")).isPresent();
            assertThat(node.discovery.directory().find("", "quiet")).isPresent();
        }
    }
}
