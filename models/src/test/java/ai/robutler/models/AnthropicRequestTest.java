package ai.robutler.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.robutler.core.ChatRequest;
import ai.robutler.core.InvalidRequestException;
import ai.robutler.core.Json;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.List;
import java.util.Optional;
import java.util.Set;

class AnthropicRequestTest {
    private static final String HAIKU = "claude-haiku-4-5";

    private static ObjectNode body(String model, String request) {
        return call(model, request, false).body();
    }

    private static AnthropicCall call(String model, String request, boolean cacheAuto) {
        return AnthropicCall.of(
                new ChatRequest(Json.parseObject(request)),
                model,
                AnthropicFamily.of(model),
                cacheAuto);
    }

    /** With a user's message and these fields. */
    private static ObjectNode with(String model, String fields) {
        return body(
                model, "{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]," + fields + "}");
    }

    private static JsonNode messages(String messages) {
        return body(HAIKU, "{\"messages\":" + messages + "}").path("messages");
    }

    private static InvalidRequestException refused(String request) {
        return catchThrowableOfType(InvalidRequestException.class, () -> body(HAIKU, request));
    }

    private static void same(JsonNode actual, String expected) {
        assertThat(actual).isEqualTo(Json.parse(expected));
    }

    @Test
    void theLeast() {
        same(
                body(HAIKU, "{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"),
                """
                {"model":"claude-haiku-4-5","max_tokens":64000,
                 "messages":[{"role":"user","content":[{"type":"text","text":"Hi"}]}]}
                """);
    }

    @Test
    void instructionsComeTogetherInOrder() {
        ObjectNode body =
                body(
                        HAIKU,
                        """
                        {"messages":[{"role":"system","content":"One"},{"role":"user","content":"Hi"},
                          {"role":"developer","content":[{"type":"text","text":"Two"},{"type":"text","text":"Three"}]},
                          {"role":"assistant","content":"Hello"},{"role":"system","content":"  "},
                          {"role":"user","content":"Bye"}]}
                        """);
        same(
                body.path("system"),
                """
                [{"type":"text","text":"One"},{"type":"text","text":"Two"},{"type":"text","text":"Three"}]
                """);
        same(
                body.path("messages"),
                """
                [{"role":"user","content":[{"type":"text","text":"Hi"}]},
                 {"role":"assistant","content":[{"type":"text","text":"Hello"}]},
                 {"role":"user","content":[{"type":"text","text":"Bye"}]}]
                """);
    }

    @Test
    void neighboursOfOneRoleBecomeOneMessage() {
        same(
                messages(
                        """
                        [{"role":"user","content":"a"},{"role":"user","content":[{"type":"text","text":"b"}]},
                         {"role":"assistant","content":"c"},{"role":"assistant","content":"d"},
                         {"role":"assistant","content":""},{"role":"user","content":"e"}]
                        """),
                """
                [{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},
                 {"role":"assistant","content":[{"type":"text","text":"c"},{"type":"text","text":"d"}]},
                 {"role":"user","content":[{"type":"text","text":"e"}]}]
                """);
    }

    @Test
    void aMessageThatSaysNothingDoesNotPartItsNeighbours() {
        same(
                messages(
                        """
                        [{"role":"user","content":"a"},{"role":"assistant","content":""},
                         {"role":"user","content":"b"}]
                        """),
                """
                [{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}]
                """);
    }

    @Test
    void theUserBegins() {
        same(
                messages("[{\"role\":\"system\",\"content\":\"Greet.\"}]"),
                """
                [{"role":"user","content":[{"type":"text","text":"Please continue."}]}]
                """);
        same(
                messages("[{\"role\":\"assistant\",\"content\":\"Once upon a \"}]"),
                """
                [{"role":"user","content":[{"type":"text","text":"Please continue."}]},
                 {"role":"assistant","content":[{"type":"text","text":"Once upon a"}]}]
                """);
    }

