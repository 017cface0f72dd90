package ai.robutler.server;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Json;
import ai.robutler.testkit.Reply;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.node.ObjectNode;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** Whatever bytes a provider sends, the client gets a regular stream or an error, and soon. */
class FuzzedProviderTest {
    private static final List<String> PIECES =
            List.of(
                    "data: ",
                    "data:",
                    "\n",
                    "\n\n",
                    "\r\n",
                    "\r",
                    ":",
                    "event: error\n",
                    "[DONE]",
                    "{",
                    "}",
                    "[",
                    "]",
                    "\"",
                    ",",
                    "null",
                    "0",
                    "-1",
                    "1e400",
                    "{}",
                    "[]",
                    "\\u0000",
                    "{\"choices\":",
                    "{\"choices\":[{\"delta\":",
                    "\"choices\":[]",
                    "\"index\":",
                    "{\"error\":{\"message\":\"x\"}}",
                    "{\"error\":null}",
                    "\"finish_reason\":\"stop\"",
                    "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}",
                    "{\"choices\":[{\"index\":7,\"delta\":{\"content\":\"b\"}}]}",
                    "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"function\":{\"name\":\"f\"}}]}}]}",
                    "{\"choices\":[{\"delta\":{\"tool_calls\":{}}}]}",
                    "{\"choices\":[{\"delta\":[],\"finish_reason\":5}]}",
                    "{\"choices\":[null,1,\"x\",{}]}",
                    "{\"choices\":{\"0\":{}}}",
                    "{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}],\"usage\":\"many\"}",
                    "{\"choices\":[{\"delta\":{\"content\":{\"a\":1},\"role\":7}}]}",
                    "{\"choices\":[],\"usage\":{\"prompt_tokens\":\"x\"}}",
                    "{\"choices\":[{\"index\":-3,\"delta\":{\"content\":\"c\"}}]}",
                    "{\"choices\":[{\"index\":99999999999,\"delta\":{\"content\":\"c\"}}]}",
                    "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}",
                    "\uFEFF",
                    "ü",
                    "😀");

    private static Stack stack;

    @BeforeAll
    static void start() {
        stack = new Stack(agent -> agent, Duration.ofSeconds(5));
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void endsInAnAnswerOrAnError(long seed) throws Exception {
        var random = new Random(seed);
        for (int i = 0; i < 100; i++) {
            byte[] bytes = random.nextInt(4) == 0 ? noise(random) : nearly(random);
            boolean stream = random.nextInt(4) > 0;
            stack.provider.answer(
                    stream
                            ? Reply.rawStream(bytes).splitEvery(random.nextInt(1, 64))
                            : Reply.rawJson(200, new String(bytes, StandardCharsets.ISO_8859_1)));
            ObjectNode request = Json.object().put("stream", stream);
            request.withArray("/messages").addObject().put("role", "user").put("content", "x");
            HttpResponse<String> answer = stack.post(request);
            String seen = "seed %d, round %d: %s".formatted(seed, i, answer.body());
            assertThat(answer.statusCode()).as(seen).isIn(200, 400, 429, 502);
            assertThat(answer.body()).as(seen).doesNotContain("Exception").doesNotContain("ai.rob");
            if (answer.statusCode() != 200) {
                assertThat(Json.parseObject(answer.body()).path("error").isObject()).isTrue();
            } else if (stream) {
                List<String> events = Stack.events(answer.body());
                boolean error = events.getLast().startsWith("{\"error\"");
                assertThat(error || events.getLast().equals("[DONE]")).as(seen).isTrue();
            } else {
                assertThat(Json.parseObject(answer.body()).path("choices").isArray()).isTrue();
            }
            stack.provider.answer("Well again");
            assertThat(stack.post(request.put("stream", false)).body()).contains("Well again");
        }
    }

    private static byte[] noise(Random random) {
        var bytes = new byte[random.nextInt(400)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] nearly(Random random) {
        var text = new StringBuilder();
        for (int i = random.nextInt(30); i >= 0; i--) {
            String piece = PIECES.get(random.nextInt(PIECES.size()));
            text.append(random.nextInt(3) > 0 ? "data: " + piece + "\n\n" : piece);
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
