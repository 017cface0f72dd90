package ai.robutler.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/** Anthropic's wire: the same replies, in its words; and its judgement of calls. */
class AnthropicWireTest {
    private static final String USER = "{'role':'user','content':'Hi'}";
    private static final String ASKS =
            "{'role':'assistant','content':[{'type':'tool_use','id':'a','name':'f','input':{}},{'type':'tool_use','id':'b','name':'f','input':{}}]}";
    private static final String A = "{'type':'tool_result','tool_use_id':'a','content':'1'}";
    private static final String B = "{'type':'tool_result','tool_use_id':'b'}";
    private static final String TOOLS = "'tools':[{'name':'f','input_schema':{'type':'object'}}]";

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final ScriptedProvider provider = ScriptedProvider.start();

    @AfterEach
    void stop() {
        provider.close();
    }

    private HttpResponse<byte[]> post(String body) throws IOException, InterruptedException {
        return send(
                request(body).header("x-api-key", "k").header("anthropic-version", "2023-06-01"));
    }

    private HttpRequest.Builder request(String body) {
        return HttpRequest.newBuilder(URI.create(provider.anthropicUrl() + "/v1/messages"))
                .header("Content-Type", "application/json")
                .timeout(Client.PATIENCE)
                .POST(HttpRequest.BodyPublishers.ofString(expanded(body)));
    }

    private static HttpResponse<byte[]> send(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static String expanded(String body) {
        return body.replace("ASKS", ASKS)
                .replace("USER", USER)
                .replace("RESULT_A", A)
                .replace("RESULT_B", B)
                .replace("TOOLS", TOOLS)
                .replace('\'', '"');
    }

    private static String call(String more) {
        return "{'model':'claude','max_tokens':2000,'messages':[USER]" + more + "}";
    }

    private JsonNode complete() throws Exception {
        return Client.json(post(call("")));
    }

    @Test
    void aMessage() throws Exception {
        provider.answer(Reply.text("Hello").usage(12, 5));
        HttpResponse<byte[]> response = post(call(""));
        assertThat(response.headers().firstValue("request-id").orElseThrow()).startsWith("req_");
        JsonNode message = Client.json(response);
        assertThat(message.path("id").asString()).matches("msg_[A-Za-z0-9]{24}");
        assertThat(message.path("type").asString()).isEqualTo("message");
        assertThat(message.path("model").asString()).isEqualTo("claude");
        assertThat(message.path("content").toString())
                .isEqualTo("[{\"type\":\"text\",\"text\":\"Hello\"}]");
        assertThat(message.path("stop_reason").asString()).isEqualTo("end_turn");
        assertThat(message.at("/usage/input_tokens").asInt()).isEqualTo(12);
        assertThat(message.at("/usage/output_tokens").asInt()).isEqualTo(5);
        assertThat(provider.violations()).isEmpty();
    }

    @Test
    void thoughtsAndCalls() throws Exception {
        provider.answer(Reply.text("Look").reasoning("Hm").calls(Call.of("t1", "f", "{\"a\":1}")));
        JsonNode message = complete();
        assertThat(message.path("content").toString())
                .isEqualTo(
                        "[{\"type\":\"thinking\",\"thinking\":\"Hm\",\"signature\":\"%s\"},{\"type\":\"text\",\"text\":\"Look\"},{\"type\":\"tool_use\",\"id\":\"t1\",\"name\":\"f\",\"input\":{\"a\":1}}]"
                                .formatted(AnthropicBlocks.signature("Hm")));
        assertThat(message.path("stop_reason").asString()).isEqualTo("tool_use");
    }

    @Test
    void aRefusal() throws Exception {
        provider.answer(Reply.refusal("no"));
        JsonNode message = complete();
        assertThat(message.path("stop_reason").asString()).isEqualTo("refusal");
        assertThat(message.at("/stop_details/explanation").asString()).isEqualTo("no");
        assertThat(message.path("content")).isEmpty();
    }

    @Test
    void cachedTokensAreCountedApart() throws Exception {
        provider.answer(
                Reply.text("x")
                        .usage(
                                "{\"prompt_tokens\":100,\"completion_tokens\":1,\"prompt_tokens_details\":{\"cached_tokens\":60,\"cache_creation_tokens\":30}}"));
        JsonNode usage = complete().path("usage");
        assertThat(usage.path("input_tokens").asInt()).isEqualTo(10);
        assertThat(usage.path("cache_read_input_tokens").asInt()).isEqualTo(60);
        assertThat(usage.path("cache_creation_input_tokens").asInt()).isEqualTo(30);
    }

    @Test
    void aStreamHasNamedEvents() throws Exception {
        provider.answer(
                Reply.text("Hello").calls(Call.of("t1", "f", "{}")).inPiecesOf(3).usage(7, 9));
        HttpResponse<byte[]> response = post(call(",'stream':true"));
        assertThat(response.headers().firstValue("Content-Type").orElseThrow())
                .startsWith("text/event-stream");
        String body = new String(response.body(), StandardCharsets.UTF_8);
        assertThat(body.lines().filter(line -> line.startsWith("event: ")))
                .containsExactly(
                        "event: message_start",
                        "event: content_block_start",
                        "event: ping",
                        "event: content_block_delta",
                        "event: content_block_delta",
                        "event: content_block_stop",
                        "event: content_block_start",
                        "event: content_block_delta",
                        "event: content_block_delta",
                        "event: content_block_stop",
                        "event: message_delta",
                        "event: message_stop");
        assertThat(Events.of(response.body()))
                .allSatisfy(
                        data -> {
                            String type = Json.parse(data).path("type").asString();
                            assertThat(body).contains("event: " + type + "\ndata: " + data);
                        });
        assertThat(body)
                .contains("\"stop_reason\":\"tool_use\"")
                .contains("\"partial_json\":\"{}\"")
                .contains("\"text\":\"Hel\"");
    }

    @ParameterizedTest
    @CsvSource({
        "400,invalid_request_error",
        "401,authentication_error",
        "402,billing_error",
        "403,permission_error",
        "404,not_found_error",
        "413,request_too_large",
        "429,rate_limit_error",
        "500,api_error",
        "504,timeout_error",
        "529,overloaded_error"
    })
    void errors(int status, String type) throws Exception {
        provider.answer(Reply.error(status, "no").header("Retry-After", "3"));
        HttpResponse<byte[]> response = post(call(""));
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("Retry-After")).contains("3");
        JsonNode error = Client.json(response);
        assertThat(error.path("type").asString()).isEqualTo("error");
        assertThat(error.at("/error/type").asString()).isEqualTo(type);
        assertThat(error.at("/error/message").asString()).isEqualTo("no");
        assertThat(error.path("request_id").asString())
                .isEqualTo(response.headers().firstValue("request-id").orElseThrow());
    }

