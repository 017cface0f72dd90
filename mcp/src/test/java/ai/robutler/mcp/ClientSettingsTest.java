package ai.robutler.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Optional;

class ClientSettingsTest {
    private static String problems(String json) {
        var settings = ClientStack.settings(json);
        Object _ = new McpSkillFactory(McpSettings.none(), Optional.empty()).create(settings);
        return settings.problems().toString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{}|servers' is missing",
                "{'servers':{'a':{}}}|a server has a command (to start it) or a url",
                "{'servers':{'a':{'command':['x'],'url':'http://x.y'}}}|one of them",
                "{'servers':{'a':{'comand':['x']}}}|did you mean 'command'",
                "{'servers':{'a b':{'command':['x']}}}|is no name for a server",
                "{'servers':{'a':{'url':'ftp://x.y'}}}|only http and https URLs can be called",
                "{'servers':{'a':{'url':'http://x.y','transport':'tcp'}}}|must be auto, http or sse",
                "{'servers':{'a':{'url':'http://x.y','auth':{}}}}|'client-id' is missing",
                "{'servers':{'a':{'url':'http://x.y','user-token':'Authorization'}}}|X-Github-Token",
                "{'servers':{'a':{'command':['x'],'timeout':'0s'}}}|longer than nothing",
                "{'servers':{'a':{'command':['x'],'protocol':'2020'}}}|must be auto or a revision",
                "{'servers':{'a':{'command':['x'],'scope':'A B'}}}|'scope' is wrong",
                "{'shared':['git']}|names no server of mcp.servers in the configuration: 'git'"
            })
    void whatIsWrongIsTold(String json, String words) {
        assertThat(problems(json.replace('\'', '"'))).contains(words);
    }

    @Test
    void whatIsRightIsTaken() {
        assertThat(
                        problems(
                                "{\"servers\":{\"files\":{\"command\":[\"npx\",\"x\"],\"env\":{\"A\":\"b\"},"
                                        + "\"folder\":\".\",\"allow\":[\"read_*\"],\"deny\":[\"x\"],"
                                        + "\"timeout\":\"5s\",\"connect\":\"10s\",\"scope\":\"user\","
                                        + "\"output-limit\":5000,\"concurrency\":2,\"protocol\":\"auto\"},"
                                        + "\"far\":{\"url\":\"https://mcp.example/mcp\",\"transport\":\"http\","
                                        + "\"headers\":{\"X-A\":\"b\"},\"auth\":{\"client-id\":\"a\","
                                        + "\"client-secret\":\"b\",\"issuer\":\"https://i.example\"}}}}"))
                .isEqualTo("[]");
    }
}
