package ai.robutler.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Json;

import org.junit.jupiter.api.Test;

import tools.jackson.databind.node.ObjectNode;

class ToolImagesTest {
    private static final String REQUEST =
            """
            {"messages":[{"role":"user","content":"q"},
              {"role":"tool","tool_call_id":"a","content":[{"type":"text","text":"one"},
                {"type":"image_url","image_url":{"url":"data:image/png;base64,AA=="}}]},
              {"role":"tool","tool_call_id":"b","content":"two"},
              {"role":"assistant","content":"so"}]}
            """;

    private static ObjectNode moved(boolean sees) {
        ObjectNode request = Json.parseObject(REQUEST);
        ToolImages.moved(request, sees);
        return request;
    }

    @Test
    void aModelThatSeesGetsThemBehindTheResults() {
        assertThat(moved(true))
                .isEqualTo(
                        Json.parseObject(
                                """
                                {"messages":[{"role":"user","content":"q"},
                                  {"role":"tool","tool_call_id":"a","content":"one"},
                                  {"role":"tool","tool_call_id":"b","content":"two"},
                                  {"role":"user","content":[
                                    {"type":"text","text":"Images in the result of the tool call a:"},
                                    {"type":"image_url","image_url":{"url":"data:image/png;base64,AA=="}}]},
                                  {"role":"assistant","content":"so"}]}
                                """));
    }

    @Test
    void anotherIsToldThatTheyWereLeftOut() {
        ObjectNode request = moved(false);
        assertThat(request.path("messages")).hasSize(4);
        assertThat(request.path("messages").get(1).path("content").asString(""))
                .isEqualTo("one\n[An image was left out: this model takes none.]");
    }

    @Test
    void nothingElseIsTouched() {
        ObjectNode request =
                Json.parseObject("{\"messages\":[{\"role\":\"tool\",\"content\":\"x\"}]}");
        var before = request.path("messages");
        ToolImages.moved(request, true);
        assertThat(request.path("messages")).isSameAs(before);
    }
}
