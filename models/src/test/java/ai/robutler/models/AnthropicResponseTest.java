package ai.robutler.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.ChatChunk;
import ai.robutler.core.ChatCompletion;
import ai.robutler.core.ChatMessage;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.Json;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Messages as Anthropic documents them, and what becomes of them; streams and wholes alike. */
class AnthropicResponseTest {

    private static ChatCompletion completion(String message) {
        var turn = new AnthropicTurn(Set.of("sql"));
        turn.acceptWhole(Json.parseObject(message));
        return turn.completion();
    }

    private static AnthropicTurn turn(String events) {
        var turn = new AnthropicTurn(Set.of("sql"));
        chunks(turn, events);
        return turn;
    }

    private static List<ChatChunk> chunks(AnthropicTurn turn, String events) {
        var chunks = new ArrayList<ChatChunk>();
        for (String line : events.strip().split("\n", -1)) {
            chunks.addAll(turn.accept(Json.parseObject(line)));
        }
        return chunks;
    }

    private static String message(String content, String rest) {
        return """
                {"id":"msg_1","type":"message","role":"assistant","model":"claude-haiku-4-5",
                 "content":%s,%s"stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":2}}
                """
                .formatted(content, rest);
    }

    private static void same(JsonNode actual, String expected) {
        // Written and read again: whoever reads the wire sees no kinds of numbers.
        assertThat(Json.parse(Json.write(actual))).isEqualTo(Json.parse(expected));
    }

    @Test
    void aMessage() {
        ObjectNode json =
                completion(
                                """
                                {"id":"msg_013Zva2CMHLNnXjNJJKqJ2EF","type":"message","role":"assistant",
                                 "model":"claude-haiku-4-5-20251001","content":[{"type":"text","text":"Hi! My name is Claude."}],
                                 "stop_reason":"end_turn","stop_sequence":null,"stop_details":null,
                                 "container":{"id":"c1","expires_at":"2026-01-01T00:00:00Z"},
                                 "usage":{"input_tokens":2095,"cache_creation_input_tokens":248,"cache_read_input_tokens":1800,
                                   "cache_creation":{"ephemeral_5m_input_tokens":148,"ephemeral_1h_input_tokens":100},
                                   "output_tokens":503,"output_tokens_details":{"thinking_tokens":17},
                                   "server_tool_use":{"web_search_requests":1},"service_tier":"standard","inference_geo":null}}
                                """)
                        .json()
                        .deepCopy();
        assertThat(json.remove("created").asLong()).isPositive();
        same(
                json,
                """
                {"id":"msg_013Zva2CMHLNnXjNJJKqJ2EF","object":"chat.completion","model":"claude-haiku-4-5-20251001",
                 "choices":[{"index":0,"message":{"role":"assistant","content":"Hi! My name is Claude.","refusal":null},
                   "logprobs":null,"finish_reason":"stop"}],
                 "container":{"id":"c1","expires_at":"2026-01-01T00:00:00Z"},"service_tier":"default",
                 "usage":{"prompt_tokens":4143,"completion_tokens":503,"total_tokens":4646,
                   "prompt_tokens_details":{"cached_tokens":1800,"cache_creation_tokens":248},
                   "completion_tokens_details":{"reasoning_tokens":17},
                   "cache_creation":{"ephemeral_5m_input_tokens":148,"ephemeral_1h_input_tokens":100},
                   "server_tool_use":{"web_search_requests":1}}}
                """);
    }

    @ParameterizedTest
    @CsvSource({
        "end_turn,stop",
        "stop_sequence,stop",
        "max_tokens,length",
        "model_context_window_exceeded,length",
        "pause_turn,length",
        "tool_use,tool_calls",
        "refusal,content_filter",
        "not_invented_yet,stop"
    })
    void reasonsToStop(String stop, String finish) {
        ChatCompletion answer =
                completion(
                        message(
                                "[{\"type\":\"text\",\"text\":\"x\"}]",
                                "\"stop_reason\":\"" + stop + "\","));
        assertThat(answer.finishReason()).isEqualTo(finish);
    }

    @Test
    void theStopSequenceIsTold() {
        ChatCompletion answer =
                completion(
                        """
                        {"id":"m","type":"message","role":"assistant","model":"c","content":[],
                         "stop_reason":"stop_sequence","stop_sequence":"END","usage":{"input_tokens":1,"output_tokens":0}}
                        """);
        assertThat(answer.json().at("/choices/0/stop_sequence").asString()).isEqualTo("END");
        assertThat(answer.json().at("/choices/0/message/content").isNull()).isTrue();
    }

