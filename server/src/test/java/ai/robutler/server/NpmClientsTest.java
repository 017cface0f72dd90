package ai.robutler.server;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Param;
import ai.robutler.core.Tool;
import ai.robutler.testkit.Call;
import ai.robutler.testkit.NpmProject;
import ai.robutler.testkit.ReceivedRequest;
import ai.robutler.testkit.Reply;

import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;

import java.nio.file.Path;
import java.util.ArrayList;

/** The clients that people use in JavaScript, as they are on the npm registry. */
class NpmClientsTest {
    /** A tool that runs here. */
    public static final class Secrets {
        @Tool(description = "Looks a value up.")
        String lookup(@Param("the key") String key) {
            return "secret-of-" + key;
        }
    }

    @Test
    void everyConversationOfEverySdk() throws Exception {
        NpmProject npm = NpmProject.of(Path.of("src/test/clients"));
        try (var stack = new Stack(agent -> agent.skill(new Secrets()))) {
            stack.provider.always(NpmClientsTest::answer);
            NpmProject.Ran clients = npm.run("clients.mjs", stack.server.url() + "/v1");
            assertThat(clients.status()).as(clients.output()).isZero();
            assertThat(clients.output()).contains("40 passed, 0 failed");
            assertThat(stack.provider.violations()).isEmpty();
        }
    }

    private static Reply answer(ReceivedRequest request) {
        JsonNode messages = request.json().path("messages");
        String question = "";
        var results = new ArrayList<String>();
        for (JsonNode message : messages) {
            String role = message.path("role").stringValue();
            if (role.equals("user")) {
                question = text(message.path("content"));
            } else if (role.equals("tool")) {
                results.add(text(message.path("content")));
            }
        }
        Call lookup = Call.of("lookup", "{\"key\":\"x\"}");
        Call add = Call.of("client_add", "{\"a\":2,\"b\":3}");
        return switch (question) {
            case "agent tool" ->
                    results.isEmpty()
                            ? Reply.calls(lookup)
                            : Reply.text("The value is " + results.getFirst() + ".");
            case "request tool" ->
                    results.isEmpty()
                            ? Reply.calls(add)
                            : Reply.text("The sum is " + results.getFirst() + ".");
            case "mixed turn" ->
                    results.isEmpty()
                            ? Reply.calls(lookup, add)
                            : Reply.text("Results: " + String.join(", ", results) + ".");
            case "be rejected" -> Reply.error(400, "This is too odd.");
            default -> Reply.text("A plain answer.").inPiecesOf(4);
        };
    }

    private static String text(JsonNode content) {
        if (content.isString()) {
            return content.stringValue();
        }
        var text = new StringBuilder();
        content.forEach(part -> text.append(part.path("text").asString("")));
        return text.toString();
    }
}
