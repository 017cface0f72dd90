package ai.robutler.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Json;
import ai.robutler.core.Settings;

import org.junit.jupiter.api.Test;

class OutboundSettingsTest {
    private static Settings settings(String json) {
        return Settings.of(Json.parseObject(json), _ -> "");
    }

    private static boolean allowed(OutboundSettings settings, String url) {
        return settings.policy().check(url) instanceof Verdict.Allowed;
    }

    @Test
    void withoutSettingsOnlyPublicAddressesAreOpen() {
        OutboundSettings read = OutboundSettings.read(Settings.empty());
        assertThat(read.concurrency()).isEqualTo(256);
        assertThat(allowed(read, "http://8.8.8.8:8000/")).isTrue();
        assertThat(allowed(read, "http://127.0.0.1/")).isFalse();
    }

    @Test
    void eachKeyIsRead() {
        Settings settings =
                settings(
                        """
                        {"allow": ["127.0.0.1:8080", "*.internal.example"],
                         "ports": [443, "8000-8100"], "https-only": true, "concurrency": 7}
                        """);
        OutboundSettings read = OutboundSettings.read(settings);
        assertThat(settings.problems()).isEmpty();
        assertThat(read.concurrency()).isEqualTo(7);
        assertThat(allowed(read, "https://127.0.0.1:8080/")).isTrue();
        assertThat(allowed(read, "http://127.0.0.1:8080/")).isFalse();
        assertThat(allowed(read, "https://8.8.8.8:8100/")).isTrue();
        assertThat(allowed(read, "https://8.8.8.8:9000/")).isFalse();
    }

    @Test
    void everyProblemIsNamedAndTheRestHolds() {
        Settings settings =
                settings(
                        """
                        {"allow": ["10.0.0.0/99", "http://x", "10.1.1.1"], "ports": [0, 443, "x"],
                         "https-only": "yes", "concurrency": 0, "alow": []}
                        """);
        OutboundSettings read = OutboundSettings.read(settings);
        assertThat(settings.problems())
                .extracting(Settings.Problem::path)
                .containsExactlyInAnyOrder(
                        "/allow",
                        "/allow",
                        "/ports",
                        "/ports",
                        "/https-only",
                        "/concurrency",
                        "/alow");
        assertThat(settings.problems().getFirst().message()).contains("'10.0.0.0/99'", "write");
        assertThat(allowed(read, "https://10.1.1.1/")).isTrue();
        assertThat(allowed(read, "http://10.1.1.1/")).isFalse();
    }
}