    @Test
    void aRefusal() {
        ChatCompletion answer =
                completion(
                        """
                        {"id":"m","type":"message","role":"assistant","model":"c","content":[{"type":"text","text":"Well,"}],
                         "stop_reason":"refusal","stop_sequence":null,
                         "stop_details":{"type":"refusal","category":"cyber","explanation":"That could do harm."},
                         "usage":{"input_tokens":1,"output_tokens":0}}
                        """);
        assertThat(answer.text()).isEqualTo("Well,");
        assertThat(answer.message().json().path("refusal").asString())
                .isEqualTo("That could do harm.");
        assertThat(answer.json().at("/choices/0/stop_details/category").asString())
                .isEqualTo("cyber");
        ChatCompletion silent =
                completion(message("[]", "\"stop_reason\":\"refusal\",\"stop_details\":null,"));
        assertThat(silent.message().json().path("refusal").asString()).isNotBlank();
    }

    @Test
    void calls() {
        ObjectNode message =
                completion(
                                message(
                                        """
                                        [{"type":"text","text":"I'll check."},
                                         {"type":"tool_use","id":"toolu_1","name":"get_weather","input":{"location":"SF","deep":{"n":1.50}}},
                                         {"type":"tool_use","id":"toolu_2","name":"clock","input":{},"caller":{"type":"direct"}},
                                         {"type":"tool_use","id":"toolu_3","name":"sql","input":{"input":"select 1"},
                                          "caller":{"type":"code_execution_20250825","tool_id":"srvtoolu_1"}}]
                                        """,
                                        "\"stop_reason\":\"tool_use\","))
                        .message()
                        .json();
        same(
                message.path("tool_calls"),
                """
                [{"id":"toolu_1","type":"function","function":{"name":"get_weather",
                   "arguments":"{\\"location\\":\\"SF\\",\\"deep\\":{\\"n\\":1.50}}"}},
                 {"id":"toolu_2","type":"function","function":{"name":"clock","arguments":"{}"}},
                 {"id":"toolu_3","type":"custom","custom":{"name":"sql","input":"select 1"},
                  "caller":{"type":"code_execution_20250825","tool_id":"srvtoolu_1"}}]
                """);
        assertThat(message.has("anthropic_content")).isFalse();
    }

    @Test
    void thoughts() {
        String content =
                """
                [{"type":"thinking","thinking":"Let me see. ","signature":"EqQBCgIYAhIM"},
                 {"type":"redacted_thinking","data":"EmwKAhgBEgy"},
                 {"type":"thinking","thinking":"Yes.","signature":"Second"},
                 {"type":"text","text":"27"}]
                """;
        ObjectNode message =
                completion(message(content, "\"stop_reason\":\"end_turn\",")).message().json();
        same(
                message,
                """
                {"role":"assistant","content":"27","refusal":null,"reasoning_content":"Let me see. Yes.",
                 "thinking_blocks":[{"type":"thinking","thinking":"Let me see. ","signature":"EqQBCgIYAhIM"},
                   {"type":"redacted_thinking","data":"EmwKAhgBEgy"},
                   {"type":"thinking","thinking":"Yes.","signature":"Second"}]}
                """);
        assertThat(sentBack(message)).isEqualTo(Json.parse(content));
    }

    /** What Anthropic gets to see of a message of its own on the next turn. */
    private static JsonNode sentBack(ObjectNode message) {
        ChatRequest next =
                ChatRequest.of(
                        ChatMessage.user("a"), new ChatMessage(message), ChatMessage.user("b"));
        return AnthropicCall.of(
                        next, "claude-haiku-4-5", AnthropicFamily.of("claude-haiku-4-5"), false)
                .body()
                .at("/messages/1/content");
    }

    private static final String SEARCHED =
            """
            [{"type":"text","text":"I'll search."},
             {"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{"query":"claude shannon birth date"}},
             {"type":"web_search_tool_result","tool_use_id":"srvtoolu_1","content":[{"type":"web_search_result",
               "url":"https://en.wikipedia.org/wiki/Claude_Shannon","title":"Claude Shannon","encrypted_content":"EqgfCio","page_age":"April 30, 2025"}]},
             {"type":"text","text":"Shannon was "},
             {"type":"text","text":"born on April 30, 1916","citations":[{"type":"web_search_result_location",
               "url":"https://en.wikipedia.org/wiki/Claude_Shannon","title":"Claude Shannon","encrypted_index":"Eo8B","cited_text":"April 30"}]},
             {"type":"tool_use","id":"toolu_1","name":"clock","input":{"zone":"UTC"}}]
            """;

