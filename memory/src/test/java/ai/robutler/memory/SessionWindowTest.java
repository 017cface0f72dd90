package ai.robutler.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.robutler.core.ChatMessage;
import ai.robutler.core.InvalidRequestException;
import ai.robutler.core.ToolCall;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.IntStream;

/** What is said again of a conversation, whatever it is and wherever it is cut. */
class SessionWindowTest {

    /** A step of a conversation: a question, or calls with some of their results, or an answer. */
    private record Step(String kind, int calls, int results, String text) {}

    @Provide
    Arbitrary<List<ChatMessage>> conversations() {
        Arbitrary<Step> steps =
                Combinators.combine(
                                Arbitraries.of("user", "calls", "assistant"),
                                Arbitraries.integers().between(1, 3),
                                Arbitraries.integers().between(0, 3),
                                Arbitraries.strings().alpha().ofMaxLength(40))
                        .as(Step::new);
        return steps.list().ofMaxSize(25).map(SessionWindowTest::conversation);
    }

    /** Only the last calls may wait for results, as it is with what is kept. */
    private static List<ChatMessage> conversation(List<Step> steps) {
        var messages = new ArrayList<ChatMessage>();
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            if (!step.kind().equals("calls")) {
                messages.add(
                        step.kind().equals("user")
                                ? ChatMessage.user(step.text())
                                : ChatMessage.assistant(step.text()));
                continue;
            }
            boolean isLast = i == steps.size() - 1;
            int index = i;
            List<ToolCall> calls =
                    IntStream.range(0, step.calls())
                            .mapToObj(
                                    n -> ToolCall.function("call_" + index + "_" + n, "look", "{}"))
                            .toList();
            messages.add(ChatMessage.assistant(step.text()).withToolCalls(calls));
            int answered = isLast ? Math.min(step.results(), step.calls()) : step.calls();
            calls.stream()
                    .limit(answered)
                    .forEach(call -> messages.add(ChatMessage.tool(call.id(), step.text())));
        }
        return messages;
    }

    private static boolean isOpen(List<ChatMessage> conversation) {
        var open = new LinkedHashSet<String>();
        for (ChatMessage message : conversation) {
            message.toolCalls().forEach(call -> open.add(call.id()));
            open.remove(message.toolCallId());
        }
        return !open.isEmpty();
    }

    /** What every provider refuses. */
    private static void requireSound(List<ChatMessage> conversation) {
        var open = new LinkedHashSet<String>();
        for (ChatMessage message : conversation) {
            if (message.is("tool")) {
                assertThat(open.remove(message.toolCallId())).as("call of %s", message).isTrue();
            } else {
                assertThat(open).as("without result before %s", message).isEmpty();
                message.toolCalls().forEach(call -> open.add(call.id()));
            }
        }
        assertThat(open).isEmpty();
    }

    @Property(tries = 1000)
    void itIsTheEndOfTheConversationWithinBothBounds(
            @ForAll("conversations") List<ChatMessage> conversation,
            @ForAll @IntRange(max = 30) int messages,
            @ForAll @IntRange(max = 300) int tokens) {
        var window = new SessionWindow(messages, tokens);
        List<ChatMessage> kept = window.trim(conversation);
        int size = conversation.size();
        assertThat(kept).isEqualTo(conversation.subList(size - kept.size(), size));
        assertThat(window.fits(kept) || isOpen(conversation)).isTrue();
        if (!kept.isEmpty()) {
            assertThat(kept.getFirst().role()).isNotEqualTo("tool");
        }
    }

    @Property(tries = 1000)
    void noCallIsWithoutItsResultAndNoResultWithoutItsCall(
            @ForAll("conversations") List<ChatMessage> conversation,
            @ForAll @IntRange(max = 30) int messages,
            @ForAll @IntRange(max = 300) int tokens) {
        List<ChatMessage> kept = new SessionWindow(messages, tokens).trim(conversation);
        requireSound(SessionPairs.join(kept, List.of(ChatMessage.user("and now?"))));
    }

    @Property(tries = 1000)
    void resultsThatComeLaterFindTheirCalls(
            @ForAll("conversations") List<ChatMessage> conversation,
            @ForAll @IntRange(max = 30) int messages) {
        List<ChatMessage> kept = new SessionWindow(messages, 50).trim(conversation);
        var waiting = new LinkedHashSet<String>();
        for (ChatMessage message : conversation) {
            message.toolCalls().forEach(call -> waiting.add(call.id()));
            waiting.remove(message.toolCallId());
        }
        List<ChatMessage> results =
                waiting.stream().map(id -> ChatMessage.tool(id, "late")).toList();
        requireSound(SessionPairs.join(kept, results));
    }

    @Property(tries = 1000)
    void itTakesAllThatFits(
            @ForAll("conversations") List<ChatMessage> conversation,
            @ForAll @IntRange(max = 30) int messages) {
        var window = new SessionWindow(messages, Integer.MAX_VALUE);
        List<ChatMessage> kept = window.trim(conversation);
        int start = conversation.size() - kept.size();
        // Nothing before it that it could have begun with fits, too.
        for (int i = 0; i < start; i++) {
            boolean fits = conversation.size() - i <= messages;
            assertThat(fits && conversation.get(i).is("user")).isFalse();
        }
    }

    @Test
    void itBeginsWithAQuestionWhereItCan() {
        List<ChatMessage> conversation =
                List.of(
                        ChatMessage.user("one"),
                        ChatMessage.assistant("two"),
                        ChatMessage.user("three"),
                        ChatMessage.assistant("four"));
        assertThat(new SessionWindow(3, 1000).trim(conversation))
                .extracting(ChatMessage::text)
                .containsExactly("three", "four");
        assertThat(new SessionWindow(1, 1000).trim(conversation))
                .extracting(ChatMessage::text)
                .containsExactly("four");
    }

    @Test
    void aResultThatNobodyWaitsForIsRefused() {
        assertThatThrownBy(
                        () ->
                                SessionPairs.join(
                                        List.of(ChatMessage.user("hello")),
                                        List.of(ChatMessage.tool("call_x", "42"))))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("call_x");
    }

    @Test
    void textOfManyBytesCountsAsManyTokens() {
        assertThat(SessionTokens.of(ChatMessage.user("abcd"))).isEqualTo(5);
        assertThat(SessionTokens.of(ChatMessage.user("日本語日本語"))).isEqualTo(9);
    }
}
