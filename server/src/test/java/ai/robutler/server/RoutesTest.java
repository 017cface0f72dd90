package ai.robutler.server;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Agent;
import ai.robutler.core.EndpointReply;
import ai.robutler.core.HttpEndpoint;
import ai.robutler.core.Tool;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.util.List;
import java.util.Map;

class RoutesTest {
    private final RobutlerServer server =
            RobutlerServer.builder().agent(weather()).port(0).build().start();
    private final Http http = Http.of(server);

    /** A skill with a tool and endpoints. */
    public static final class Reports {
        @Tool(description = "Tells the weather.")
        public String weather(String place) {
            return "Sunny in " + place;
        }

        @HttpEndpoint(path = "/reports/{id}")
        public Map<String, String> report(String id, String unit) {
            return Map.of("id", id, "unit", unit);
        }

        @HttpEndpoint(path = "/reports/{id}", method = "PUT")
        public EndpointReply replace(String id, @HttpEndpoint.Body Map<String, String> body) {
            return EndpointReply.json(Map.of("id", id, "title", body.getOrDefault("title", "")))
                    .withStatus(201);
        }

        @HttpEndpoint(path = "/secret", scope = "user")
        public String secret() {
            return "secret";
        }
    }

    private static Agent weather() {
        return Agent.builder("weather")
                .description("Current <weather>.")
                .model("test/scripted", new Scripted.Echo())
                .skill("reports", new Reports())
                .intents(List.of("will it rain"))
                .build();
    }

    @AfterEach
    void stop() {
        http.close();
        server.close();
    }

    @Test
    void theRootListsAgentsAndEndpoints() {
        var root = http.get("/");
        assertThat(root.header("Content-Type")).isEqualTo("application/json");
        assertThat(root.at("/name")).isEqualTo("robutler");
        assertThat(root.at("/version")).matches("\\d+\\.\\d+.*");
        assertThat(root.at("/agents/0/name")).isEqualTo("weather");
        assertThat(root.at("/agents/0/url")).isEqualTo(server.url() + "/weather");
        assertThat(root.at("/endpoints/health")).isEqualTo(server.url() + "/health");
    }

    @Test
    void aBrowserGetsAPage() {
        var page = http.send(http.request("/").header("Accept", "text/html,*/*;q=0.8"));
        assertThat(page.header("Content-Type")).isEqualTo("text/html; charset=utf-8");
        assertThat(page.body()).contains("Current &lt;weather&gt;.", server.url() + "/weather");
        assertThat(page.body()).doesNotContain("<weather>", "<script");
    }

    @Test
    void aHostThatIsNoneIsNotBelieved() throws IOException {
        try (var raw = new Raw(server)) {
            raw.send("GET / HTTP/1.1\r\nHost: \"><script>\r\nAccept: text/html\r\n\r\n");
            assertThat(raw.readAnswer()).doesNotContain("<script>");
        }
    }

    @Test
    void agentsAreListedWithTheirNumber() {
        var agents = http.get("/agents");
        assertThat(agents.json().at("/total").asInt()).isEqualTo(1);
        assertThat(agents.at("/agents/0/model")).isEqualTo("test/scripted");
    }

    @Test
    void anAgentTellsWhatItCan() {
        var agent = http.get("/weather");
        assertThat(agent.at("/name")).isEqualTo("weather");
        assertThat(agent.at("/skills/0")).isEqualTo("reports");
        assertThat(agent.at("/tools/0/name")).isEqualTo("weather");
        assertThat(agent.at("/tools/0/parameters/type")).isEqualTo("object");
        assertThat(agent.at("/intents/0")).isEqualTo("will it rain");
        assertThat(agent.at("/endpoints/chat_completions"))
                .isEqualTo(server.url() + "/weather/chat/completions");
        assertThat(agent.body()).contains("/reports/{id}").doesNotContain("/secret");
        assertThat(http.get("/weather/health").at("/status")).isEqualTo("healthy");
    }

    @Test
    void agentsAreModels() {
        for (String path : List.of("/v1/models", "/weather/models", "/weather/v1/models")) {
            var models = http.get(path);
            assertThat(models.at("/object")).isEqualTo("list");
            assertThat(models.at("/data/0/id")).isEqualTo("weather");
            assertThat(models.at("/data/0/object")).isEqualTo("model");
        }
        assertThat(http.get("/v1/models/weather").at("/id")).isEqualTo("weather");
        assertThat(http.get("/v1/models/nobody").at("/error/code")).isEqualTo("model_not_found");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/weather/chat/completions", "/weather/v1/chat/completions"})
    void conversationsAreHeldAtTheAgentsPath(String path) {
        var answer = http.post(path, Http.HELLO);
        assertThat(answer.at("/choices/0/message/content")).isEqualTo("echo: hello");
        assertThat(answer.at("/model")).isEqualTo("weather");
    }

    @Test
    void conversationsAreHeldByTheModelsName() {
        var answer =
                http.post(
                        "/v1/chat/completions",
                        "{\"model\":\"weather\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");
        assertThat(answer.at("/choices/0/message/content")).isEqualTo("echo: hi");
        var missing = http.post("/v1/chat/completions", Http.HELLO);
        assertThat(missing.status()).isEqualTo(400);
        assertThat(missing.at("/error/param")).isEqualTo("model");
        var unknown =
                http.post(
                        "/v1/chat/completions", Http.HELLO.replace("{\"m", "{\"model\":\"x\",\"m"));
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.at("/error/code")).isEqualTo("model_not_found");
        assertThat(unknown.at("/error/param")).isEqualTo("model");
    }