    @Test
    void resultsOfATurnComeFirstInTheOrderOfTheCalls() {
        same(
                messages(
                        """
                        [{"role":"user","content":"Weather?"},
                         {"role":"assistant","content":"Let me see","tool_calls":[
                           {"id":"a","type":"function","function":{"name":"w","arguments":"{\\"p\\":1}"}},
                           {"id":"b","type":"function","function":{"name":"w","arguments":""}}]},
                         {"role":"tool","tool_call_id":"b","content":"B"},
                         {"role":"user","content":"Hurry"},
                         {"role":"tool","tool_call_id":"a","content":[{"type":"text","text":"A"},
                           {"type":"image_url","image_url":{"url":"https://x.org/a.png"}}]}]
                        """),
                """
                [{"role":"user","content":[{"type":"text","text":"Weather?"}]},
                 {"role":"assistant","content":[{"type":"text","text":"Let me see"},
                   {"type":"tool_use","id":"a","name":"w","input":{"p":1}},
                   {"type":"tool_use","id":"b","name":"w","input":{}}]},
                 {"role":"user","content":[
                   {"type":"tool_result","tool_use_id":"a","content":[{"type":"text","text":"A"},
                     {"type":"image","source":{"type":"url","url":"https://x.org/a.png"}}]},
                   {"type":"tool_result","tool_use_id":"b","content":"B"},
                   {"type":"text","text":"Hurry"}]}]
                """);
    }

    @Test
    void callsOfOtherProvidersFit() {
        same(
                messages(
                        """
                        [{"role":"user","content":"Go"},
                         {"role":"assistant","content":null,"tool_calls":[
                           {"id":"call.1|x","type":"function","function":{"name":"w","arguments":"{oops"}},
                           {"id":"c","type":"custom","custom":{"name":"sql","input":"select 1"}}]},
                         {"role":"tool","tool_call_id":"call.1|x","content":""},
                         {"role":"tool","tool_call_id":"c","content":"1","is_error":true}]
                        """),
                """
                [{"role":"user","content":[{"type":"text","text":"Go"}]},
                 {"role":"assistant","content":[
                   {"type":"tool_use","id":"call_1_x","name":"w","input":{"INVALID_JSON":"{oops"}},
                   {"type":"tool_use","id":"c","name":"sql","input":{"input":"select 1"}}]},
                 {"role":"user","content":[
                   {"type":"tool_result","tool_use_id":"call_1_x"},
                   {"type":"tool_result","tool_use_id":"c","content":"1","is_error":true}]}]
                """);
    }

    @Test
    void toolsThatAreOnlyInTheConversationAreDefinedButOff() {
        ObjectNode body =
                body(
                        HAIKU,
                        """
                        {"messages":[{"role":"user","content":"Go"},
                         {"role":"assistant","tool_calls":[
                           {"id":"a","type":"function","function":{"name":"w","arguments":"{}"}}]},
                         {"role":"tool","tool_call_id":"a","content":"A"}]}
                        """);
        same(
                body.path("tools"),
                """
                [{"name":"w","input_schema":{"type":"object","properties":{}}}]
                """);
        same(body.path("tool_choice"), "{\"type\":\"none\"}");
    }

    @Test
    void imagesAndDocuments() {
        same(
                messages(
                                """
                                [{"role":"user","content":[
                                  {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA","detail":"low"}},
                                  {"type":"image_url","image_url":"https://x.org/a.png"},
                                  {"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,BBBB"}},
                                  {"type":"file","file":{"file_data":"data:text/plain;charset=utf-8;base64,w6Q="}},
                                  {"type":"file","file":{"file_data":"https://x.org/b.pdf"}},
                                  {"type":"file","file":{"file_id":"file_1"}},
                                  {"type":"document","source":{"type":"text","media_type":"text/plain","data":"x"},"citations":{"enabled":true}}
                                ]}]
                                """)
                        .path(0)
                        .path("content"),
                """
                [{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}},
                 {"type":"image","source":{"type":"url","url":"https://x.org/a.png"}},
                 {"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"BBBB"},"title":"a.pdf"},
                 {"type":"document","source":{"type":"text","media_type":"text/plain","data":"ä"}},
                 {"type":"document","source":{"type":"url","url":"https://x.org/b.pdf"}},
                 {"type":"document","source":{"type":"file","file_id":"file_1"}},
                 {"type":"document","source":{"type":"text","media_type":"text/plain","data":"x"},"citations":{"enabled":true}}]
                """);
    }