    @Test
    void searchesAreCitedAndCarriedBack() {
        ObjectNode message =
                completion(message(SEARCHED, "\"stop_reason\":\"tool_use\",")).message().json();
        String text = "I'll search.\n\nShannon was born on April 30, 1916";
        assertThat(message.path("content").asString()).isEqualTo(text);
        same(
                message.path("annotations"),
                """
                [{"type":"url_citation","url_citation":{"start_index":%d,"end_index":%d,
                  "url":"https://en.wikipedia.org/wiki/Claude_Shannon","title":"Claude Shannon"}}]
                """
                        .formatted(text.indexOf("born"), text.length()));
        assertThat(message.path("anthropic_content")).isEqualTo(Json.parse(SEARCHED));
        assertThat(withResult(message)).isEqualTo(Json.parse(SEARCHED));
    }

    private static JsonNode withResult(ObjectNode message) {
        ChatRequest next =
                ChatRequest.of(
                        ChatMessage.user("a"),
                        new ChatMessage(message),
                        ChatMessage.tool("toolu_1", "noon"));
        return AnthropicCall.of(
                        next, "claude-haiku-4-5", AnthropicFamily.of("claude-haiku-4-5"), false)
                .body()
                .at("/messages/1/content");
    }

    @Test
    void whatSomebodyChangedIsNotOverruled() {
        ObjectNode message =
                completion(message(SEARCHED, "\"stop_reason\":\"tool_use\","))
                        .message()
                        .withText("Something else")
                        .json();
        same(
                withResult(message),
                """
                [{"type":"text","text":"Something else"},
                 {"type":"tool_use","id":"toolu_1","name":"clock","input":{"zone":"UTC"}}]
                """);
        ObjectNode other =
                completion(message(SEARCHED, "\"stop_reason\":\"tool_use\","))
                        .message()
                        .json()
                        .deepCopy();
        ((ObjectNode) other.at("/tool_calls/0/function")).put("arguments", "{\"zone\":\"CET\"}");
        assertThat(withResult(other).findValuesAsString("zone")).containsExactly("CET");
    }

    private static final String STREAM =
            """
            {"type":"message_start","message":{"id":"msg_014p7gG3wDgGV9EUtLvnow3U","type":"message","role":"assistant","model":"claude-opus-4-6","stop_sequence":null,"usage":{"input_tokens":472,"cache_read_input_tokens":100,"cache_creation_input_tokens":0,"output_tokens":2},"content":[],"stop_reason":null}}
            {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}
            {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Hm, "}}
            {"type":"ping"}
            {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"well"}}
            {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"EqQBCgIYAhIM"}}
            {"type":"content_block_stop","index":0}
            {"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}
            {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"Okay"}}
            {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":", let's"}}
            {"type":"content_block_stop","index":1}
            {"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"toolu_01T","name":"get_weather","input":{}}}
            {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":""}}
            {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\\"location\\":"}}
            {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":" \\"SF\\"}"}}
            {"type":"content_block_stop","index":2}
            {"type":"content_block_start","index":3,"content_block":{"type":"tool_use","id":"toolu_02T","name":"sql","input":{}}}
            {"type":"content_block_delta","index":3,"delta":{"type":"input_json_delta","partial_json":"{\\"input\\":\\"select"}}
            {"type":"content_block_delta","index":3,"delta":{"type":"input_json_delta","partial_json":" 1\\"}"}}
            {"type":"content_block_stop","index":3}
            {"type":"content_block_start","index":4,"content_block":{"type":"tool_use","id":"toolu_03T","name":"clock","input":{}}}
            {"type":"content_block_stop","index":4}
            {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":89},"context_management":{"applied_edits":[]}}
            {"type":"not_invented_yet"}
            {"type":"message_stop"}
            """;

