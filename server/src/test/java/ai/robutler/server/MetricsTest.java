package ai.robutler.server;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Agent;
import ai.robutler.core.ChatCompletion;
import ai.robutler.core.ChatMessage;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.ChatStream;
import ai.robutler.core.Completer;
import ai.robutler.core.Deadline;
import ai.robutler.core.Tool;
import ai.robutler.core.ToolCall;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;

class MetricsTest {
    private final RobutlerServer server =
            RobutlerServer.builder()
                    .agent(Scripted.agent("echo", new Scripted.Echo()))
                    .agent(Scripted.agent("bug", new Scripted.Failing(new IllegalStateException())))
                    .agent(
                            Agent.builder("caller")
                                    .model("test/scripted", new Calling())
                                    .skill(new Clock())
                                    .build())
                    .agent(
                            Agent.builder("paid")
                                    .model("test/scripted", new Scripted.Echo())
                                    .billing(new Paying())
                                    .build())
                    .resolver(
                            name ->
                                    name.startsWith("dyn")
                                            ? Optional.of(Scripted.agent(name, new Scripted.Echo()))
                                            : Optional.empty())
                    .port(0)
                    .build()
                    .start();
    private final Http http = Http.of(server);

    /** A skill with one tool. */
    public static final class Clock {
        @Tool(description = "Tells the time.")
        public String time() {
            return "noon";
        }
    }

    private static final class Calling implements Completer {
        @Override
        public ChatCompletion complete(ChatRequest request, Deadline deadline) {
            if (request.messages().getLast().is("tool")) {
                return ChatCompletion.text("It is noon.");
            }
            var call = List.of(ToolCall.function("call_1", "time", "{}"));
            return ChatCompletion.of(ChatMessage.assistant("").withToolCalls(call), "tool_calls");
        }

        @Override
        public ChatStream stream(ChatRequest request, Deadline deadline) {
            throw new UnsupportedOperationException();
        }
    }

    @AfterEach
    void stop() {
        http.close();
        server.close();
    }

    private String scrape() {
        var answer = http.get("/metrics");
        assertThat(answer.header("Content-Type")).startsWith("text/plain; version=0.0.4");
        return answer.body();
    }

    /** The value of a sample whose line starts so. */
    private double value(String start) {
        return scrape().lines()
                .filter(line -> line.startsWith(start))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Test
    void countsRequestsByTemplate() {
        http.get("/echo");
        http.get("/echo");
        http.get("/nobody/at/all");
        http.post("/echo/chat/completions", Http.HELLO);
        Await.until(
                "all are counted",
                () ->
                        value(
                                        "robutler_http_requests_total{method=\"POST\",route=\"/{agent}/chat/completions\",status=\"200\"}")
                                == 1);
        assertThat(
                        value(
                                "robutler_http_requests_total{method=\"GET\",route=\"/{agent}\",status=\"200\"}"))
                .isEqualTo(2);
        assertThat(
                        value(
                                "robutler_http_requests_total{method=\"GET\",route=\"unmatched\",status=\"404\"}"))
                .isEqualTo(1);
        assertThat(
                        value(
                                "robutler_http_request_duration_seconds_count{method=\"GET\",route=\"/{agent}\"}"))
                .isEqualTo(2);
        // The scrape itself; the one before may still be on its way out.
        Await.until(
                "only the scrape is in progress",
                () -> value("robutler_http_requests_in_progress") == 1);
        assertThat(scrape()).doesNotContain("nobody");
    }

    @Test
    void countsRunsTokensAndTools() {
        http.post("/echo/chat/completions", Http.HELLO);
        http.post("/echo/chat/completions", Http.HELLO_STREAM);
        http.post("/bug/chat/completions", Http.HELLO);
        http.post("/caller/chat/completions", Http.HELLO);
        assertThat(value("robutler_agent_requests_total{agent=\"echo\",outcome=\"completed\"}"))
                .isEqualTo(2);
        assertThat(value("robutler_agent_request_duration_seconds_count{agent=\"echo\"}"))
                .isEqualTo(2);
        assertThat(value("robutler_agent_errors_total{agent=\"bug\"}")).isEqualTo(1);
        assertThat(value("robutler_llm_tokens_total{agent=\"echo\",direction=\"input\"}"))
                .isEqualTo(6);
        assertThat(value("robutler_llm_tokens_total{agent=\"echo\",direction=\"output\"}"))
                .isEqualTo(4);
        assertThat(value("robutler_llm_time_to_first_token_seconds_count{agent=\"echo\"}"))
                .isEqualTo(1);
        assertThat(
                        value(
                                "robutler_tool_calls_total{agent=\"caller\",outcome=\"completed\",tool=\"time\"}"))
                .isEqualTo(1);
    }

    @Test
    void dynamicAgentsShareOneLabel() {
        http.post("/dyn-1/chat/completions", Http.HELLO);
        http.post("/dyn-2/chat/completions", Http.HELLO);
        assertThat(value("robutler_agent_requests_total{agent=\"dynamic\"")).isEqualTo(2);
        assertThat(value("robutler_dynamic_agents_cache_size")).isEqualTo(2);
        assertThat(value("robutler_active_agents")).isEqualTo(4);
        assertThat(scrape()).doesNotContain("dyn-1");
    }

    @Test
    void countsWhatWasCharged() {
        http.post("/paid/chat/completions", Http.HELLO);
        http.post("/paid/chat/completions", Http.HELLO_STREAM);
        assertThat(value("robutler_credits_spent_nanousd_total{agent=\"paid\"}"))
                .isEqualTo(2.0 * Paying.PRICE);
        assertThat(scrape())
                .contains("# TYPE robutler_credits_spent_nanousd_total counter")
                .contains("# HELP robutler_credits_spent_nanousd_total ");
    }

    @Test
    void tellsOfTheMachine() {
        assertThat(scrape())
                .contains("jvm_memory_used_bytes", "jvm_threads_live_threads")
                .doesNotContain("process_cpu_time_ns_total", "system_cpu_count");
    }
}
