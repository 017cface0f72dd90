package ai.robutler.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

@SuppressWarnings({"UnusedMethod", "DoNotCallSuggester"})
class HandoffMethodTest {
    private static final Deadline SOON = Deadline.after(Duration.ofMinutes(1));
    private static final ChatRequest REQUEST = ChatRequest.of("hello");

    static final class Desk {
        @Handoff(description = "A text.")
        String plainText(ChatRequest request) {
            return "heard " + request.messages().getLast().text();
        }

        @Handoff(description = "A completion.", scope = "owner")
        ChatCompletion whole(ChatRequest request) {
            var call = ToolCall.function("c1", "look", "{}");
            var completion =
                    ChatCompletion.of(
                            ChatMessage.assistant("wait").withToolCalls(List.of(call)),
                            "tool_calls");
            completion.json().put("system_fingerprint", "fp").set("usage", Usage.of(1, 2).json());
            return completion;
        }

        @Handoff(name = "pieces", description = "A stream.")
        ChatStream stream(ChatRequest request) {
            return ChatStream.of(
                    List.of(
                            ChatChunk.delta(Json.object().put("role", "assistant")),
                            ChatChunk.text("one "),
                            ChatChunk.text("two"),
                            ChatChunk.finish("stop"),
                            ChatChunk.usage(Usage.of(3, 4))));
        }

        @Handoff(description = "With its context.")
        String context(RunContext context, ChatRequest request) {
            return context.requestId();
        }

        @Handoff(description = "A completer.")
        Completer made() {
            return new ScriptedCompleter().text("made");
        }

        @Handoff(description = "Fails.")
        String fails(ChatRequest request) throws IOException {
            throw new IOException("secret path");
        }

        @Handoff(description = "Interrupted.")
        String interrupted(ChatRequest request) throws InterruptedException {
            throw new InterruptedException();
        }

        @Handoff(description = "Says no.")
        String refuses(ChatRequest request) {
            throw new StoppedException(451, "law", "not here");
        }
    }

    private static AgentHandoff handoff(String name) {
        return SkillReader.read("desk", new Desk()).handoffs().stream()
                .filter(handoff -> handoff.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Completer completer(String name) {
        return ((AgentHandoff.Target.Local) handoff(name).target()).completer();
    }

    private static List<ChatChunk> chunks(String name) {
        var chunks = new ArrayList<ChatChunk>();
        try (ChatStream stream = completer(name).stream(REQUEST, SOON)) {
            stream.forEach(chunks::add);
        }
        return chunks;
    }

    @Test
    void offersAMethodAsATool() {
        assertThat(handoff("plain_text").toolName()).isEqualTo("use_plain_text");
        assertThat(handoff("plain_text").description()).isEqualTo("A text.");
        assertThat(handoff("whole").scope()).isEqualTo(Scope.OWNER);
    }

    @Test
    void givesATextWholeAndInPieces() {
        assertThat(completer("plain_text").complete(REQUEST, SOON).text()).isEqualTo("heard hello");
        List<ChatChunk> chunks = chunks("plain_text");
        assertThat(chunks.getFirst().text()).isEqualTo("heard hello");
        assertThat(chunks.getLast().finishReason()).isEqualTo("stop");
    }

    @Test
    void cutsACompletionIntoChunksThatMakeItAgain() {
        ChatCompletion whole = completer("whole").complete(REQUEST, SOON);
        var again = new TurnAssembler(_ -> true);
        List<ChatChunk> chunks = chunks("whole");
        chunks.forEach(again::accept);

        assertThat(chunks)
                .allSatisfy(
                        chunk -> {
                            assertThat(chunk.json().path("object").asString())
                                    .isEqualTo("chat.completion.chunk");
                            assertThat(chunk.json().path("system_fingerprint").asString())
                                    .isEqualTo("fp");
                        });
        assertThat(chunks.get(1).json().at("/choices/0/delta/tool_calls/0/index").asInt(-1))
                .isZero();
        assertThat(again.completion().text()).isEqualTo("wait");
        assertThat(again.completion().message().toolCalls()).isEqualTo(whole.message().toolCalls());
        assertThat(again.completion().finishReason()).isEqualTo("tool_calls");
        assertThat(again.completion().usage()).isEqualTo(Usage.of(1, 2));
    }

    @Test
    void joinsAStreamToACompletion() {
        ChatCompletion whole = completer("pieces").complete(REQUEST, SOON);
        assertThat(whole.text()).isEqualTo("one two");
        assertThat(whole.finishReason()).isEqualTo("stop");
        assertThat(whole.usage()).isEqualTo(Usage.of(3, 4));
        assertThat(chunks("pieces")).hasSize(5);
    }

    @Test
    void takesACompleterAsItIs() {
        assertThat(completer("made").complete(REQUEST, SOON).text()).isEqualTo("made");
    }

    @Test
    void knowsTheContextWithinARun() {
        var model = new ScriptedCompleter();
        model.calls(ToolCall.function("c1", "use_context", "{}"));
        var agent = Agent.builder("tester").model("test/m", model).skill(new Desk()).build();
        assertThat(agent.run(Invocation.of(REQUEST).withRequestId("req_7")).text())
                .isEqualTo("req_7");
    }

    @Test
    void failsAsACompleterFails() {
        assertThatThrownBy(() -> completer("fails").complete(REQUEST, SOON))
                .isInstanceOf(InternalException.class)
                .hasMessageNotContaining("secret")
                .hasRootCauseMessage("secret path");
        assertThatThrownBy(() -> completer("refuses").stream(REQUEST, SOON))
                .isInstanceOf(StoppedException.class);
        assertThatThrownBy(() -> completer("interrupted").complete(REQUEST, SOON))
                .isInstanceOf(CancelledException.class);
        assertThat(Thread.interrupted()).isTrue();
    }
}
