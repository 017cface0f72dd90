package ai.robutler.memory;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.ChatMessage;
import ai.robutler.core.Json;
import ai.robutler.core.ToolCall;

import org.junit.jupiter.api.Test;

import java.util.List;

/** Turns that are too large. */
class SessionFitTest {

    @Test
    void whatFitsStaysAsItIs() {
        var messages = List.of(ChatMessage.user("hello"));
        assertThat(SessionFit.within(1_000, messages)).isSameAs(messages);
    }

    @Test
    void picturesGoBeforeWordsDo() {
        ChatMessage picture = ChatMessage.user("");
        picture.json()
                .putArray("content")
                .add(Json.object().put("type", "text").put("text", "What is this?"))
                .add(
                        Json.object()
                                .put("type", "image_url")
                                .put("image_url", "data:" + "x".repeat(5_000)));
        List<ChatMessage> kept = SessionFit.within(1_000, List.of(picture));
        assertThat(kept.getFirst().text())
                .startsWith("What is this?")
                .contains("image_url: too large");
        assertThat(SessionFit.bytes(kept)).isLessThan(1_000);
    }

    @Test
    void longTextsAreCutAndCallsKeepTheirResults() {
        ChatMessage calling =
                ChatMessage.assistant("I look.")
                        .withToolCalls(
                                List.of(
                                        ToolCall.function(
                                                "call_1",
                                                "look",
                                                "{\"at\":\"" + "y".repeat(9_000) + "\"}")));
        List<ChatMessage> kept =
                SessionFit.within(
                        2_000, List.of(calling, ChatMessage.tool("call_1", "é".repeat(50_000))));
        assertThat(SessionFit.bytes(kept)).isLessThanOrEqualTo(2_000);
        assertThat(kept).hasSize(2);
        assertThat(kept.get(0).toolCalls().getFirst().arguments()).isEqualTo("{}");
        assertThat(kept.get(1).toolCallId()).isEqualTo("call_1");
        assertThat(kept.get(1).text()).endsWith("(too long to be kept)");
    }
}
