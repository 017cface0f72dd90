package ai.robutler.models;

import static ai.robutler.models.OpenAi.soon;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.ChatChunk;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.Json;
import ai.robutler.testkit.ReceivedRequest;
import ai.robutler.testkit.Reply;
import ai.robutler.testkit.ScriptedProvider;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import tools.jackson.databind.node.ObjectNode;

import java.util.List;

class OpenAiModelTest {
    private final ScriptedProvider provider = ScriptedProvider.start();
    private final OpenAi openAi = OpenAi.at(provider.baseUrl() + "/");

    @AfterEach
    void close() {
        openAi.close();
        provider.close();
    }

    @Test
    void completes() {
        provider.answer(Reply.text("Hello there").usage(7, 3));
        var completion = openAi.model().complete(ChatRequest.of("Hi"), soon());
        assertThat(completion.text()).isEqualTo("Hello there");
        assertThat(completion.finishReason()).isEqualTo("stop");
        assertThat(completion.usage().totalTokens()).isEqualTo(10);
    }

    @Test
    void streams() {
        provider.answer(Reply.text("Hello there, wörld").usage(7, 3));
        List<ChatChunk> chunks = OpenAi.all(openAi.model().stream(ChatRequest.of("Hi"), soon()));
        assertThat(OpenAi.text(chunks)).isEqualTo("Hello there, wörld");
        assertThat(chunks.getLast().usage().totalTokens()).isEqualTo(10);
        assertThat(chunks).extracting(ChatChunk::finishReason).contains("stop");
    }

    /** As Azure wants it: a version in the query and a header with the key. */
    @Test
    void aQueryStandsBehindEachAddress() {
        String more =
                "{'query':{'api-version':'2024-10-21','x y':'a&b=c'},'headers':{'api-key':'k'}}";
        try (OpenAi azure = OpenAi.at(provider.baseUrl(), more.replace('\'', '"'))) {
            provider.answer("ok").answer("ok");
            azure.model().complete(ChatRequest.of("Hi"), soon());
            OpenAi.all(azure.model().stream(ChatRequest.of("Hi"), soon()));
        }
        assertThat(provider.requests())
                .extracting(ReceivedRequest::path)
                .allMatch(
                        path ->
                                path.endsWith(
                                        "/chat/completions"
                                                + "?api-version=2024-10-21&x%20y=a%26b%3Dc"));
        assertThat(provider.requests().getFirst().header("api-key")).contains("k");
    }

    @Test
    void everyFieldGoesUpAsItIs() {
        ObjectNode sent = everything();
        provider.lenient().answer("ok");
        openAi.model().complete(new ChatRequest(sent), soon());
        ObjectNode expected = sent.deepCopy().put("model", "gpt-test");
        expected.remove(List.of("stream", "stream_options"));
        assertThat(Json.parseObject(provider.requests().getFirst().body())).isEqualTo(expected);
    }

    @Test
    void everyFieldOfAStreamedRequestGoesUpAsItIs() {
        ObjectNode sent = everything();
        provider.lenient().answer("ok");
        OpenAi.all(openAi.model().stream(new ChatRequest(sent), soon()));
        ObjectNode expected = sent.deepCopy().put("model", "gpt-test").put("stream", true);
        expected.withObject("/stream_options").put("include_usage", true);
        assertThat(Json.parseObject(provider.requests().getFirst().body())).isEqualTo(expected);
    }

    @Test
    void theRequestItselfIsLeftAlone() {
        ObjectNode sent = everything();
        ObjectNode before = sent.deepCopy();
        provider.lenient().answer("ok").answer("ok");
        openAi.model().complete(new ChatRequest(sent), soon());
        OpenAi.all(openAi.model().stream(new ChatRequest(sent), soon()));
        assertThat(sent).isEqualTo(before);
    }