    @ParameterizedTest
    @CsvSource({
        "/nobody, model_not_found",
        "/nobody/health, model_not_found",
        "/nobody/anything/else, model_not_found",
        "/weather/nothing, not_found",
        "/api/nothing, not_found",
        "/docs, not_found",
        "/health/nothing, not_found",
        "/v1, not_found",
        "//health, not_found",
        "/weather//health, not_found",
        "/WEATHER, model_not_found",
    })
    void whatIsNotThereIs404(String path, String code) throws IOException {
        try (var raw = new Raw(server)) {
            raw.send("GET " + path + " HTTP/1.1\r\nHost: test\r\n\r\n");
            assertThat(raw.readAnswer())
                    .startsWith("HTTP/1.1 404 ")
                    .contains("\"code\":\"" + code + "\"");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../health",
                "/%2e%2e/health",
                "/weather/../health",
                "/weather/reports/%2e%2e",
                "/weather/%zz",
                "/weather/%4",
                "/weather/%ff",
                "/weather/%00"
            })
    void malformedPathsAre400(String path) throws IOException {
        try (var raw = new Raw(server)) {
            raw.send("GET " + path + " HTTP/1.1\r\nHost: test\r\n\r\n");
            assertThat(raw.readAnswer())
                    .startsWith("HTTP/1.1 400 ")
                    .contains("\"code\":\"invalid_url\"");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health/", "/agents/", "/weather/", "/%77eather", "/weather/models/"})
    void oneSlashAtTheEndAndEscapesMakeNoDifference(String path) {
        assertThat(http.get(path).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "DELETE|/health|GET, HEAD, OPTIONS",
                "POST|/agents|GET, HEAD, OPTIONS",
                "GET|/weather/chat/completions|OPTIONS, POST",
                "GET|/v1/chat/completions|OPTIONS, POST",
                "DELETE|/weather/reports/1|GET, HEAD, OPTIONS, PUT",
                "BREW|/health|GET, HEAD, OPTIONS"
            })
    void otherMethodsAre405(String method, String path, String allow) {
        var answer = http.method(method, path);
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.header("Allow")).isEqualTo(allow);
        assertThat(answer.at("/error/code")).isEqualTo("method_not_allowed");
        var options = http.method("OPTIONS", path);
        assertThat(options.status()).isEqualTo(204);
        assertThat(options.header("Allow")).isEqualTo(allow);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/health", "/agents", "/weather", "/v1/models", "/health/live"})
    void headIsGetWithoutTheBody(String path) {
        var head = http.method("HEAD", path);
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(Integer.parseInt(head.header("Content-Length"))).isPositive();
        assertThat(http.method("HEAD", "/nobody").status()).isEqualTo(404);
    }

    @Test
    void anAgentsOwnEndpointsAreBelowItsPath() {
        var report = http.get("/weather/reports/a%2Fb?unit=%C2%B0C+or+so");
        assertThat(report.status()).isEqualTo(200);
        assertThat(report.at("/id")).isEqualTo("a/b");
        assertThat(report.at("/unit")).isEqualTo("°C or so");
    }

    @Test
    void anEndpointGetsAJsonBody() {
        var put =
                http.send(
                        http.request("/weather/reports/7")
                                .header("Content-Type", "application/json")
                                .PUT(
                                        java.net.http.HttpRequest.BodyPublishers.ofString(
                                                "{\"title\":\"rain\"}")));
        assertThat(put.status()).isEqualTo(201);
        assertThat(put.at("/title")).isEqualTo("rain");
        var text =
                http.send(
                        http.request("/weather/reports/7")
                                .header("Content-Type", "text/plain")
                                .PUT(java.net.http.HttpRequest.BodyPublishers.ofString("rain")));
        assertThat(text.status()).isEqualTo(415);
        var broken =
                http.send(
                        http.request("/weather/reports/7")
                                .header("Content-Type", "application/json")
                                .PUT(java.net.http.HttpRequest.BodyPublishers.ofString("{rain")));
        assertThat(broken.status()).isEqualTo(400);
    }

    @Test
    void anEndpointChecksItsScope() {
        var secret = http.get("/weather/secret");
        assertThat(secret.status()).isEqualTo(401);
        assertThat(secret.header("WWW-Authenticate")).startsWith("Bearer");
    }

    @Test
    void aPrefixMovesTheAgentsRoutes() {
        try (var moved =
                        RobutlerServer.builder()
                                .agent(weather())
                                .urlPrefix("/ai/")
                                .port(0)
                                .build()
                                .start();
                var client = Http.of(moved)) {
            for (String path :
                    List.of(
                            "/",
                            "/ai",
                            "/ai/",
                            "/ai/agents",
                            "/ai/weather",
                            "/ai/v1/models",
                            "/health",
                            "/metrics",
                            "/ai/weather/reports/1?unit=C")) {
                assertThat(client.get(path).status()).as(path).isEqualTo(200);
            }
            for (String path : List.of("/agents", "/weather", "/v1/models", "/ai/health")) {
                assertThat(client.get(path).status()).as(path).isEqualTo(404);
            }
            assertThat(client.get("/ai/weather").at("/url")).isEqualTo(moved.url() + "/ai/weather");
            assertThat(client.post("/ai/weather/chat/completions", Http.HELLO).status())
                    .isEqualTo(200);
        }
    }

    @Test
    void aPublicUrlIsUsedInLinks() {
        try (var behind =
                        RobutlerServer.builder()
                                .agent(weather())
                                .publicUrl("https://agents.example.com/")
                                .port(0)
                                .build()
                                .start();
                var client = Http.of(behind)) {
            assertThat(client.get("/weather").at("/url"))
                    .isEqualTo("https://agents.example.com/weather");
        }
    }
}
