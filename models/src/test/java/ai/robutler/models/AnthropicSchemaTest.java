package ai.robutler.models;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.robutler.core.Json;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.node.ObjectNode;

class AnthropicSchemaTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":[\"object\",\"array\"],\"properties\":{\"a\":%s}}",
                "{\"type\":[\"object\",\"object\",\"null\"],\"properties\":{\"a\":%s}}",
                "{\"type\":[\"array\",\"string\"],\"items\":%s}",
                "{\"type\":[\"string\",\"integer\"],\"anyOf\":[%s]}",
                "{\"type\":[\"string\",\"integer\"],\"oneOf\":[%s]}",
                "{\"type\":[\"object\",\"null\"],\"$defs\":{\"a\":%s}}"
            })
    void aDeepSchemaWithSeveralTypesGrowsWithItsSizeOnly(String level) {
        int depth = 60;
        String schema = "{\"type\":\"string\"}";
        for (int i = 0; i < depth; i++) {
            schema = level.formatted(schema);
        }

        String written = Json.write(AnthropicSchema.of(Json.parseObject(schema.getBytes(UTF_8))));

        assertThat(written.length()).isLessThan(schema.length() * 10);
    }

    @Test
    void whatIsSaidOfOneTypeStandsWithThatType() {
        ObjectNode schema =
                Json.parseObject(
                        """
                        {"type":["object","array","null"],"description":"d","required":["a"],
                         "properties":{"a":{"type":"string"}},"items":{"type":"integer"}}"""
                                .getBytes(UTF_8));

        assertThat(AnthropicSchema.of(schema))
                .isEqualTo(
                        Json.parseObject(
                                """
                                {"description":"d","anyOf":[
                                 {"type":"object","required":["a"],"properties":{"a":{"type":"string"}},
                                  "additionalProperties":false},
                                 {"type":"array","items":{"type":"integer"}},
                                 {"type":"null"}]}"""
                                        .getBytes(UTF_8)));
    }
}