    @Test
    void everyFieldOfTheAnswerComesBackAsItIs() {
        String body =
                """
                {"id":"x","object":"chat.completion","created":17,"model":"gpt-9","service_tier":"flex",
                 "system_fingerprint":"fp","new_thing":{"deep":[1,2.50,null]},
                 "choices":[{"index":0,"finish_reason":"stop","odd":true,
                   "logprobs":{"content":[{"token":"a","logprob":-0.1234567890123456789}]},
                   "message":{"role":"assistant","content":"hi","refusal":null,"reasoning":"hm",
                     "annotations":[{"type":"url_citation"}]}}],
                 "usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3,
                   "prompt_tokens_details":{"cached_tokens":1}}}
                """;
        provider.answer(Reply.rawJson(200, body));
        var completion = openAi.model().complete(ChatRequest.of("Hi"), soon());
        assertThat(completion.json()).isEqualTo(Json.parseObject(body));
    }

    @Test
    void everyFieldOfAChunkComesBackAsItIs() {
        String first =
                """
                {"id":"x","choices":[{"index":0,"delta":{"content":"a","thought":"b"},"logprobs":null,\
                "finish_reason":"stop","odd":[1.10]}],"obfuscation":"zzz","new_thing":1}""";
        String second =
                "{\"id\":\"x\",\"choices\":[],\"usage\":{\"total_tokens\":3},\"x_groq\":{}}";
        provider.answer(
                Reply.rawStream("data: " + first + "\n\ndata: " + second + "\n\ndata: [DONE]\n\n"));
        var chunks = OpenAi.all(openAi.model().stream(ChatRequest.of("Hi"), soon()));
        assertThat(chunks)
                .extracting(ChatChunk::json)
                .containsExactly(Json.parseObject(first), Json.parseObject(second));
    }

    @Test
    void theHeadersSayWhoAsks() {
        provider.answer("ok");
        try (var other =
                OpenAi.at(
                        provider.baseUrl(),
                        """
                        {"organization":"org-1","project":"proj-1","headers":{"X-Team":"blue"}}
                        """)) {
            other.model().complete(ChatRequest.of("Hi"), soon());
        }
        ReceivedRequest request = provider.requests().getFirst();
        assertThat(request.header("Authorization")).contains("Bearer " + OpenAi.KEY);
        assertThat(request.header("User-Agent").orElseThrow()).startsWith("robutler/");
        assertThat(request.header("OpenAI-Organization")).contains("org-1");
        assertThat(request.header("OpenAI-Project")).contains("proj-1");
        assertThat(request.header("X-Team")).contains("blue");
        assertThat(request.header("Content-Type")).contains("application/json");
    }

    @Test
    void connectionsAreUsedAgain() {
        for (int i = 0; i < 3; i++) {
            provider.answer("a").answer("b");
            openAi.model().complete(ChatRequest.of("Hi"), soon());
            OpenAi.all(openAi.model().stream(ChatRequest.of("Hi"), soon()));
        }
        // The tail of a stream is read aside; the next call may find its connection still busy.
        assertThat(provider.requests()).hasSize(6);
        assertThat(provider.requests())
                .extracting(ReceivedRequest::connection)
                .allMatch(connection -> connection <= 2);
    }

    private static ObjectNode everything() {
        return Json.parseObject(
                """
                {"model":"agent","messages":[{"role":"user","content":[{"type":"text","text":"Hi"},
                  {"type":"image_url","image_url":{"url":"data:image/png;base64,AA=="}}],"name":"bob"}],
                 "temperature":0.70,"top_p":1,"stop":["a"],"seed":9007199254740993,"logprobs":true,
                 "response_format":{"type":"json_schema","json_schema":{"name":"x","schema":{}}},
                 "reasoning_effort":"high","parallel_tool_calls":false,"metadata":{"a":"b"},
                 "stream":false,"stream_options":{"include_obfuscation":false},
                 "not_invented_yet":{"x":[null,true]}}
                """);
    }
}
