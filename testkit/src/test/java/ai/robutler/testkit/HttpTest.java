package ai.robutler.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.http.HttpResponse;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HttpTest {

    private static final String HEAD =
            "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";

    private final ScriptedProvider provider = ScriptedProvider.start();
    private final Client client = new Client(provider);

    @AfterEach
    void stop() {
        provider.close();
    }

    @Test
    void aConnectionServesManyRequests() throws Exception {
        provider.always(request -> Reply.text("Hi"));
        try (RawClient raw = new RawClient(provider)) {
            for (int i = 0; i < 5; i++) {
                assertThat(raw.call("\"stream\":true").readTo("\r\n0\r\n\r\n")).contains("[DONE]");
                assertThat(raw.call("").readTo("total_tokens")).contains("\"Hi\"");
                raw.readTo("}}");
            }
        }
        assertThat(provider.requests()).hasSize(10);
        assertThat(provider.requests()).allMatch(request -> request.connection() == 1);
    }

    @Test
    void requestsSentAheadAreAnsweredInTurn() throws Exception {
        provider.answer("one").answer("two").answer("three");
        try (RawClient raw = new RawClient(provider)) {
            raw.call("").call("").call("");
            assertThat(raw.readTo("one")).isNotEmpty();
            assertThat(raw.readTo("two")).doesNotContain("three");
            assertThat(raw.readTo("three")).isNotEmpty();
        }
    }

    @Test
    void chunkedBodiesAreRead() throws Exception {
        provider.answer("Hi");
        byte[] body = Client.body("\"user\":\"é\"").getBytes(UTF_8);
        String text = new String(body, UTF_8);
        String first = text.substring(0, 20);
        String second = text.substring(20);
        try (RawClient raw = new RawClient(provider)) {
            raw.send(HEAD + "Transfer-Encoding: chunked\r\n\r\n");
            raw.send("14;name=value\r\n" + first + "\r\n");
            raw.send(
                    Integer.toHexString(second.getBytes(UTF_8).length)
                            .toUpperCase(java.util.Locale.ROOT));
            raw.send("\r\n" + second + "\r\n0\r\nTrailer: x\r\n\r\n");
            assertThat(raw.head()).startsWith("HTTP/1.1 200 ");
        }
        assertThat(provider.requests().getFirst().body()).isEqualTo(body);
    }

    @Test
    void aClientThatWaitsForPermissionGetsIt() throws Exception {
        provider.answer("Hi");
        String body = Client.body("");
        try (RawClient raw = new RawClient(provider)) {
            raw.send(
                    HEAD + "Expect: 100-continue\r\nContent-Length: " + body.length() + "\r\n\r\n");
            assertThat(raw.head()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            assertThat(raw.send(body).head()).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void connectionsCloseWhenAsked() throws Exception {
        provider.answer("Hi").answer("Hi");
        String body = Client.body("\"stream\":true");
        String length = "Content-Length: " + body.length() + "\r\n\r\n";
        try (RawClient raw = new RawClient(provider)) {
            raw.send(HEAD + "Connection: close\r\n" + length + body);
            assertThat(raw.rest()).contains("Connection: close").endsWith("\r\n0\r\n\r\n");
        }
        try (RawClient raw = new RawClient(provider)) {
            raw.send(HEAD.replace("1.1", "1.0") + length + body);
            assertThat(raw.rest()).doesNotContain("chunked").endsWith("data: [DONE]\n\n");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "NONSENSE | 400",
                "GET / HTTP/3 | 505",
                "PRI * HTTP/2.0 | 505",
                "POST /v1/chat/completions HTTP/1.1~Content-Length: x | 400",
                "POST /v1/chat/completions HTTP/1.1~Content-Length: -1 | 400",
                "POST /v1/chat/completions HTTP/1.1~Content-Length: 1~Content-Length: 2 | 400",
                "POST /v1/chat/completions HTTP/1.1~Content-Length: 1~Transfer-Encoding: chunked | 400",
                "POST /v1/chat/completions HTTP/1.1~Content-Length: 99999999999999999999 | 413",
                "POST /v1/chat/completions HTTP/1.1~Transfer-Encoding: gzip | 501",
                "POST /v1/chat/completions HTTP/1.1~Transfer-Encoding: chunked~~zz | 400",
                "POST /v1/chat/completions HTTP/1.1~no colon | 400",
            })
    void whatIsNotHttpIsRefusedAndNoted(String lines, int status) throws Exception {
        try (RawClient raw = new RawClient(provider)) {
            raw.send(lines.replace("~", "\r\n") + "\r\n\r\n");
            assertThat(raw.head()).startsWith("HTTP/1.1 " + status + " ");
        }
        assertThat(provider.violations())
                .singleElement()
                .satisfies(
                        violation -> {
                            assertThat(violation.code()).isEqualTo("bad_http");
                            assertThat(violation.request()).isZero();
                        });
        assertThat(provider.requests()).isEmpty();
    }

    @Test
    void aRequestThatIsBrokenOffIsNoRequestAndNoViolation() throws Exception {
        try (RawClient raw = new RawClient(provider)) {
            raw.send(HEAD + "Content-Length: 100\r\n\r\n{");
        }
        client.send("GET", "/v1/models");
        provider.awaitRequest(1, Client.PATIENCE);
        assertThat(provider.requests()).hasSize(1);
        assertThat(provider.violations()).isEmpty();
    }

    @Test
    void modelsAreListed() throws Exception {
        provider.models("a", "b/c");
        assertThat(Client.json(client.send("GET", "/v1/models")).at("/data/1/id").asString())
                .isEqualTo("b/c");
        assertThat(Client.json(client.send("GET", "/v1/models/b/c")).path("object").asString())
                .isEqualTo("model");
        assertThat(client.send("GET", "/v1/models/z").statusCode()).isEqualTo(404);
    }

    @Test
    void otherPathsAndMethodsAreRefused() throws Exception {
        HttpResponse<byte[]> unknown = client.send("GET", "/v1/nothing?x=1");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(Client.text(unknown)).contains("Invalid URL (GET /v1/nothing)");
        HttpResponse<byte[]> get = client.send("GET", "/v1/chat/completions");
        assertThat(get.statusCode()).isEqualTo(405);
        assertThat(get.headers().firstValue("Allow")).hasValue("POST");
    }

    @Test
    void bodiesAreWrittenInThePiecesAskedFor() throws Exception {
        provider.answer(Reply.rawStream("data: é\n\n").splitEvery(1))
                .answer(Reply.rawStream("data: 1\n\ndata: 2\n\n"))
                .answer(Reply.rawStream("data: 1\n\ndata: 2\n\n").inOneWrite());
        try (RawClient raw = new RawClient(provider)) {
            raw.call("").head();
            assertThat(raw.readTo("0\r\n\r\n").split("1\r\n", -1)).hasSize(11);
            raw.call("").head();
            assertThat(raw.readTo("0\r\n\r\n"))
                    .isEqualTo("9\r\ndata: 1\n\n\r\n9\r\ndata: 2\n\n\r\n0\r\n\r\n");
            raw.call("").head();
            assertThat(raw.readTo("0\r\n\r\n"))
                    .isEqualTo("12\r\ndata: 1\n\ndata: 2\n\n\r\n0\r\n\r\n");
        }
    }
}
