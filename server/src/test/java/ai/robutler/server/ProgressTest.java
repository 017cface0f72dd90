package ai.robutler.server;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Agent;
import ai.robutler.core.ChatChunk;
import ai.robutler.core.ChatCompletion;
import ai.robutler.core.ChatMessage;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.ChatStream;
import ai.robutler.core.Completer;
import ai.robutler.core.Deadline;
import ai.robutler.core.Json;
import ai.robutler.core.RunContext;
import ai.robutler.core.Tool;
import ai.robutler.core.ToolCall;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.List;

/** How the work goes on is a comment beside the answer. */
class ProgressTest {
    /** Calls the tool first, then says that it is done. */
    private static final class CallsFirst implements Completer {
        @Override
        public ChatCompletion complete(ChatRequest request, Deadline deadline) {
            if (request.messages().getLast().is("tool")) {
                return ChatCompletion.text("done");
            }
            var call = ToolCall.function("call_1", "work", "{}");
            return ChatCompletion.of(
                    ChatMessage.assistant("").withToolCalls(List.of(call)), "tool_calls");
        }

        @Override
        public ChatStream stream(ChatRequest request, Deadline deadline) {
            ChatCompletion whole = complete(request, deadline);
            var delta = Json.object().put("content", whole.text());
            if (!whole.message().toolCalls().isEmpty()) {
                var call = whole.message().toolCalls().getFirst().json().deepCopy();
                delta.set("tool_calls", Json.array(call.put("index", 0)));
            }
            return ChatStream.of(
                    List.of(ChatChunk.delta(delta), ChatChunk.finish(whole.finishReason())));
        }
    }

    /** Says how it goes on. */
    public static final class Working {
        @Tool(description = "Works.")
        public String work(RunContext context) {
            context.progress("half\n\ndata: {\"forged\": true}");
            return "worked";
        }
    }

    private final Agent worker =
            Agent.builder("worker")
                    .model("test/calls", new CallsFirst())
                    .skill(new Working())
                    .build();
    private final RobutlerServer server =
            RobutlerServer.builder().agent(worker).port(0).build().start();
    private final Http http = Http.of(server);

    @AfterEach
    void close() {
        http.close();
        server.close();
    }

    @Test
    void aStreamHasItAsOneLineOfComment() {
        String body = http.post("/worker/chat/completions", Http.HELLO_STREAM).body();

        assertThat(body).contains(": half").contains("done").endsWith("data: [DONE]\n\n");
        assertThat(body.lines().filter(line -> line.contains("forged")))
                .singleElement()
                .asString()
                .startsWith(": half");
    }

    @Test
    void aWholeAnswerHasNothingOfIt() {
        Http.Answer answer = http.post("/worker/chat/completions", Http.HELLO);

        assertThat(answer.at("/choices/0/message/content")).isEqualTo("done");
        assertThat(answer.body()).doesNotContain("half");
    }
}
