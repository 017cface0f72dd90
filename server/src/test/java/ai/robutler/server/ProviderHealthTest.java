package ai.robutler.server;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.ProviderHealth;
import ai.robutler.core.ProviderHealth.Circuit;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

class ProviderHealthTest {
    private static final Instant SINCE = Instant.parse("2026-11-01T12:00:00.123Z");

    private final AtomicReference<List<ProviderHealth>> health =
            new AtomicReference<>(
                    List.of(
                            new ProviderHealth("openai", Circuit.CLOSED, SINCE, ""),
                            new ProviderHealth("litellm/openai", Circuit.OPEN, SINCE, "")));

    @Test
    void statesAreInHealthAndMetrics() {
        try (var server = RobutlerServer.builder().providers(health::get).port(0).build().start();
                var http = Http.of(server)) {
            String detailed = http.get("/health/detailed").body();
            assertThat(detailed)
                    .contains("\"provider:openai\":{\"status\":\"up\"")
                    .contains("\"provider:litellm/openai\":{\"status\":\"down\"")
                    .contains("circuit open since 2026-11-01T12:00:00Z");
            assertThat(http.get("/health/ready").status()).isEqualTo(200);
            assertThat(http.get("/metrics").body())
                    .contains(
                            "robutler_provider_circuit_state{provider=\"openai\",state=\"closed\"} 1.0",
                            "robutler_provider_circuit_state{provider=\"openai\",state=\"open\"} 0.0",
                            "robutler_provider_circuit_state{provider=\"litellm/openai\",state=\"open\"} 1.0");

            health.set(
                    List.of(
                            new ProviderHealth("openai", Circuit.HALF_OPEN, SINCE, "refused"),
                            new ProviderHealth("litellm/openai", Circuit.CLOSED, SINCE, "")));
            Await.until(
                    "the new state is seen",
                    () ->
                            http.get("/health/detailed")
                                    .body()
                                    .contains("\"provider:openai\":{\"status\":\"degraded\""));
            assertThat(http.get("/health/detailed").body()).contains("refused");
            assertThat(http.get("/metrics").body())
                    .contains(
                            "robutler_provider_circuit_state{provider=\"openai\",state=\"half_open\"} 1.0",
                            "robutler_provider_circuit_state{provider=\"openai\",state=\"closed\"} 0.0");
        }
    }
}
