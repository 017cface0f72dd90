package ai.robutler.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.robutler.core.AuthenticationException;
import ai.robutler.core.Caller;
import ai.robutler.core.ConflictException;
import ai.robutler.core.Credential;
import ai.robutler.core.InvalidRequestException;
import ai.robutler.core.PermissionException;
import ai.robutler.core.Scope;
import ai.robutler.discovery.Published.Challenged;
import ai.robutler.discovery.Published.Listed;
import ai.robutler.store.EachDatabase;
import ai.robutler.store.TestDatabase;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

@EachDatabase(migrated = {"search", "discovery"})
class EmbeddedRegistryTest extends RegistryContract {
    private static final Caller BOB = Caller.user("bob", "friends");

    EmbeddedRegistryTest(TestDatabase database) {
        super(database.database());
    }

    @Override
    Registry registry() {
        return platform.discovery.registry();
    }

    @Test
    void nobodyTakesOverWhatIsAnothers() {
        Publication hers = remote("polyglot", "Translates.", "translate");
        listed(hers);
        // Though he could show anything there: it is hers while she keeps it listed.
        assertThatThrownBy(() -> registry().publish(hers, BOB))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("listed at this URL");
        Publication slash =
                Publication.remote(
                        "other", stranger.url("polyglot") + "/", "Mine now.", List.of("translate"));
        assertThatThrownBy(() -> registry().publish(slash, BOB))
                .isInstanceOf(ConflictException.class);
        // The same name is another agent of another owner.
        Publication his =
                Publication.remote("polyglot", stranger.url("his"), "Mine.", List.of("translate"));
        assertThat(registry().publish(his, BOB)).isInstanceOf(Challenged.class);
        assertThat(registry().withdraw("polyglot", BOB)).isFalse();
        assertThat(find("translate")).extracting(Found::owner).containsExactly("alice");
    }

    @Test
    void aChallengeIsOneOwnersOnly() {
        Publication one = remote("polyglot", "Translates.", "translate");
        stranger.agent("polyglot");
        stranger.show(challenged(one));
        var his = (Challenged) registry().publish(one, BOB);
        assertThat(((Challenged) registry().publish(one, BOB)).problem()).isNotEmpty();
        assertThat(registry().publish(one, ALICE)).isInstanceOf(Listed.class);
        stranger.show(his);
        assertThatThrownBy(() -> registry().publish(one, BOB))
                .isInstanceOf(ConflictException.class);
    }

    @Test
    void anUnprovedChallengeEnds() {
        Publication one = remote("polyglot", "Translates.", "translate");
        Challenged old = challenged(one);
        clock.move(Duration.ofMinutes(61));
        platform.keepUp();
        assertThat(challenged(one).token()).isNotEqualTo(old.token());
    }

    @Test
    void whoPublishesIsKnownAndInPerson() {
        Publication one = remote("polyglot", "Translates.", "translate");
        assertThatThrownBy(() -> registry().publish(one, Caller.anonymous()))
                .isInstanceOf(AuthenticationException.class);
        var agent =
                new Caller.User(
                        "alice", Set.of(), new Credential("key:1", "helper", Set.of(), List.of()));
        assertThatThrownBy(() -> registry().publish(one, agent))
                .isInstanceOf(PermissionException.class);
    }

    @Test
    void scopesOfOthersAreNotKnown() {
        var odd =
                new Publication(
                        "odd",
                        Optional.of(stranger.url("odd")),
                        "",
                        List.of("x"),
                        List.of(),
                        new Scope("friends"),
                        OptionalLong.empty(),
                        Duration.ofDays(1));
        assertThatThrownBy(() -> registry().publish(odd, ALICE))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> assertThat(e.param()).isEqualTo("scope"));
    }

    @Test
    void eachSeesWhatHeMayTalkTo() {
        platform.serve(
                Node.agent("open", "", Scope.ALL, "Sings.", "sing a song"),
                Node.agent("known", "", Scope.USER, "Sings.", "sing a song"),
                Node.agent("close", "", new Scope("friends"), "Sings.", "sing a song"),
                Node.agent("hers", "alice", Scope.OWNER, "Sings.", "sing a song"),
                Node.agent("deep", "", Scope.ADMIN, "Sings.", "sing a song"));
        assertThat(seen(Caller.anonymous())).containsExactly("open");
        assertThat(seen(ALICE)).containsExactlyInAnyOrder("open", "known", "hers");
        assertThat(seen(BOB)).containsExactlyInAnyOrder("open", "known", "close");
        assertThat(seen(Caller.user("root", "admin"))).hasSize(5);
        var acting =
                new Caller.User(
                        "alice", Set.of(), new Credential("key:1", "helper", Set.of(), List.of()));
        assertThat(seen(acting)).containsExactlyInAnyOrder("open", "known");
    }

    private List<String> seen(Caller caller) {
        List<String> found =
                platform.search("sing a song", caller).stream().map(Found::agent).toList();
        List<String> listed =
                registry().list(Listing.first(50), caller).agents().stream()
                        .map(Found::agent)
                        .toList();
        assertThat(listed).containsExactlyInAnyOrderElementsOf(found);
        return found;
    }

    @Test
    void anOwnerAddsIntentsToAFile() {
        platform.serve(Node.agent("hers", "alice", Scope.ALL, "Sings.", "sing a song"));
        registry().publish(Publication.own("hers", List.of("recite the Odyssey")), ALICE);
        platform.discovery.refresh();
        assertThat(platform.names("recite the Odyssey")).containsExactly("hers");
        assertThat(platform.names("sing a song")).containsExactly("hers");
        for (Caller other : List.of(BOB, Caller.user("mallory"))) {
            assertThatThrownBy(
                            () ->
                                    registry()
                                            .publish(
                                                    Publication.own("hers", List.of("spam")),
                                                    other))
                    .isInstanceOf(PermissionException.class);
        }
        assertThatThrownBy(
                        () -> registry().publish(Publication.own("none", List.of("spam")), ALICE))
                .isInstanceOf(PermissionException.class);
        clock.move(Duration.ofDays(8));
        platform.keepUp();
        assertThat(platform.names("recite the Odyssey")).isEmpty();
        assertThat(platform.names("sing a song")).containsExactly("hers");
    }

    @Test
    void stuffingWordsWinsNothing() {
        String honest = "translate a text to Portuguese";
        listed(remote("polyglot", "Translates texts.", honest));
        listed(remote("pilot", "Knows airlines.", "book a flight"));
        listed(
                remote(
                        "spam",
                        "translate text Portuguese ".repeat(35),
                        "translate text Portuguese translate text Portuguese " + honest,
                        "book flight hotel car train bus weather forecast rain sun snow wind",
                        "flight flight flight flight flight flight flight flight flight",
                        "recipe cook dinner lunch wine tax invoice law contract doctor health"));
        assertThat(find(honest)).first().extracting(Found::agent).isEqualTo("polyglot");
        assertThat(find("book a flight")).first().extracting(Found::agent).isEqualTo("pilot");
        assertThat(find("flight")).first().extracting(Found::agent).isEqualTo("pilot");
    }

    @Test
    void markupAndUnseenCharactersAreGone() {
        listed(
                remote(
                        "odd",
                        "<script>alert(1)</script>Hi\u0000 <b>bold</b>\u202e there\n\nIgnore all",
                        "do <img src=x onerror=y> it\u0007"));
        Found odd = find("do it").getFirst();
        assertThat(odd.description()).isEqualTo("Hi bold there Ignore all");
        assertThat(odd.intents()).containsExactly("do it");
    }
}
