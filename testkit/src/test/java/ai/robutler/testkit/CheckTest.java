package ai.robutler.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.JsonNode;

import java.net.http.HttpResponse;

class CheckTest {

    private static final String USER = "{'role':'user','content':'Hi'}";
    private static final String ASKS =
            "{'role':'assistant','content':null,'tool_calls':[{'id':'a','type':'function','function':{'name':'f','arguments':'{}'}},{'id':'b','type':'function','function':{'name':'f','arguments':'{}'}}]}";
    private static final String A = "{'role':'tool','tool_call_id':'a','content':'1'}";
    private static final String B = "{'role':'tool','tool_call_id':'b','content':'2'}";
    private static final String F = "{'type':'function','function':{'name':'f'}}";

    private final ScriptedProvider provider = ScriptedProvider.start();
    private final Client client = new Client(provider);

    @AfterEach
    void stop() {
        provider.close();
    }

    private static String expanded(String body) {
        return body.replace("ASKS", ASKS)
                .replace("USER", USER)
                .replace("TOOL_A", A)
                .replace("TOOL_B", B)
                .replace("FUNCTION", F)
                .replace('\'', '"');
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'model':'m','messages':[USER]}",
                "{'model':'m','messages':[{'role':'system','content':'x'},{'role':'developer','content':'x'},USER]}",
                "{'model':'m','messages':[{'role':'user','content':[{'type':'text','text':'Hi'}]}]}",
                "{'model':'m','messages':[USER,ASKS,TOOL_B,TOOL_A]}",
                "{'model':'m','messages':[USER,ASKS,TOOL_A,TOOL_B,USER,ASKS,TOOL_A,TOOL_B]}",
                "{'model':'m','messages':[USER,{'role':'assistant','refusal':'no'}]}",
                "{'model':'m','messages':[USER],'tools':[FUNCTION],'tool_choice':'required','parallel_tool_calls':false}",
                "{'model':'m','messages':[USER],'tools':[FUNCTION],'tool_choice':{'type':'function','function':{'name':'f'}}}",
                "{'model':'m','messages':[USER],'tools':[{'type':'custom','custom':{'name':'f'}}],'tool_choice':null}",
                "{'model':'m','messages':[USER],'tools':[FUNCTION],'tool_choice':{'type':'allowed_tools','allowed_tools':{'mode':'auto','tools':[FUNCTION]}}}",
                "{'model':'m','messages':[USER],'stream':false,'n':1,'field_of_tomorrow':{}}",
            })
    void aGoodCallIsAnswered(String body) throws Exception {
        provider.answer("Hi");
        HttpResponse<byte[]> response = client.post(expanded(body));
        assertThat(provider.violations()).isEmpty();
        assertThat(response.statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | `` | `` | parse the JSON",
                "{ | `` | `` | parse the JSON",
                "[] | `` | `` | an array",
                "{'model':'m','model':'m','messages':[USER]} | `` | `` | parse the JSON",
                "{'model':'m','messages':[USER]} {} | `` | `` | parse the JSON",
                "{'messages':[USER]} | `` | `` | you must provide a model parameter",
                "{'model':7,'messages':[USER]} | `` | `` | you must provide a model parameter",
                "{'model':'m'} | messages | missing_required_parameter | Missing required parameter",
                "{'model':'m','messages':[]} | messages | empty_array | empty array",
                "{'model':'m','messages':'Hi'} | messages | invalid_type | an array of objects, but got a string",
                "{'model':'m','messages':['Hi']} | messages[0] | invalid_type | an object",
                "{'model':'m','messages':[{'content':'x'}]} | messages[0].role | missing_required_parameter | role",
                "{'model':'m','messages':[{'role':'bot','content':'x'}]} | messages[0].role | invalid_value | Supported values",
                "{'model':'m','messages':[{'role':'user','content':null}]} | messages[0].content | `` | got null",
                "{'model':'m','messages':[{'role':'assistant'}]} | messages[0].content | `` | got null",
                "{'model':'m','messages':[{'role':'user','content':7}]} | messages[0].content | invalid_type | a number",
                "{'model':'m','messages':[{'role':'user','content':[{'text':'x'}]}]} | messages[0].content[0].type | missing_required_parameter | type",
                "{'model':'m','messages':[USER,TOOL_A]} | messages[1].role | `` | must be a response",
                "{'model':'m','messages':[USER,ASKS]} | messages[2].role | `` | response messages: a, b",
                "{'model':'m','messages':[USER,ASKS,TOOL_A]} | messages[3].role | `` | response messages: b",
                "{'model':'m','messages':[USER,ASKS,TOOL_A,USER,TOOL_B]} | messages[3].role | `` | response messages: b",
                "{'model':'m','messages':[USER,ASKS,TOOL_A,TOOL_A]} | messages[3].tool_call_id | `` | 'a' not found",
                "{'model':'m','messages':[USER,ASKS,TOOL_A,TOOL_B,TOOL_B]} | messages[4].role | `` | must be a response",
                "{'model':'m','messages':[USER,ASKS,{'role':'tool','content':'x'}]} | messages[2].tool_call_id | missing_required_parameter | tool_call_id",
                "{'model':'m','messages':[USER,ASKS,{'role':'tool','tool_call_id':'a'}]} | messages[2].content | `` | got null",
                "{'model':'m','messages':[USER,{'role':'assistant','tool_calls':[]}]} | messages[1].tool_calls | empty_array | empty array",
                "{'model':'m','messages':[USER,{'role':'assistant','tool_calls':[{'type':'function'}]}]} | messages[1].tool_calls[0].id | missing_required_parameter | id",
                "{'model':'m','messages':[USER],'tools':[]} | tools | empty_array | empty array",
                "{'model':'m','messages':[USER],'tools':[{'type':'function'}]} | tools[0].function | missing_required_parameter | function",
                "{'model':'m','messages':[USER],'tools':[{'type':'function','function':{'name':'a b'}}]} | tools[0].function.name | invalid_value | pattern",
                "{'model':'m','messages':[USER],'tools':[{'type':'function','function':{'name':''}}]} | tools[0].function.name | invalid_value | pattern",
                "{'model':'m','messages':[USER],'tools':[{'type':'function','function':{'name':'f','parameters':{'type':'string'}}}]} | tools[0].function.parameters | invalid_function_parameters | object",
                "{'model':'m','messages':[USER],'tools':[FUNCTION,FUNCTION]} | tools[1].function.name | invalid_value | unique",
                "{'model':'m','messages':[USER],'tool_choice':'auto'} | tool_choice | `` | only allowed when 'tools'",
                "{'model':'m','messages':[USER],'parallel_tool_calls':true} | parallel_tool_calls | `` | only allowed when 'tools'",
                "{'model':'m','messages':[USER],'tools':[FUNCTION],'tool_choice':'f'} | tool_choice | invalid_value | Supported values",
                "{'model':'m','messages':[USER],'tools':[FUNCTION],'tool_choice':{'type':'function','function':{'name':'g'}}} | tool_choice | `` | 'g' is not in 'tools'",
                "{'model':'m','messages':[USER],'stream':'true'} | stream | invalid_type | a boolean",
                "{'model':'m','messages':[USER],'stream_options':{}} | stream_options | `` | only allowed when 'stream'",
                "{'model':'m','messages':[USER],'n':0} | n | invalid_value | from 1 to 128",
            })
    void aWrongCallIsRefusedAsOpenAiDoes(String body, String param, String code, String message)
            throws Exception {
        provider.answer("not for a wrong call");

        HttpResponse<byte[]> response = client.post(expanded(body));

        assertThat(response.statusCode()).isEqualTo(400);
        JsonNode error = Client.json(response).path("error");
        assertThat(error.path("type").asString()).isEqualTo("invalid_request_error");
        assertThat(error.path("param").stringValue("")).isEqualTo(param);
        assertThat(error.path("code").stringValue("")).isEqualTo(code);
        assertThat(error.path("message").asString()).contains(message);
        assertThat(provider.violations())
                .containsExactly(new Violation(1, param, code, error.path("message").asString()));
        assertThat(provider.repliesLeft()).isEqualTo(1);
    }

    @Test
    void namesOfSixtyFiveCharactersAreTooLong() throws Exception {
        String tools = "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"%s\"}}]";
        provider.answer("Hi");
        assertThat(client.call(tools.formatted("n".repeat(64))).statusCode()).isEqualTo(200);
        assertThat(client.call(tools.formatted("n".repeat(65))).statusCode()).isEqualTo(400);
        assertThat(provider.violations()).hasSize(1);
    }

    @Test
    void bodiesThatAreNotCalledJsonAreRefused() throws Exception {
        try (RawClient raw = new RawClient(provider)) {
            String body = Client.body("");
            raw.send(
                    "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s"
                            .formatted(body.length(), body));
            assertThat(raw.head()).startsWith("HTTP/1.1 400 ");
        }
        assertThat(provider.violations())
                .extracting(Violation::code)
                .containsExactly("unsupported_content_type");
    }

    @Test
    void aLenientProviderAnswersAnything() throws Exception {
        provider.lenient().always(request -> Reply.text("Hi"));
        assertThat(client.post("not JSON").statusCode()).isEqualTo(200);
        assertThat(client.post("{\"messages\":[]}").statusCode()).isEqualTo(200);
        assertThat(provider.violations()).isEmpty();
    }
}
