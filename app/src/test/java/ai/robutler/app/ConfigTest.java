package ai.robutler.app;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.models.Catalog;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

class ConfigTest {
    @TempDir private Path folder;
    private final Findings findings = new Findings();

    private Path file(String text) {
        try {
            return Files.writeString(folder.resolve("robutler.yaml"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Config config(String text, Map<String, String> flags, Map<String, String> environment) {
        var all = new java.util.HashMap<>(flags);
        all.put("--config", file(text).toString());
        return Config.read(all, new Environment(environment), findings);
    }

    private List<String> problems(String text) {
        return problems(text, Map.of());
    }

    private List<String> problems(String text, Map<String, String> flags) {
        Config config = config(text, flags, Map.of());
        ServerConfig server = ServerConfig.of(config, findings);
        config.value(Option.MODEL);
        PlatformConfig platform = PlatformConfig.of(config, findings);
        config.finish();
        server.requireSafe(platform.auth().isConfigured(), findings);
        return findings.problems().stream()
                .map(problem -> problem.toString().replace(folder + "/", ""))
                .toList();
    }

    @Test
    void theOptionWinsOverTheFileOverTheEnvironmentOverTheDefault() {
        var flags = Map.of("--port", "1");
        var environment = Map.of("ROBUTLER_SERVER_PORT", "3");
        assertThat(config("server: { port: 2 }", flags, environment).value(Option.PORT).value())
                .isEqualTo(1);
        assertThat(config("server: { port: 2 }", Map.of(), environment).value(Option.PORT).value())
                .isEqualTo(2);
        assertThat(config("", Map.of(), environment).value(Option.PORT).value()).isEqualTo(3);
        assertThat(config("", Map.of(), Map.of()).value(Option.PORT).value()).isEqualTo(8000);
        assertThat(findings.problems()).isEmpty();
    }

    @Test
    void everyOptionIsAKeyAndAVariableToo() {
        assertThat(Option.ALL)
                .extracting(option -> option.flag() + " " + option.path() + " " + option.variable())
                .containsExactly(
                        "--host server.host ROBUTLER_SERVER_HOST",
                        "--port server.port ROBUTLER_SERVER_PORT",
                        "--model server.model ROBUTLER_SERVER_MODEL",
                        "--data server.data ROBUTLER_SERVER_DATA",
                        "--database server.database ROBUTLER_SERVER_DATABASE",
                        "--url-prefix server.url-prefix ROBUTLER_SERVER_URL_PREFIX",
                        "--insecure-no-auth server.insecure-no-auth ROBUTLER_SERVER_INSECURE_NO_AUTH");
    }

    @Test
    void eachDefaultIsTheDocumentedOne() {
        Config config = config("", Map.of(), Map.of());
        assertThat(config.value(Option.HOST).value()).isEqualTo("127.0.0.1");
        assertThat(config.value(Option.MODEL).value()).isEmpty();
        assertThat(config.value(Option.DATA).value()).isEqualTo(Path.of(".robutler"));
        assertThat(config.value(Option.DATABASE_URL).value()).isEmpty();
        assertThat(config.value(Option.URL_PREFIX).value()).isEmpty();
        assertThat(config.value(Option.INSECURE_NO_AUTH).value()).isFalse();
    }

    @Test
    void everythingThatIsRightIsTaken() {
        assertThat(
                        problems(
                                """
                                server:
                                  host: localhost
                                  port: 0
                                  data: here
                                  url-prefix: /ai
                                  public-url: https://agents.example.com
                                  cors: { origins: [ "https://app.example.com" ] }
                                  limits: { body-bytes: 2048, runs: 5, slow-reader: 5s, drain: 1m }
                                auth: { mode: open }
                                """))
                .isEmpty();
    }

    @Test
    void everyProblemIsListedWithItsLine() {
        assertThat(
                        problems(
                                """
                                server:
                                  prot: 1
                                  port: 70000
                                  url-prefix: "a b"
                                  cors: { origins: [ "https://app.example.com/path" ] }
                                  limits:
                                    runs: many
                                    idle: 0s
                                  tls: { certificate: none.pem }
                                  model: gpt
                                  database: jdbc:mysql://x
                                auth:
                                  mode: maybe
                                  key-rotation: 1s
                                  isuers: []
                                payments:
                                  fee-percent: 101
                                  hold-lifetime: 1ms
                                  budgets: { per-user: { week: 1 } }
                                outbound: { alow: [] }
                                paiments: {}
                                """))
                .satisfiesExactly(
                        p ->
                                assertThat(p)
                                        .startsWith(
                                                "robutler.yaml:2: unknown setting 'prot'; did you mean 'port'?"),
                        p ->
                                assertThat(p)
                                        .startsWith(
                                                "robutler.yaml:3: 'port' must be a port from 0 to 65535"),
                        p ->
                                assertThat(p)
                                        .startsWith("robutler.yaml:4: 'url-prefix' must be a path"),
                        p -> assertThat(p).startsWith("robutler.yaml:5: 'origins' is wrong: "),
                        p ->
                                assertThat(p)
                                        .startsWith(
                                                "robutler.yaml:7: 'runs' must be a whole number"),
                        p -> assertThat(p).startsWith("robutler.yaml:8: 'idle' is wrong: "),
                        p ->
                                assertThat(p)
                                        .startsWith(
                                                "robutler.yaml:9: 'tls' needs certificate and key"),
                        p ->
                                assertThat(p)
                                        .startsWith(
                                                "robutler.yaml:10: 'model' model 'gpt' must be"),
                        p ->
                                assertThat(p)
                                        .startsWith(
                                                "robutler.yaml:11: 'database' must begin with jdbc:sqlite:"),
                        p ->
                                assertThat(p)
                                        .startsWith(
                                                "robutler.yaml:13: 'mode' must be open or required, not 'maybe'"),
                        p ->
                                assertThat(p)
                                        .startsWith(
                                                "robutler.yaml:14: 'key-rotation' must be from 1h to 400d"),
                        p ->
                                assertThat(p)
                                        .startsWith(
                                                "robutler.yaml:15: unknown setting 'isuers'; did you mean 'issuers'?"),
                        p -> assertThat(p).startsWith("robutler.yaml:17: 'fee-percent' must be"),
                        p ->
                                assertThat(p)
                                        .startsWith(
                                                "robutler.yaml:18: 'hold-lifetime' must be from 1s to 1d"),
                        p -> assertThat(p).startsWith("robutler.yaml:19: unknown setting 'week'"),
                        p ->
                                assertThat(p)
                                        .startsWith(
                                                "robutler.yaml:20: unknown setting 'alow'; did you mean 'allow'?"),
                        p ->
                                assertThat(p)
                                        .startsWith(
                                                "robutler.yaml:21: unknown setting 'paiments'; did you mean 'payments'?"));
    }

    @Test
    void aWrongOptionOrVariableIsNamed() {
        var config =
                Config.read(
                        Map.of("--port", "x"),
                        new Environment(Map.of("ROBUTLER_SERVER_URL_PREFIX", "a b")),
                        findings);
        config.value(Option.PORT);
        config.value(Option.URL_PREFIX);
        assertThat(findings.problems())
                .extracting(Problem::toString)
                .containsExactly(
                        "--port: must be a port from 0 to 65535, not 'x'",
                        "ROBUTLER_SERVER_URL_PREFIX: must be a path such as /agents-of-mine");
    }

    @Test
    void aConfigFileThatIsNamedMustBeThere() {
        Config.read(Map.of("--config", "none.yaml"), new Environment(Map.of()), findings);
        assertThat(findings.problems()).extracting(Problem::place).containsExactly("none.yaml");
    }

    @Test
    void otherMachinesAreLetInOnlyOnPurpose() {
        assertThat(problems("server: { host: 0.0.0.0 }"))
                .singleElement()
                .asString()
                .startsWith("robutler.yaml:1: other machines could call 0.0.0.0");
    }

    @Test
    void otherMachinesAreLetInOnPurpose() {
        assertThat(problems("server: { host: 0.0.0.0 }", Map.of("--insecure-no-auth", "true")))
                .isEmpty();
    }

    @Test
    void otherMachinesAreLetInWhereAuthIsConfigured() {
        assertThat(problems("server: { host: 0.0.0.0 }\nauth: { mode: required }")).isEmpty();
    }

    @Test
    void whoSaysOpenMeansIt() {
        assertThat(problems("server: { host: '::' }\nauth: { mode: open }")).isEmpty();
    }

    @Test
    void anEmptySectionConfiguresNothing() {
        assertThat(problems("server: { host: 0.0.0.0 }\nauth: {}")).hasSize(1);
    }

    @Test
    void aRemotePlatformNeedsAddressAndKey() {
        assertThat(problems("platform: { url: 'https://platform.example.com' }"))
                .singleElement()
                .asString()
                .contains("'api-key' is missing");
    }

    @Test
    void theKeyOfARemotePlatformIsNotShown() {
        assertThat(problems("platform: { url: nowhere, api-key: rk_abc_defghijk }"))
                .singleElement()
                .asString()
                .startsWith("robutler.yaml:1: 'url' must be like")
                .doesNotContain("defghijk");
    }

    @Test
    void aSecretIsNotShown() {
        assertThat(problems("server: { model: sk-abcdef123456 }"))
                .singleElement()
                .asString()
                .doesNotContain("abcdef");
    }

    @Test
    void theCatalogsFileIsForAllProviders() throws IOException {
        Path prices = Files.writeString(folder.resolve("prices.yaml"), "a/b: { window: 5 }");
        Config config = config("catalog: " + prices, Map.of(), Map.of());
        config.catalog();
        assertThat(Catalog.of(config.providers().section("openai")).find("a", "b")).isPresent();
        config.finish();
        assertThat(findings.problems()).isEmpty();
    }

    @Test
    void whatIsWrongInTheCatalogsFileIsToldWithItsLine() throws IOException {
        Path prices =
                Files.writeString(
                        folder.resolve("prices.yaml"), "a/b: { window: 5 }\na/c: { widow: 5 }\n");
        Config config = config("", Map.of(), Map.of(Catalog.VARIABLE, prices.toString()));
        config.catalog();
        assertThat(findings.problems())
                .singleElement()
                .asString()
                .endsWith(
                        "prices.yaml:2: 'a/c' has an unknown field 'widow'; did you mean"
                                + " 'window'?");
    }
}
