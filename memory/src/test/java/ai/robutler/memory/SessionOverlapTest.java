package ai.robutler.memory;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.ChatMessage;
import ai.robutler.core.ToolCall;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Where a client's history meets the one that is kept. */
class SessionOverlapTest {

    /** Messages of the user and the assistant in turn. */
    private static List<ChatMessage> talk(String... texts) {
        var messages = new ArrayList<ChatMessage>();
        for (String text : texts) {
            messages.add(
                    messages.size() % 2 == 0
                            ? ChatMessage.user(text)
                            : ChatMessage.assistant(text));
        }
        return messages;
    }

    /** A question and an answer make a turn. */
    private static List<SessionSeen> kept(String... texts) {
        List<ChatMessage> messages = talk(texts);
        var turns = new ArrayList<SessionSeen>();
        for (int i = 0; i < messages.size(); i += 2) {
            turns.add(SessionSeen.of(messages.subList(i, i + 2)));
        }
        return turns;
    }

    @Test
    void aWholeHistoryIsFollowedByWhatIsNew() {
        assertThat(
                        SessionOverlap.of(
                                kept("q1", "a1", "q2", "a2"), talk("q1", "a1", "q2", "a2", "q3")))
                .contains(new SessionOverlap(2, 4));
    }

    @Test
    void aHistoryThatTheClientHasShortenedIsKnown() {
        List<ChatMessage> sent = talk("q1", "a1", "q2", "a2", "q3");
        assertThat(SessionOverlap.of(kept("q1", "a1", "q2", "a2"), sent.subList(3, sent.size())))
                .contains(new SessionOverlap(2, 1));
    }

    @Test
    void aHistoryThatIsLongerThanWhatIsKeptIsKnown() {
        assertThat(SessionOverlap.of(kept("q2", "a2"), talk("q1", "a1", "q2", "a2", "q3")))
                .contains(new SessionOverlap(1, 4));
    }

    @Test
    void aClientMayGoBackAndAskAnew() {
        assertThat(SessionOverlap.of(kept("q1", "a1", "q2", "a2"), talk("q1", "a1", "other")))
                .contains(new SessionOverlap(1, 2));
        assertThat(SessionOverlap.of(kept("q1", "a1", "q2", "a2"), talk("q1", "a1", "q2")))
                .contains(new SessionOverlap(1, 2));
    }

    @Test
    void anAnswerThatWasStoppedIsNew() {
        assertThat(
                        SessionOverlap.of(
                                kept("q1", "a1"), talk("q1", "a1", "q2", "the beginning of", "q3")))
                .contains(new SessionOverlap(1, 2));
    }

    @Test
    void anotherHistoryIsNotKnown() {
        assertThat(SessionOverlap.of(kept("q1", "a1"), talk("x", "y", "z"))).isEmpty();
    }

    @Test
    void questionsAloneAreNoHistory() {
        assertThat(SessionOverlap.isHistory(talk("q1"))).isFalse();
        assertThat(SessionOverlap.isHistory(talk("q1", "a1"))).isTrue();
    }

    @Test
    void spaceAndFieldsOfTheAnswerDoNotMatter() {
        ChatMessage seen = ChatMessage.assistant("Two  words\n");
        ChatMessage back = ChatMessage.assistant("Two words");
        seen.json().putNull("refusal");
        assertThat(SessionSeen.digest(seen)).isEqualTo(SessionSeen.digest(back));
        assertThat(SessionSeen.digest(back))
                .isNotEqualTo(SessionSeen.digest(ChatMessage.user("Two words")));
    }

    @Test
    void callsAndResultsCountByTheirIds() {
        ChatMessage one =
                ChatMessage.assistant("")
                        .withToolCalls(List.of(ToolCall.function("call_1", "look", "{}")));
        ChatMessage other =
                ChatMessage.assistant("")
                        .withToolCalls(List.of(ToolCall.function("call_2", "look", "{}")));
        assertThat(SessionSeen.digest(one)).isNotEqualTo(SessionSeen.digest(other));
        assertThat(SessionSeen.digest(ChatMessage.tool("call_1", "x")))
                .isNotEqualTo(SessionSeen.digest(ChatMessage.tool("call_2", "x")));
    }

    @Test
    void digestsAreKeptAsText() {
        SessionSeen seen = SessionSeen.of(talk("q", "a"));
        assertThat(SessionSeen.parse(seen.text())).isEqualTo(seen);
        assertThat(SessionSeen.parse("")).isEqualTo(new SessionSeen(List.of()));
    }

    /** Even where everybody always says the same. */
    @Property(tries = 300)
    void theWholeHistoryIsAlwaysKnown(
            @ForAll @IntRange(min = 1, max = 30) int turns,
            @ForAll @IntRange(min = 1, max = 3) int words) {
        var texts = new String[2 * turns];
        Arrays.setAll(texts, i -> "w" + i % words);
        var sent = new ArrayList<>(talk(texts));
        sent.add(ChatMessage.user("new"));
        assertThat(SessionOverlap.of(kept(texts), sent))
                .contains(new SessionOverlap(turns, 2 * turns));
    }
}
