package ai.robutler.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.robutler.core.InvalidRequestException;
import ai.robutler.core.Json;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.node.ObjectNode;

class RequestRulesTest {
    private static ObjectNode request(String fields) {
        String messages = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";
        return Json.parseObject(
                "{" + messages + (fields.isEmpty() ? "" : "," + fields.replace('\'', '"')) + "}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "'temperature':2",
                "'temperature':0.0",
                "'temperature':null,'stop':null,'tools':null,'stream_options':null",
                "'n':128",
                "'stream':true,'stream_options':{'include_usage':true}",
                "'stop':'x'",
                "'stop':['a','b','c','d']",
                "'max_tokens':1,'max_completion_tokens':1",
                "'presence_penalty':-2,'frequency_penalty':2",
                "'logit_bias':{'50256':-100}",
                "'logprobs':true,'top_logprobs':20",
                "'tools':[{'type':'function','function':{'name':'a'}},{'type':'function','function':{'name':'b','description':'x','parameters':{},'strict':true}}]",
                "'tools':[{'type':'web_search'},{'type':'web_search'}]",
                "'tools':[{'type':'custom','custom':{'name':'a'}}]",
                "'tool_choice':'required'",
                "'tool_choice':{'type':'function','function':{'name':'a'}}",
                "'tool_choice':{'type':'allowed_tools','allowed_tools':{'mode':'auto','tools':[]}}",
                "'response_format':{'type':'json_object'}",
                "'response_format':{'type':'json_schema','json_schema':{'name':'x','schema':{}}}",
                "'metadata':{'a':'b'}",
                "'modalities':['text','audio'],'audio':{'voice':'x','format':'mp3'}",
                "'prediction':{'type':'content','content':'x'}",
                "'reasoning_effort':'none','service_tier':'x','verbosity':'low','store':true",
                "'functions':[{'name':'a'}],'function_call':{'name':'a'}",
                "'seed':-1,'user':'me','web_search_options':{}",
                "'not_invented_yet':{'a':[1]}"
            })
    void accepts(String fields) {
        RequestRules.check(request(fields));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'temperature':'hot'|temperature|invalid_type",
                "'temperature':2.1|temperature|decimal_above_max_value",
                "'temperature':-0.1|temperature|decimal_below_min_value",
                "'top_p':1.5|top_p|decimal_above_max_value",
                "'n':0|n|integer_below_min_value",
                "'n':129|n|integer_above_max_value",
                "'n':1.5|n|invalid_type",
                "'stream':'yes'|stream|invalid_type",
                "'stream_options':{}|stream_options|invalid_value",
                "'stream':true,'stream_options':true|stream_options|invalid_type",
                "'stream':true,'stream_options':{'include_usage':1}|stream_options.include_usage|invalid_type",
                "'stop':1|stop|invalid_type",
                "'stop':['a',1]|stop[1]|invalid_type",
                "'stop':['a','b','c','d','e']|stop|array_above_max_length",
                "'max_tokens':'5'|max_tokens|invalid_type",
                "'max_completion_tokens':1.5|max_completion_tokens|invalid_type",
                "'presence_penalty':3|presence_penalty|decimal_above_max_value",
                "'frequency_penalty':-3|frequency_penalty|decimal_below_min_value",
                "'logit_bias':[]|logit_bias|invalid_type",
                "'logit_bias':{'1':'x'}|logit_bias.1|invalid_type",
                "'logprobs':1|logprobs|invalid_type",
                "'top_logprobs':21|top_logprobs|integer_above_max_value",
                "'user':1|user|invalid_type",
                "'seed':'x'|seed|invalid_type",
                "'model':1|model|invalid_type",
                "'tools':{}|tools|invalid_type",
                "'tools':[1]|tools[0]|invalid_type",
                "'tools':[{}]|tools[0].type|missing_required_parameter",
                "'tools':[{'type':'function'}]|tools[0].function|missing_required_parameter",
                "'tools':[{'type':'function','function':{}}]|tools[0].function.name|missing_required_parameter",
                "'tools':[{'type':'function','function':{'name':'a b'}}]|tools[0].function.name|invalid_value",
                "'tools':[{'type':'function','function':{'name':'a','parameters':1}}]|tools[0].function.parameters|invalid_type",
                "'tools':[{'type':'function','function':{'name':'a'}},{'type':'function','function':{'name':'a'}}]|tools[1]|duplicate_tool_name",
                "'tool_choice':1|tool_choice|invalid_type",
                "'tool_choice':'maybe'|tool_choice|invalid_value",
                "'tool_choice':{}|tool_choice.type|missing_required_parameter",
                "'tool_choice':{'type':'function'}|tool_choice.function|missing_required_parameter",
                "'parallel_tool_calls':1|parallel_tool_calls|invalid_type",
                "'response_format':'json'|response_format|invalid_type",
                "'response_format':{}|response_format.type|missing_required_parameter",
                "'response_format':{'type':'json_schema'}|response_format.json_schema|missing_required_parameter",
                "'metadata':{'a':1}|metadata.a|invalid_type",
                "'modalities':'text'|modalities|invalid_type",
                "'audio':1|audio|invalid_type",
                "'prediction':{'type':'content'}|prediction.content|missing_required_parameter",
                "'reasoning_effort':1|reasoning_effort|invalid_type",
                "'service_tier':1|service_tier|invalid_type",
                "'store':'x'|store|invalid_type",
                "'verbosity':1|verbosity|invalid_type",
                "'web_search_options':1|web_search_options|invalid_type",
                "'functions':[{}]|functions[0].name|missing_required_parameter",
                "'functions':[{'name':'a'},{'name':'a'}]|functions[1]|duplicate_tool_name",
                "'function_call':1|function_call|invalid_type"
            })
    void namesWhatIsWrong(String fields, String param, String code) {
        assertRefused(request(fields), param, code);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'role':'system','content':'x'}",
                "{'role':'developer','content':[{'type':'text','text':'x'}]}",
                "{'role':'user','content':'x','name':'me'}",
                "{'role':'user','content':[{'type':'image_url','image_url':{'url':'http://x'}},{'type':'input_audio','input_audio':{'data':'','format':'wav'}},{'type':'file','file':{'file_id':'x'}}]}",
                "{'role':'user','content':[{'type':'not_invented_yet'}]}",
                "{'role':'assistant','content':null,'tool_calls':[{'id':'1','type':'function','function':{'name':'a','arguments':'{}'}}]}",
                "{'role':'assistant','tool_calls':[{'id':'1','type':'custom','custom':{'name':'a','input':'x'}}]}",
                "{'role':'assistant','content':[{'type':'refusal','refusal':'no'}]}",
                "{'role':'assistant','refusal':'no'}",
                "{'role':'assistant','content':'x','reasoning_content':'y'}",
                "{'role':'tool','tool_call_id':'1','content':'x'}",
                "{'role':'function','name':'a','content':null}"
            })
    void acceptsMessages(String message) {
        RequestRules.check(Json.parseObject("{\"messages\":[" + message.replace('\'', '"') + "]}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}|messages|missing_required_parameter",
                "{'messages':null}|messages|invalid_type",
                "{'messages':'hi'}|messages|invalid_type",
                "{'messages':[]}|messages|empty_array",
                "{'messages':['hi']}|messages[0]|invalid_type",
                "{'messages':[{}]}|messages[0].role|missing_required_parameter",
                "{'messages':[{'role':1,'content':'x'}]}|messages[0].role|invalid_type",
                "{'messages':[{'role':'king','content':'x'}]}|messages[0].role|invalid_value",
                "{'messages':[{'role':'user'}]}|messages[0].content|missing_required_parameter",
                "{'messages':[{'role':'user','content':null}]}|messages[0].content|invalid_type",
                "{'messages':[{'role':'user','content':1}]}|messages[0].content|invalid_type",
                "{'messages':[{'role':'user','content':['x']}]}|messages[0].content[0]|invalid_type",
                "{'messages':[{'role':'user','content':[{'text':'x'}]}]}|messages[0].content[0].type|missing_required_parameter",
                "{'messages':[{'role':'user','content':[{'type':'text'}]}]}|messages[0].content[0].text|missing_required_parameter",
                "{'messages':[{'role':'user','content':[{'type':'image_url','image_url':'x'}]}]}|messages[0].content[0].image_url|invalid_type",
                "{'messages':[{'role':'system','content':[{'type':'image_url','image_url':{'url':'x'}}]}]}|messages[0].content[0].type|invalid_value",
                "{'messages':[{'role':'user','content':'x','name':1}]}|messages[0].name|invalid_type",
                "{'messages':[{'role':'tool','content':'x'}]}|messages[0].tool_call_id|missing_required_parameter",
                "{'messages':[{'role':'assistant'}]}|messages[0].content|missing_required_parameter",
                "{'messages':[{'role':'assistant','tool_calls':{}}]}|messages[0].tool_calls|invalid_type",
                "{'messages':[{'role':'assistant','tool_calls':[{}]}]}|messages[0].tool_calls[0].id|missing_required_parameter",
                "{'messages':[{'role':'assistant','tool_calls':[{'id':'1','type':'function'}]}]}|messages[0].tool_calls[0].function|missing_required_parameter",
                "{'messages':[{'role':'assistant','tool_calls':[{'id':'1','type':'function','function':{'name':'a','arguments':{}}}]}]}|messages[0].tool_calls[0].function.arguments|invalid_type",
                "{'messages':[{'role':'user','content':'x'},{'role':'function','content':'x'}]}|messages[1].name|missing_required_parameter"
            })
    void namesWhatIsWrongInMessages(String request, String param, String code) {
        assertRefused(Json.parseObject(request.replace('\'', '"')), param, code);
    }

    private static void assertRefused(ObjectNode request, String param, String code) {
        assertThatThrownBy(() -> RequestRules.check(request))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        refused -> {
                            assertThat(refused.param()).isEqualTo(param);
                            assertThat(refused.code()).isEqualTo(code);
                            assertThat(refused.status()).isEqualTo(400);
                            assertThat(refused.getMessage())
                                    .contains(param.replaceAll("\\[.*", ""));
                        });
    }
}
