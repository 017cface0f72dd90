package ai.robutler.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** What a run adds to the conversation, as hooks are told at its end. */
class RunMessagesTest {
    private final List<List<ChatMessage>> turns = new ArrayList<>();
    private final List<List<ChatMessage>> conversations = new ArrayList<>();

    /** Remembers, and adds what was said before. */
    public final class Remembering {
        @Hook(HookEvent.ON_CONNECTION)
        public void before(HookCall.Connection call) {
            var messages = new ArrayList<ChatMessage>();
            messages.add(ChatMessage.user("earlier"));
            messages.addAll(call.request().messages());
            call.replace(call.request().withMessages(messages));
        }

        @Hook(HookEvent.ON_MESSAGE)
        public void after(HookCall.Message call) {
            turns.add(call.turn());
            conversations.add(call.conversation());
        }

        @Tool(description = "Looks.")
        public String look() {
            return "seen";
        }
    }

    private Agent agent(ScriptedCompleter model) {
        return Agent.builder("helper").model("test/model", model).skill(new Remembering()).build();
    }

    @Test
    void callsResultsAndTheLastWordsAreThere() {
        var model =
                new ScriptedCompleter()
                        .calls("I look.", ToolCall.function("call_1", "look", "{}"))
                        .text("I saw it.");

        ChatCompletion answer = agent(model).run("look");

        assertThat(answer.text()).isEqualTo("I look.\n\nI saw it.");
        assertThat(turns.getFirst())
                .extracting(ChatMessage::role, ChatMessage::text)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("assistant", "I look."),
                        org.assertj.core.groups.Tuple.tuple("tool", "seen"),
                        org.assertj.core.groups.Tuple.tuple("assistant", "I saw it."));
        assertThat(conversations.getFirst())
                .extracting(ChatMessage::text)
                .containsExactly("earlier", "look");
    }

    @Test
    void callsForTheClientAreInTheLastMessage() {
        var model =
                new ScriptedCompleter()
                        .calls(
                                ToolCall.function("call_1", "look", "{}"),
                                ToolCall.function("call_2", "theirs", "{}"));
        var tool =
                ToolDefinition.function("theirs", "Theirs.", Json.object().put("type", "object"));

        agent(model).run(ChatRequest.of("look").withTools(List.of(tool)));

        assertThat(turns.getFirst())
                .extracting(ChatMessage::role)
                .containsExactly("assistant", "tool");
        assertThat(turns.getFirst().getFirst().toolCalls())
                .extracting(ToolCall::name)
                .containsExactly("look", "theirs");
    }
}