    @Test
    void anErrorCanComeLate() throws Exception {
        provider.answer(Reply.text("Hello").failAfter(4, Reply.error(529, "busy")));
        String body = new String(post(call(",'stream':true")).body(), StandardCharsets.UTF_8);
        assertThat(body)
                .endsWith(
                        "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"busy\"}}\n\n")
                .doesNotContain("message_stop");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'system':'x'",
                "'system':[{'type':'text','text':'x','cache_control':{'type':'ephemeral'}}]",
                "'temperature':1,'top_p':0.5,'top_k':3,'stop_sequences':['a']",
                "TOOLS,'tool_choice':{'type':'any','disable_parallel_tool_use':true}",
                "TOOLS,'messages':[USER,ASKS,{'role':'user','content':[RESULT_B,RESULT_A,{'type':'text','text':'x'}]}]",
                "'tools':[{'type':'web_search_20250305','name':'web_search'}]",
                "'thinking':{'type':'enabled','budget_tokens':1024},'temperature':1,'top_p':0.96",
                "'thinking':{'type':'adaptive'},'output_config':{'effort':'low'}",
                "'messages':[USER,{'role':'assistant','content':'Once'}]",
                "'metadata':{'user_id':'u'},'service_tier':'auto'"
            })
    void aGoodCallIsAnswered(String fields) throws Exception {
        provider.answer("Hi");
        HttpResponse<byte[]> response = post(calling(fields));
        assertThat(provider.violations()).isEmpty();
        assertThat(response.statusCode()).isEqualTo(200);
    }

    private static String calling(String fields) {
        String messages = fields.contains("'messages'") ? "" : "'messages':[USER],";
        String tokens = fields.contains("'max_tokens'") ? "" : "'max_tokens':2000,";
        return "{'model':'claude'," + tokens + messages + fields + "}";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'max_tokens':null | max_tokens",
                "'max_tokens':0 | max_tokens",
                "'messages':[] | messages",
                "'messages':[{'role':'system','content':'x'}] | messages.0.role",
                "'messages':[{'role':'assistant','content':'x'}] | messages",
                "'messages':[USER,USER] | messages",
                "'messages':[{'role':'user','content':' '}] | messages.0",
                "'messages':[{'role':'user','content':'x','name':'y'}] | messages.0.name",
                "'messages':[{'role':'user','content':[{'type':'text','text':''}]}] | messages.0.content.0.text",
                "'messages':[USER,{'role':'assistant','content':'x '}] | messages",
                "TOOLS,'messages':[USER,ASKS] | messages.1",
                "TOOLS,'messages':[USER,ASKS,USER] | messages.2",
                "TOOLS,'messages':[USER,ASKS,{'role':'user','content':[RESULT_A]}] | messages.2",
                "TOOLS,'messages':[USER,ASKS,{'role':'user','content':[RESULT_A,{'type':'text','text':'x'},RESULT_B]}] | messages.2",
                "TOOLS,'messages':[{'role':'user','content':[RESULT_A]}] | messages.0.content.0",
                "'messages':[USER,ASKS,{'role':'user','content':[RESULT_A,RESULT_B]}] | ``",
                "'messages':[USER,{'role':'assistant','content':[{'type':'thinking','thinking':'x','signature':'forged'}]},USER] | messages.1.content.0",
                "'tools':[{'name':'a.b','input_schema':{'type':'object'}}] | tools.0.name",
                "'tools':[{'name':'f','input_schema':{}}] | tools.0.input_schema.type",
                "'tools':[{'name':'f','input_schema':{'type':'object'}},{'name':'f','input_schema':{'type':'object'}}] | tools",
                "'tool_choice':{'type':'auto'} | tool_choice",
                "TOOLS,'tool_choice':{'type':'tool','name':'g'} | tool_choice",
                "TOOLS,'tool_choice':'auto' | tool_choice.type",
                "'temperature':1.5 | temperature",
                "'stop_sequences':[' '] | stop_sequences",
                "'metadata':{'a':'b'} | metadata.a",
                "'seed':1 | seed",
                "'thinking':{'type':'enabled','budget_tokens':1000} | thinking.enabled.budget_tokens",
                "'thinking':{'type':'enabled','budget_tokens':2000} | ``",
                "'thinking':{'type':'adaptive'},'temperature':0.5 | ``",
                "'thinking':{'type':'adaptive'},'top_k':5 | ``",
                "'thinking':{'type':'adaptive'},TOOLS,'tool_choice':{'type':'any'} | ``",
                "'thinking':{'type':'enabled','budget_tokens':1024},TOOLS,'messages':[USER,ASKS,{'role':'user','content':[RESULT_A,RESULT_B]}] | messages.1.content.0.type"
            })
    void aBadCallIsRefused(String fields, String param) throws Exception {
        HttpResponse<byte[]> response = post(calling(fields));
        assertThat(response.statusCode()).isEqualTo(400);
        JsonNode error = Client.json(response);
        assertThat(error.at("/error/type").asString()).isEqualTo("invalid_request_error");
        assertThat(provider.violations()).hasSize(1);
        assertThat(provider.violations().getFirst().param()).isEqualTo(param);
        assertThat(error.at("/error/message").asString())
                .isEqualTo(provider.violations().getFirst().message());
    }

    @Test
    void headersAreNeeded() throws Exception {
        send(request(call("")).header("anthropic-version", "2023-06-01"));
        send(request(call("")).header("x-api-key", "k"));
        assertThat(provider.violations())
                .extracting(Violation::param)
                .containsExactly("x-api-key", "anthropic-version");
    }

    @Test
    void lenientAnswersEverything() throws Exception {
        provider.lenient().answer("Hi");
        assertThat(send(request("{}")).statusCode()).isEqualTo(200);
    }

    @Test
    void onlyPostIsAllowed() throws Exception {
        HttpResponse<byte[]> response =
                send(HttpRequest.newBuilder(URI.create(provider.anthropicUrl() + "/v1/messages")));
        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("Allow")).contains("POST");
        assertThat(Client.json(response).path("type").asString()).isEqualTo("error");
    }
}