    @Test
    void aStream() {
        var turn = new AnthropicTurn(Set.of("sql"));
        List<ChatChunk> chunks = chunks(turn, STREAM);
        same(
                Json.array(
                        chunks.stream().map(chunk -> chunk.json().at("/choices/0/delta")).toList()),
                """
                [{"role":"assistant","reasoning_content":"Hm, "},
                 {"reasoning_content":"well"},
                 {"thinking_blocks":[{"type":"thinking","thinking":"Hm, well","signature":"EqQBCgIYAhIM"}]},
                 {"content":"Okay"},
                 {"content":", let's"},
                 {"tool_calls":[{"index":0,"id":"toolu_01T","type":"function","function":{"name":"get_weather","arguments":""}}]},
                 {"tool_calls":[{"index":0,"function":{"arguments":"{\\"location\\":"}}]},
                 {"tool_calls":[{"index":0,"function":{"arguments":" \\"SF\\"}"}}]},
                 {"tool_calls":[{"index":1,"id":"toolu_02T","type":"custom","custom":{"name":"sql","input":"select 1"}}]},
                 {"tool_calls":[{"index":2,"id":"toolu_03T","type":"function","function":{"name":"clock","arguments":""}}]},
                 {"tool_calls":[{"index":2,"function":{"arguments":"{}"}}]}]
                """);
        List<ChatChunk> last = turn.end();
        assertThat(last).hasSize(2);
        assertThat(last.getFirst().finishReason()).isEqualTo("tool_calls");
        same(last.getFirst().json().path("context_management"), "{\"applied_edits\":[]}");
        same(
                last.getLast().json().path("usage"),
                """
                {"prompt_tokens":572,"completion_tokens":89,"total_tokens":661,
                 "prompt_tokens_details":{"cached_tokens":100,"cache_creation_tokens":0}}
                """);
        assertThat(last.getLast().json().path("choices")).isEmpty();
    }

    @Test
    void aStreamMakesTheSameMessageAsAWhole() {
        same(
                turn(STREAM).completion().message().json(),
                """
                {"role":"assistant","content":"Okay, let's","refusal":null,"reasoning_content":"Hm, well",
                 "thinking_blocks":[{"type":"thinking","thinking":"Hm, well","signature":"EqQBCgIYAhIM"}],
                 "tool_calls":[
                  {"id":"toolu_01T","type":"function","function":{"name":"get_weather","arguments":"{\\"location\\": \\"SF\\"}"}},
                  {"id":"toolu_02T","type":"custom","custom":{"name":"sql","input":"select 1"}},
                  {"id":"toolu_03T","type":"function","function":{"name":"clock","arguments":"{}"}}]}
                """);
    }

    @Test
    void citationsStream() {
        var turn =
                turn(
                        """
                        {"type":"message_start","message":{"id":"m","model":"c","usage":{"input_tokens":1,"output_tokens":1}}}
                        {"type":"content_block_start","index":0,"content_block":{"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{}}}
                        {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\\"query\\":"}}
                        {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"\\"q\\"}"}}
                        {"type":"content_block_stop","index":0}
                        {"type":"content_block_start","index":1,"content_block":{"type":"web_search_tool_result","tool_use_id":"srvtoolu_1","content":[{"type":"web_search_result","url":"https://x.org","title":"X","encrypted_content":"e"}]}}
                        {"type":"content_block_stop","index":1}
                        {"type":"content_block_start","index":2,"content_block":{"type":"text","text":"","citations":[]}}
                        {"type":"content_block_delta","index":2,"delta":{"type":"citations_delta","citation":{"type":"web_search_result_location","url":"https://x.org","title":"X","cited_text":"c","encrypted_index":"i"}}}
                        {"type":"content_block_delta","index":2,"delta":{"type":"text_delta","text":"cited"}}
                        {"type":"content_block_stop","index":2}
                        {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":3,"server_tool_use":{"web_search_requests":1}}}
                        {"type":"message_stop"}
                        """);
        JsonNode delta = turn.end().getFirst().json().at("/choices/0/delta");
        same(
                delta,
                """
                {"annotations":[{"type":"url_citation","url_citation":{"start_index":0,"end_index":5,"url":"https://x.org","title":"X"}}],
                 "anthropic_content":[
                  {"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{"query":"q"}},
                  {"type":"web_search_tool_result","tool_use_id":"srvtoolu_1","content":[{"type":"web_search_result","url":"https://x.org","title":"X","encrypted_content":"e"}]},
                  {"type":"text","text":"cited","citations":[{"type":"web_search_result_location","url":"https://x.org","title":"X","cited_text":"c","encrypted_index":"i"}]}]}
                """);
    }
}