    @Test
    void filesOfTheProvidersNeedTheirBeta() {
        AnthropicCall call =
                call(
                        HAIKU,
                        """
                        {"messages":[{"role":"user","content":[{"type":"file","file":{"file_id":"file_1"}}]}],
                         "betas":["x-1"]}
                        """,
                        false);
        assertThat(call.betas()).containsExactly("x-1", "files-api-2025-04-14");
        assertThat(call.body().has("betas")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'type':'input_audio','input_audio':{'data':'x','format':'wav'}} | messages[1].content[0]",
                "{'type':'image_url','image_url':{'url':'file:///etc/passwd'}} | messages[1].content[0].image_url.url",
                "{'type':'image_url','image_url':{'url':'data:image/png,abc'}} | messages[1].content[0].image_url.url",
                "{'type':'file','file':{'file_data':'data:video/mp4;base64,AA'}} | messages[1].content[0].file.file_data",
                "{'type':'file','file':{}} | messages[1].content[0].file"
            })
    void partsThatCannotBeAreNamed(String part, String param) {
        InvalidRequestException refused =
                refused(
                        "{\"messages\":[{\"role\":\"system\",\"content\":\"x\"},{\"role\":\"user\",\"content\":["
                                + part.replace('\'', '"')
                                + "]}]}");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.param()).isEqualTo(param);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"n\":2",
                "\"functions\":[{\"name\":\"f\"}]",
                "\"max_tokens\":\"many\"",
                "\"max_completion_tokens\":0",
                "\"betas\":[\"a\\r\\nb\"]"
            })
    void fieldsThatCannotBeAreNamed(String field) {
        InvalidRequestException refused =
                refused("{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]," + field + "}");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.param()).isEqualTo(field.substring(1, field.indexOf('"', 1)));
    }

    @Test
    void tools() {
        ObjectNode body =
                with(
                        HAIKU,
                        """
                        "tools":[
                          {"type":"function","function":{"name":"f","description":"F","strict":true,
                            "parameters":{"type":"object","properties":{"a":{"type":"integer","minimum":1}},
                              "required":["a"],"additionalProperties":false}}},
                          {"type":"function","function":{"name":"g"},"cache_control":{"type":"ephemeral"}},
                          {"type":"function","function":{"name":"m","strict":true,
                            "parameters":{"type":"object","additionalProperties":{"type":"string"}}}},
                          {"type":"custom","custom":{"name":"sql","description":"SQL"}},
                          {"type":"web_search_20250305","name":"web_search","max_uses":5},
                          {"name":"own","input_schema":{"type":"object"}}]
                        """);
        same(
                body.path("tools"),
                """
                [{"name":"f","description":"F","strict":true,"input_schema":{"type":"object","properties":
                   {"a":{"type":"integer","description":"{\\"minimum\\":1}"}},"required":["a"],"additionalProperties":false}},
                 {"name":"g","input_schema":{"type":"object","properties":{}},"cache_control":{"type":"ephemeral"}},
                 {"name":"m","input_schema":{"type":"object","additionalProperties":{"type":"string"}}},
                 {"name":"sql","description":"SQL","input_schema":{"type":"object","properties":
                   {"input":{"type":"string"}},"required":["input"]}},
                 {"type":"web_search_20250305","name":"web_search","max_uses":5},
                 {"name":"own","input_schema":{"type":"object"}}]
                """);
        assertThat(body.has("tool_choice")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'tool_choice':'auto' | {'type':'auto'}",
                "'tool_choice':'none' | {'type':'none'}",
                "'tool_choice':'required' | {'type':'any'}",
                "'tool_choice':{'type':'function','function':{'name':'f'}} | {'type':'tool','name':'f'}",
                "'tool_choice':{'type':'tool','name':'f'} | {'type':'tool','name':'f'}",
                "'tool_choice':{'type':'any'} | {'type':'any'}",
                "'parallel_tool_calls':false | {'type':'auto','disable_parallel_tool_use':true}",
                "'parallel_tool_calls':false,'tool_choice':'required' | {'type':'any','disable_parallel_tool_use':true}",
                "'parallel_tool_calls':false,'tool_choice':'none' | {'type':'none'}",
                "'parallel_tool_calls':true,'tool_choice':'auto' | {'type':'auto'}",
                "'tool_choice':{'type':'allowed_tools','allowed_tools':{'mode':'required','tools':[{'type':'function','function':{'name':'f'}}]}} | {'type':'any'}"
            })
    void choices(String fields, String choice) {
        ObjectNode body =
                with(
                        HAIKU,
                        """
                        "tools":[{"type":"function","function":{"name":"f"}},{"type":"function","function":{"name":"g"}}],
                        """
                                + fields.replace('\'', '"'));
        same(body.path("tool_choice"), choice.replace('\'', '"'));
        assertThat(body.path("tools")).hasSize(fields.contains("allowed_tools") ? 1 : 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"tool_choice\":\"auto\"", "\"parallel_tool_calls\":false"})
    void withoutToolsThereIsNothingToChoose(String field) {
        ObjectNode body = with(HAIKU, field);
        assertThat(body.has("tools")).isFalse();
        assertThat(body.has("tool_choice")).isFalse();
    }

    @Test
    void webSearchIsATool() {
        same(
                with(
                                HAIKU,
                                """
                                "web_search_options":{"user_location":{"type":"approximate","approximate":{"city":"Rome"}}}
                                """)
                        .path("tools"),
                """
                [{"type":"web_search_20250305","name":"web_search","user_location":{"type":"approximate","city":"Rome"}}]
                """);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'temperature':0.5 | {'temperature':0.5}",
                "'temperature':1.7 | {'temperature':1}",
                "'temperature':0 | {'temperature':0}",
                "'top_p':0.9 | {'top_p':0.9}",
                "'temperature':0.5,'top_p':0.9 | {'temperature':0.5}",
                "'top_k':5 | {'top_k':5}",
                "'temperature':null,'top_p':null | {}",
                "'stop':'END' | {'stop_sequences':['END']}",
                "'stop':['a','\\n','b'] | {'stop_sequences':['a','b']}",
                "'stop':['\\n'] | {}",
                "'user':'u1' | {'metadata':{'user_id':'u1'}}",
                "'metadata':{'a':'b'},'safety_identifier':'s1' | {'metadata':{'user_id':'s1'}}",
                "'metadata':{'user_id':'m','a':'b'},'user':'u' | {'metadata':{'user_id':'m'}}",
                "'service_tier':'auto' | {'service_tier':'auto'}",
                "'service_tier':'priority' | {'service_tier':'auto'}",
                "'service_tier':'default' | {'service_tier':'standard_only'}",
                "'max_tokens':10 | {'max_tokens':10}",
                "'max_tokens':10,'max_completion_tokens':20 | {'max_tokens':20}",
                "'container':'c1','inference_geo':'us' | {'container':'c1','inference_geo':'us'}",
                "'context_management':{'edits':[]} | {'context_management':{'edits':[]}}",
                "'not_invented_yet':[1] | {'not_invented_yet':[1]}",
                "'output_config':{'effort':'low'} | {'output_config':{'effort':'low'}}",
                "'n':1,'logprobs':true,'seed':7,'frequency_penalty':1,'logit_bias':{},'store':true | {}",
                "'stream':true,'stream_options':{'include_usage':true},'response_format':{'type':'text'} | {}"
            })
    void fields(String given, String expected) {
        ObjectNode body = with(HAIKU, given.replace('\'', '"'));
        ObjectNode wanted =
                Json.parseObject(
                        """
                        {"model":"claude-haiku-4-5","max_tokens":64000,
                         "messages":[{"role":"user","content":[{"type":"text","text":"Hi"}]}]}
                        """);
        wanted.setAll(Json.parseObject(expected.replace('\'', '"')));
        assertThat(body).isEqualTo(wanted);
    }

    @Test
    void schemas() {
        String format =
                """
                "response_format":{"type":"json_schema","json_schema":{"name":"person","strict":true,"schema":
                  {"type":"object","properties":{"name":{"type":["string","null"]},
                   "tags":{"type":"array","items":{"$ref":"#/$defs/tag"},"minItems":2}},
                   "$defs":{"tag":{"oneOf":[{"type":"string","format":"uri"},{"type":"string","pattern":"x"}]}}}}}
                """;
        ObjectNode body = with(HAIKU, format);
        same(
                body.path("output_config"),
                """
                {"format":{"type":"json_schema","schema":{"type":"object","properties":
                  {"name":{"anyOf":[{"type":"string"},{"type":"null"}]},
                   "tags":{"type":"array","items":{"$ref":"#/$defs/tag"},"description":"{\\"minItems\\":2}"}},
                   "$defs":{"tag":{"anyOf":[{"type":"string","format":"uri"},
                     {"type":"string","description":"{\\"pattern\\":\\"x\\"}"}]}},
                   "additionalProperties":false}}}
                """);
        assertThat(body.has("system")).isFalse();
        ObjectNode old = with("claude-opus-4-1", format);
        assertThat(old.has("output_config")).isFalse();
        assertThat(old.at("/system/0/text").asString()).contains("JSON Schema", "minItems");
    }

    @Test
    void schemasThatCannotBeToldAreWorded() {
        ObjectNode body =
                with(
                        HAIKU,
                        """
                        "response_format":{"type":"json_schema","json_schema":{"name":"x","schema":
                          {"type":"object","additionalProperties":{"type":"integer"}}}}
                        """);
        assertThat(body.has("output_config")).isFalse();
        assertThat(body.at("/system/0/text").asString()).contains("\"integer\"");
    }

    @Test
    void jsonObjectsAreWorded() {
        ObjectNode body = with(HAIKU, "\"response_format\":{\"type\":\"json_object\"}");
        assertThat(body.at("/system/0/text").asString()).contains("JSON object");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // model | fields | thinking | effort | max_tokens
                "claude-haiku-4-5 | 'reasoning_effort':'none' | | | 64000",
                "claude-haiku-4-5 | 'reasoning_effort':'minimal' | {'type':'enabled','budget_tokens':1024} | | 64000",
                "claude-haiku-4-5 | 'reasoning_effort':'low' | {'type':'enabled','budget_tokens':2048} | | 64000",
                "claude-haiku-4-5 | 'thinking':'medium' | {'type':'enabled','budget_tokens':8192} | | 64000",
                "claude-haiku-4-5 | 'thinking':'off','reasoning_effort':'high' | | | 64000",
                "claude-haiku-4-5 | 'reasoning_effort':'high' | {'type':'enabled','budget_tokens':24576} | | 64000",
                "claude-haiku-4-5 | 'reasoning_effort':'xhigh' | {'type':'enabled','budget_tokens':49152} | | 64000",
                "claude-haiku-4-5 | 'reasoning_effort':'high','max_completion_tokens':8000 | {'type':'enabled','budget_tokens':6000} | | 8000",
                "claude-haiku-4-5 | 'reasoning_effort':'high','max_completion_tokens':1000 | | | 1000",
                "claude-haiku-4-5 | 'thinking':{'type':'enabled','budget_tokens':2000} | {'type':'enabled','budget_tokens':2000} | | 64000",
                "claude-haiku-4-5 | 'thinking':{'type':'enabled','budget_tokens':2000},'max_tokens':500 | {'type':'enabled','budget_tokens':2000} | | 500",
                "claude-haiku-4-5 | 'thinking':{'type':'disabled'} | | | 64000",
                "claude-haiku-4-5 | 'thinking':{'type':'adaptive'} | {'type':'enabled','budget_tokens':8192} | | 64000",
                "claude-3-5-haiku-latest | 'reasoning_effort':'high' | | | 8192",
                "claude-opus-4-1-20250805 | 'reasoning_effort':'xhigh' | {'type':'enabled','budget_tokens':27904} | | 32000",
                "claude-opus-4-6 | 'reasoning_effort':'xhigh' | {'type':'adaptive'} | high | 128000",
                "claude-sonnet-4.6 | 'reasoning_effort':'minimal' | {'type':'adaptive'} | low | 64000",
                "claude-opus-4-8 | 'reasoning_effort':'xhigh' | {'type':'adaptive','display':'summarized'} | xhigh | 128000",
                "claude-opus-4-7 | 'thinking':{'type':'enabled','budget_tokens':2000} | {'type':'adaptive'} | | 128000",
                "claude-opus-4-7 | 'reasoning_effort':'none' | | | 128000",
                "claude-sonnet-5 | 'reasoning_effort':'none' | {'type':'disabled'} | | 128000",
                "claude-sonnet-5 | 'tools':[{'type':'function','function':{'name':'f'}}],'tool_choice':'required' | {'type':'disabled'} | | 128000",
                "claude-sonnet-5 | 'max_tokens':500 | | | 500",
                "claude-fable-5 | 'reasoning_effort':'none' | | low | 128000",
                "some-other-model | 'reasoning_effort':'low' | {'type':'enabled','budget_tokens':2048} | | 8192"
            })
    void thinking(String model, String fields, String thinking, String effort, int maxTokens) {
        ObjectNode body = with(model, fields.replace('\'', '"'));
        if (thinking == null) {
            assertThat(body.has("thinking")).isFalse();
        } else {
            same(body.path("thinking"), thinking.replace('\'', '"'));
        }
        assertThat(body.at("/output_config/effort").asString(""))
                .isEqualTo(effort == null ? "" : effort);
        assertThat(body.path("max_tokens").asInt()).isEqualTo(maxTokens);
    }

    @Test
    void thinkingExcludesWhatTheProviderSaysItDoes() {
        ObjectNode body =
                with(
                        HAIKU,
                        "\"reasoning_effort\":\"low\",\"temperature\":0.5,\"top_k\":3,\"top_p\":0.5");
        assertThat(body.has("thinking")).isTrue();
        assertThat(body.propertyNames()).doesNotContain("temperature", "top_k", "top_p");
        ObjectNode forced =
                with(
                        HAIKU,
                        """
                        "reasoning_effort":"low","temperature":0.5,"tool_choice":"required",
                        "tools":[{"type":"function","function":{"name":"f"}}]
                        """);
        assertThat(forced.has("thinking")).isFalse();
        assertThat(forced.path("temperature").asDouble()).isEqualTo(0.5);
    }

    @Test
    void newModelsTakeNoSampling() {
        ObjectNode body = with("claude-opus-4-7", "\"temperature\":0.5,\"top_p\":0.5,\"top_k\":1");
        assertThat(body.propertyNames()).doesNotContain("temperature", "top_k", "top_p");
    }

    @Test
    void thoughtsLostAmidToolCallsEndTheThinking() {
        String request =
                """
                {"reasoning_effort":"low","messages":[{"role":"user","content":"Go"},
                 {"role":"assistant",%s"tool_calls":[
                   {"id":"a","type":"function","function":{"name":"w","arguments":"{}"}}]},
                 {"role":"tool","tool_call_id":"a","content":"A"}]}
                """;
        assertThat(body(HAIKU, request.formatted("")).has("thinking")).isFalse();
        assertThat(
                        body(
                                        HAIKU,
                                        request.formatted(
                                                """
                                                "thinking_blocks":[{"type":"thinking","thinking":"hm","signature":"s"}],
                                                """))
                                .has("thinking"))
                .isTrue();
        assertThat(body("claude-opus-4-6", request.formatted("")).has("thinking")).isTrue();
    }

    @Test
    void onlySignedThoughtsGoBack() {
        same(
                messages(
                                """
                                [{"role":"user","content":"Go"},
                                 {"role":"assistant","content":"Yes","reasoning_content":"hm","thinking_blocks":[
                                   {"type":"thinking","thinking":"hm","signature":"sig"},
                                   {"type":"thinking","thinking":"unsigned"},
                                   {"type":"redacted_thinking","data":"xyz"}]},
                                 {"role":"user","content":"On"}]
                                """)
                        .path(1)
                        .path("content"),
                """
                [{"type":"thinking","thinking":"hm","signature":"sig"},{"type":"redacted_thinking","data":"xyz"},
                 {"type":"text","text":"Yes"}]
                """);
    }

    @Test
    void cacheMarksPassThrough() {
        ObjectNode body =
                body(
                        HAIKU,
                        """
                        {"messages":[
                          {"role":"system","content":"Long","cache_control":{"type":"ephemeral","ttl":"1h"}},
                          {"role":"user","content":[{"type":"text","text":"a","cache_control":{"type":"ephemeral"}},
                            {"type":"text","text":"b"}]},
                          {"role":"assistant","tool_calls":[{"id":"a","type":"function","function":{"name":"w","arguments":"{}"}}]},
                          {"role":"tool","tool_call_id":"a","content":"A","cache_control":{"type":"ephemeral"}}]}
                        """);
        same(body.at("/system/0/cache_control"), "{\"type\":\"ephemeral\",\"ttl\":\"1h\"}");
        same(body.at("/messages/0/content/0/cache_control"), "{\"type\":\"ephemeral\"}");
        assertThat(body.at("/messages/0/content/1").has("cache_control")).isFalse();
        same(body.at("/messages/2/content/0/cache_control"), "{\"type\":\"ephemeral\"}");
    }

    @Test
    void autoMarksInstructionsAndTools() {
        String request =
                """
                {"messages":[{"role":"system","content":"One"},{"role":"system","content":"Two"},
                  {"role":"user","content":"Hi"}],
                 "tools":[{"type":"function","function":{"name":"f"}},{"type":"function","function":{"name":"g"}}]}
                """;
        ObjectNode marked = call(HAIKU, request, true).body();
        assertThat(marked.findValues("cache_control")).hasSize(2);
        same(marked.at("/system/1/cache_control"), "{\"type\":\"ephemeral\"}");
        same(marked.at("/tools/1/cache_control"), "{\"type\":\"ephemeral\"}");
        assertThat(body(HAIKU, request).findValues("cache_control")).isEmpty();
    }

    @Test
    void autoLeavesTheCallersMarksAlone() {
        StringBuilder parts = new StringBuilder();
        for (int i = 0; i < 4; i++) {
            parts.append(i == 0 ? "" : ",")
                    .append("{\"type\":\"text\",\"text\":\"")
                    .append(i)
                    .append("\",\"cache_control\":{\"type\":\"ephemeral\"}}");
        }
        ObjectNode body =
                call(
                                HAIKU,
                                "{\"messages\":[{\"role\":\"system\",\"content\":\"x\"},{\"role\":\"user\",\"content\":["
                                        + parts
                                        + "]}]}",
                                true)
                        .body();
        assertThat(body.findValues("cache_control")).hasSize(4);
        assertThat(body.at("/system/0").has("cache_control")).isFalse();
    }

    @Test
    void theRequestItselfIsLeftAlone() {
        ObjectNode request =
                Json.parseObject(
                        """
                        {"messages":[{"role":"system","content":[{"type":"text","text":"x"}]},
                          {"role":"user","content":"a"},{"role":"user","content":"b"},
                          {"role":"assistant","content":[{"type":"text","text":"c "}],
                           "anthropic_content":[{"type":"text","text":"c "}]}],
                         "tools":[{"type":"web_search_20250305","name":"web_search"}],
                         "output_config":{"effort":"low"},"response_format":{"type":"json_schema",
                           "json_schema":{"name":"x","schema":{"type":"object","properties":{"a":{}}}}}}
                        """);
        ObjectNode before = request.deepCopy();
        AnthropicCall.of(new ChatRequest(request), HAIKU, AnthropicFamily.of(HAIKU), true);
        assertThat(request).isEqualTo(before);
    }

    @Test
    void theCatalogKnowsTheLimitOfAnAnswerBetter() {
        var facts = new CatalogModel(200_000, 12_345, Set.of(), List.of(), Optional.empty());
        AnthropicFamily family = AnthropicFamily.of(HAIKU).within(Optional.of(facts));
        AnthropicCall call = AnthropicCall.of(ChatRequest.of("Hi"), HAIKU, family, false);
        assertThat(call.body().path("max_tokens").asInt()).isEqualTo(12_345);
    }
}
