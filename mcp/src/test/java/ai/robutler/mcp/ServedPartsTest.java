package ai.robutler.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Json;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.node.ObjectNode;

class ServedPartsTest {
    private static ObjectNode part(String url) {
        ObjectNode part = Json.object().put("type", "image_url");
        part.putObject("image_url").put("url", url);
        return part;
    }

    @Test
    void anImageOfAResultIsAnImageForTheClient() {
        assertThat(ServedParts.image(part("data:image/png;base64,iVBORw0=")))
                .hasValue(
                        Json.object()
                                .put("type", "image")
                                .put("data", "iVBORw0=")
                                .put("mimeType", "image/png"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "https://example.com/a.png",
                "data:text/html;base64,PGI+",
                "data:image/png,"
            })
    void nothingElseIs(String url) {
        assertThat(ServedParts.image(part(url))).isEmpty();
    }
}
