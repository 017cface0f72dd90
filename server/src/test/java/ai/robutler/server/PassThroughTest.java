package ai.robutler.server;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Json;
import ai.robutler.testkit.Reply;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.node.ObjectNode;

import java.net.http.HttpResponse;
import java.util.List;

/** What a client says reaches the provider, and what the provider says reaches the client. */
class PassThroughTest {
    private static Stack stack;

    @BeforeAll
    static void start() {
        stack = new Stack(agent -> agent);
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    @BeforeEach
    void reset() {
        stack.provider.reset();
        stack.provider.lenient();
    }

    private static final String EVERYTHING =
            """
            {"messages": [
               {"role": "developer", "content": "Be exact."},
               {"role": "system", "content": [{"type": "text", "text": "And kind."}], "name": "s"},
               {"role": "user", "name": "ann", "content": [
                 {"type": "text", "text": "What is this?"},
                 {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA", "detail": "low"}},
                 {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}},
                 {"type": "file", "file": {"file_id": "file-1"}}]},
               {"role": "assistant", "content": null, "refusal": null, "audio": {"id": "audio_1"},
                "tool_calls": [{"id": "call_1", "type": "function", "function": {"name": "f", "arguments": "{}"}}]},
               {"role": "tool", "tool_call_id": "call_1", "content": "done"},
               {"role": "user", "content": "Go on", "unheard_of": 1}],
             "temperature": 0.1, "top_p": 0.9, "n": 2, "stop": ["a", "b"], "max_tokens": 10,
             "max_completion_tokens": 20, "presence_penalty": 0.5, "frequency_penalty": -0.5,
             "logit_bias": {"50256": -100}, "logprobs": true, "top_logprobs": 2, "user": "u",
             "seed": 12345678901234, "tools": [
               {"type": "function", "function": {"name": "f", "strict": true, "parameters":
                 {"type": "object", "properties": {}, "additionalProperties": false}}},
               {"type": "custom", "custom": {"name": "c", "format": {"type": "text"}}}],
             "tool_choice": {"type": "function", "function": {"name": "f"}},
             "parallel_tool_calls": false,
             "response_format": {"type": "json_schema", "json_schema": {"name": "r", "strict": true,
               "schema": {"type": "object", "properties": {"x": {"type": "number"}}}}},
             "metadata": {"k": "v"}, "store": true, "service_tier": "flex", "verbosity": "low",
             "reasoning_effort": "high", "modalities": ["text", "audio"],
             "audio": {"voice": "alloy", "format": "mp3"},
             "prediction": {"type": "content", "content": "x"},
             "web_search_options": {"search_context_size": "low"},
             "prompt_cache_key": "p", "safety_identifier": "s",
             "not_invented_yet": {"deep": [1, 2.50, null, "ü"]}}
            """;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyFieldOfARequestGoesUpUnchanged(boolean stream) throws Exception {
        stack.provider.answer(Reply.choices(Reply.text("a"), Reply.text("b")));
        ObjectNode request = Json.parseObject(EVERYTHING);
        ObjectNode expected = request.deepCopy().put("model", "test-model");
        if (stream) {
            request.put("stream", true);
            request.withObject("/stream_options").put("include_obfuscation", false);
            expected.put("stream", true);
            expected.withObject("/stream_options")
                    .put("include_obfuscation", false)
                    .put("include_usage", true);
        }
        assertThat(stack.post(request).statusCode()).isEqualTo(200);
        byte[] received = stack.provider.requests().getFirst().body();
        assertThat(Json.parseObject(received)).isEqualTo(expected);
    }

    @Test
    void deprecatedFunctionsGoUpUnchangedWhereTheAgentHasNoTools() throws Exception {
        stack.provider.answer("Hi");
        ObjectNode request =
                Json.parseObject(
                        """
                        {"model": "helper", "messages": [{"role": "user", "content": "Hi"}],
                         "functions": [{"name": "f", "parameters": {"type": "object"}}],
                         "function_call": "auto"}
                        """);
        assertThat(stack.post(request).statusCode()).isEqualTo(200);
        assertThat(stack.provider.requests().getFirst().json())
                .isEqualTo(request.deepCopy().put("model", "test-model"));
    }

    @Test
    void everyFieldOfAnAnswerComesDownUnchanged() throws Exception {
        ObjectNode answer =
                Json.parseObject(
                        """
                        {"id": "theirs", "object": "chat.completion", "created": 1, "model": "test-model-2",
                         "choices": [{"index": 0, "finish_reason": "stop",
                           "logprobs": {"content": [{"token": "a", "logprob": -0.10, "bytes": [97], "top_logprobs": []}], "refusal": null},
                           "message": {"role": "assistant", "content": "a", "refusal": null,
                             "annotations": [{"type": "url_citation", "url_citation": {"url": "http://x", "title": "X", "start_index": 0, "end_index": 1}}],
                             "audio": {"id": "audio_1", "data": "AAAA", "transcript": "a", "expires_at": 1},
                             "reasoning_content": "because", "own": {"x": 1}},
                           "content_filter_results": {"hate": {"filtered": false}}}],
                         "usage": {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3,
                           "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
                           "completion_tokens_details": {"reasoning_tokens": 1}, "queue_time": 0.25},
                         "service_tier": "default", "system_fingerprint": "fp_1", "x_own": [1]}
                        """);
        stack.provider.answer(Reply.rawJson(200, Json.write(answer)));
        ObjectNode got = Json.parseObject(stack.post(hello(false)).body());
        assertThat(got.path("id").asString()).startsWith("chatcmpl-").isNotEqualTo("theirs");
        assertThat(got.path("model").asString()).isEqualTo("helper");
        answer.set("id", got.path("id"));
        answer.set("created", got.path("created"));
        answer.put("model", "helper");
        assertThat(got).isEqualTo(answer);
    }

    @Test
    void everyFieldOfAChunkComesDownUnchanged() throws Exception {
        String chunk =
                """
                {"id":"theirs","object":"chat.completion.chunk","created":1,"model":"m",\
                "service_tier":"default","system_fingerprint":"fp_1","x_own":{"a":1},\
                "choices":[{"index":0,"delta":%s,"logprobs":%s,"finish_reason":%s,"own":1}]}\
                """;
        List<String> sent =
                List.of(
                        chunk.formatted(
                                "{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}",
                                "null",
                                "null"),
                        chunk.formatted(
                                "{\"content\":\"a\",\"annotations\":[{\"x\":1}],\"reasoning_content\":\"r\"}",
                                "{\"content\":[{\"token\":\"a\",\"logprob\":-0.5}]}",
                                "null"),
                        chunk.formatted("{}", "null", "\"stop\""));
        stack.provider.answer(
                Reply.rawStream(
                        "data: " + String.join("\n\ndata: ", sent) + "\n\ndata: [DONE]\n\n"));
        List<String> got = Stack.events(stack.post(hello(true)).body());
        assertThat(got).hasSize(4);
        for (int i = 0; i < 3; i++) {
            ObjectNode was = Json.parseObject(sent.get(i));
            ObjectNode is = Json.parseObject(got.get(i));
            was.set("id", is.path("id"));
            was.set("created", is.path("created"));
            was.put("model", "helper");
            if (i == 2) {
                ((ObjectNode) was.path("choices").path(0)).remove("logprobs");
                ((ObjectNode) is.path("choices").path(0)).remove("logprobs");
            }
            assertThat(is).isEqualTo(was);
        }
    }

    @Test
    void severalChoicesStreamSideBySide() throws Exception {
        stack.provider.answer(Reply.choices(Reply.text("one"), Reply.text("two")).inPiecesOf(1));
        ObjectNode request = hello(true).put("n", 2);
        var texts = new StringBuilder[] {new StringBuilder(), new StringBuilder()};
        var ends = new int[2];
        for (String event : Stack.events(stack.post(request).body())) {
            if (!event.equals("[DONE]")) {
                Json.parseObject(event)
                        .path("choices")
                        .forEach(
                                choice -> {
                                    int index = choice.path("index").intValue();
                                    texts[index].append(choice.at("/delta/content").asString(""));
                                    ends[index] += choice.path("finish_reason").isNull() ? 0 : 1;
                                });
            }
        }
        assertThat(texts[0]).hasToString("one");
        assertThat(texts[1]).hasToString("two");
        assertThat(ends).containsExactly(1, 1);
    }

    @Test
    void usageInAStreamIsSentOnlyWhenAskedFor() throws Exception {
        stack.provider.answer(Reply.text("a").usage(7, 3)).answer(Reply.text("a").usage(7, 3));
        assertThat(stack.post(hello(true)).body()).doesNotContain("usage");
        ObjectNode asking = hello(true);
        asking.withObject("/stream_options").put("include_usage", true);
        RegularStream answer = RegularStream.read(stack.post(asking).body());
        assertThat(answer.usage().path("total_tokens").asInt()).isEqualTo(10);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aProvidersFailureIsNotTheClients(boolean stream) throws Exception {
        record Case(int theirs, int ours) {}
        for (Case c :
                List.of(
                        new Case(400, 400),
                        new Case(401, 502),
                        new Case(403, 502),
                        new Case(404, 502),
                        new Case(429, 429),
                        new Case(500, 502),
                        new Case(503, 502))) {
            stack.provider.answer(
                    Reply.error(c.theirs(), "Upstream says no to sk-secret-of-the-operator")
                            .header("Retry-After", "7"));
            HttpResponse<String> answer = stack.post(hello(stream));
            assertThat(answer.statusCode()).as("provider: %s", c.theirs()).isEqualTo(c.ours());
            assertThat(answer.body())
                    .doesNotContain("sk-secret-of-the-operator")
                    .doesNotContain("127.0.0.1");
            assertThat(Json.parseObject(answer.body()).at("/error/message").asString())
                    .isNotEmpty();
            if (c.theirs() == 429) {
                assertThat(answer.headers().firstValue("Retry-After")).contains("7");
            }
        }
    }

    private static ObjectNode hello(boolean stream) {
        ObjectNode request = Json.object();
        request.withArray("/messages").addObject().put("role", "user").put("content", "Hello");
        return stream ? request.put("stream", true) : request;
    }
}
