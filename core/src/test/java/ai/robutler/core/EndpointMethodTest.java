package ai.robutler.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

@SuppressWarnings({"UnusedMethod", "DoNotCallSuggester"})
class EndpointMethodTest {
    enum Order {
        UP,
        DOWN
    }

    record Report(String title, List<Integer> values) {}

    static final class Reports {
        @HttpEndpoint(path = "/reports/{id}", scope = "user", description = "One report.")
        String get(long id, Optional<LocalDate> since, RunContext context) {
            return context.requestId() + " " + id + " " + since;
        }

        @HttpEndpoint(path = "/reports")
        Map<String, Object> list(
                @Param(defaultValue = "10") int limit,
                @Param(defaultValue = "UP") Order order,
                @Param(defaultValue = "false") boolean full,
                @Param(defaultValue = "[]") List<Integer> tag) {
            var all = new LinkedHashMap<String, Object>();
            all.put("limit", limit);
            all.put("order", order);
            all.put("full", full);
            all.put("tag", tag);
            return all;
        }

        @HttpEndpoint(path = "/reports", method = "post")
        EndpointReply create(String title, List<Integer> values, Optional<Integer> copies) {
            return EndpointReply.text(title + values + copies).withStatus(201);
        }

        @HttpEndpoint(path = "/reports/{id}", method = "PUT")
        Report replace(String id, @HttpEndpoint.Body Report report) {
            return report;
        }

        @HttpEndpoint(path = "/any", method = "PUT")
        JsonNode any(@HttpEndpoint.Body JsonNode body) {
            return body;
        }

        @HttpEndpoint(path = "/reports/{id}", method = "DELETE")
        void delete(String id) {}

        @HttpEndpoint(path = "/none")
        Optional<String> none() {
            return Optional.empty();
        }

        @HttpEndpoint(path = "/fails")
        String fails() {
            throw InvalidRequestException.notFound("report_not_found", "id", "no such report");
        }
    }

    private static EndpointReply call(String route, String query, String body) throws Exception {
        String[] parts = route.split(" ");
        var found =
                SkillReader.read("reports", new Reports()).endpoints().stream()
                        .filter(endpoint -> endpoint.method().equals(parts[0]))
                        .filter(endpoint -> endpoint.match(parts[1]).isPresent())
                        .findFirst()
                        .orElseThrow();
        var parameters = new LinkedHashMap<String, List<String>>();
        for (String pair : query.isEmpty() ? new String[0] : query.split("&")) {
            String[] sides = pair.split("=", 2);
            parameters.merge(
                    sides[0],
                    List.of(sides[1]),
                    (a, b) -> java.util.stream.Stream.of(a, b).flatMap(List::stream).toList());
        }
        var agent = Agent.builder("tester").model("test/m", new ScriptedCompleter()).build();
        return agent.call(
                new AgentEndpoint(found.method(), found.path(), Scope.ALL, "", found.function()),
                new AgentEndpoint.Call(
                        found.match(parts[1]).orElseThrow(),
                        parameters,
                        body.isEmpty() ? MissingNode.getInstance() : Json.parse(body)),
                Invocation.of(ChatRequest.of("")).withRequestId("req_1"));
    }

    private static String text(EndpointReply reply) {
        return new String(reply.body(), StandardCharsets.UTF_8);
    }

    @Test
    void bindsThePathAndTheQuery() throws Exception {
        assertThat(text(call("GET /reports/42", "since=2026-01-31", "")))
                .isEqualTo("req_1 42 Optional[2026-01-31]");
        assertThat(text(call("GET /reports", "", "")))
                .isEqualTo("{\"limit\":10,\"order\":\"UP\",\"full\":false,\"tag\":[]}");
        assertThat(text(call("GET /reports", "limit=3&order=DOWN&full=true&tag=1&tag=2", "")))
                .isEqualTo("{\"limit\":3,\"order\":\"DOWN\",\"full\":true,\"tag\":[1,2]}");
        assertThat(text(call("GET /reports", "tag=1&unknown=x", ""))).contains("\"tag\":[1]");
    }

    @Test
    void bindsThePropertiesOfTheBody() throws Exception {
        EndpointReply reply =
                call("POST /reports", "copies=2", "{\"title\":\"t\",\"values\":[1],\"more\":true}");
        assertThat(reply.status()).isEqualTo(201);
        assertThat(text(reply)).isEqualTo("t[1]Optional[2]");
    }

    @Test
    void bindsTheWholeBody() throws Exception {
        assertThat(text(call("PUT /reports/x", "", "{\"title\":\"t\",\"values\":[1],\"id\":7}")))
                .isEqualTo("{\"title\":\"t\",\"values\":[1]}");
        assertThat(text(call("PUT /any", "", "[1,null]"))).isEqualTo("[1,null]");
    }

    @Test
    void answersByWhatIsReturned() throws Exception {
        assertThat(call("DELETE /reports/x", "", "").status()).isEqualTo(204);
        assertThat(call("GET /none", "", "").status()).isEqualTo(204);
        assertThat(call("GET /reports", "", "").contentType()).isEqualTo("application/json");
        assertThat(call("GET /reports/1", "", "").contentType()).startsWith("text/plain");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            emptyValue = "",
            value = {
                "GET /reports/abc | '' | '' | id | must be an integer",
                "GET /reports/99999999999999999999 | '' | '' | id | is out of range",
                "GET /reports/1 | since=soon | '' | since | must be a date",
                "GET /reports | limit=many | '' | limit | must be an integer, not the string",
                "GET /reports | limit= | '' | limit | must be an integer",
                "GET /reports | limit=1&limit=2 | '' | limit | must be given once, not 2 times",
                "GET /reports | order=SIDEWAYS | '' | order | must be one of",
                "GET /reports | full=yes | '' | full | must be true or false",
                "GET /reports | tag=1&tag=b | '' | tag[1] | must be an integer",
                "POST /reports | '' | '' | title | is missing",
                "POST /reports | '' | [1] | '' | the body must be a JSON object, not an array",
                "POST /reports | '' | {\"title\":1,\"values\":[]} | title | must be a string",
                "PUT /reports/x | '' | '' | '' | the body is missing",
                "PUT /reports/x | '' | [] | '' | the body must be an object with title, values",
                "PUT /reports/x | '' | {\"title\":\"t\",\"values\":[\"a\"]} | values[0] | must be an integer",
            })
    void refusesWhatDoesNotFit(
            String route, String query, String body, String param, String message) {
        assertThatThrownBy(() -> call(route, query, body))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> {
                            assertThat(e.status()).isEqualTo(400);
                            assertThat(e.param()).isEqualTo(param);
                            assertThat(e.getMessage()).contains(message);
                        });
    }

    @Test
    void letsOutWhatAnEndpointThrows() {
        assertThatThrownBy(() -> call("GET /fails", "", ""))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class, e -> assertThat(e.status()).isEqualTo(404));
    }
}
