package ai.robutler.models;

import static ai.robutler.models.OpenAi.soon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.robutler.core.ChatRequest;
import ai.robutler.core.ModelProvider;
import ai.robutler.core.ProviderException;
import ai.robutler.core.Settings;
import ai.robutler.testkit.ScriptedProvider;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

final class ProxyTest {
    private static final URI TARGET = URI.create("https://api.example.com/v1");

    private static Optional<Proxy> proxy(String json, Map<String, String> environment) {
        return Proxy.of(OpenAi.settings(json, environment), TARGET, true);
    }

    private static ModelProvider provider(String json, Map<String, String> environment) {
        return OpenAi.create(OpenAi.settings(json, environment));
    }

    @Test
    void thereIsNoneUnlessSomebodySaysSo() {
        assertThat(proxy("{}", Map.of())).isEmpty();
        assertThat(proxy("{}", Map.of("HTTPS_PROXY", " "))).isEmpty();
    }

    @Test
    void theVariableIsThatOfTheTargetsScheme() {
        var both = Map.of("HTTPS_PROXY", "http://tls:3128", "HTTP_PROXY", "http://plain:3128");
        assertThat(proxy("{}", both)).contains(new Proxy("tls", 3128, "", ""));
        var plain = Proxy.of(OpenAi.settings("{}", both), URI.create("http://a.example"), true);
        assertThat(plain).contains(new Proxy("plain", 3128, "", ""));
        assertThat(proxy("{}", Map.of("HTTP_PROXY", "http://plain:3128"))).isEmpty();
    }

    @Test
    void variablesInLowerCaseWin() {
        var both = Map.of("HTTPS_PROXY", "http://upper", "https_proxy", "http://lower");
        assertThat(proxy("{}", both)).contains(new Proxy("lower", 80, "", ""));
    }

    @Test
    void theSettingWinsOverTheEnvironmentAndItsExceptions() {
        var environment = Map.of("HTTPS_PROXY", "http://other:1", "NO_PROXY", "*");
        assertThat(proxy("{\"proxy\":\"http://mine:2\"}", environment))
                .contains(new Proxy("mine", 2, "", ""));
        assertThat(proxy("{\"proxy\":\"none\"}", Map.of("HTTPS_PROXY", "http://other:1")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "proxy:3128, proxy, 3128, '', ''",
        "http://proxy/, proxy, 80, '', ''",
        "HTTP://10.0.0.1:8080, 10.0.0.1, 8080, '', ''",
        "http://me@proxy, proxy, 80, me, ''",
        "http://me:p%40ss+w%3Ard@proxy:1, proxy, 1, me, p@ss+w:rd",
    })
    void isReadFromItsAddress(String text, String host, int port, String user, String password) {
        assertThat(Proxy.parse(text)).contains(new Proxy(host, port, user, password));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "socks5://me:s3cret@proxy",
                "https://me:s3cret@proxy",
                "http://me:s3cret@proxy/path",
                "http://me:s3cret@",
                "http://me:s3cret@a b",
                "http://me:s3#cret@proxy"
            })
    void whatIsNoProxyIsAProblemThatKeepsItsPassword(String text) {
        Settings settings = OpenAi.settings("{\"proxy\":\"" + text + "\"}", Map.of());
        assertThat(Proxy.of(settings, TARGET, true)).isEmpty();
        assertThat(settings.problems())
                .singleElement()
                .asString()
                .contains("/proxy", "must be the address of an HTTP proxy")
                .doesNotContain("s3");
        Settings environment = OpenAi.settings("{}", Map.of("HTTPS_PROXY", text));
        assertThat(Proxy.of(environment, TARGET, true)).isEmpty();
        assertThat(environment.problems())
                .singleElement()
                .asString()
                .contains("comes from HTTPS_PROXY")
                .doesNotContain("s3");
    }

    @Test
    void whatTheEnvironmentSaysIsNoProblemOfAProviderThatIsNotUsed() {
        Settings settings = OpenAi.settings("{}", Map.of("HTTPS_PROXY", "socks5://proxy"));
        assertThat(Proxy.of(settings, TARGET, false)).isEmpty();
        assertThat(settings.problems()).isEmpty();
    }

    @Test
    void isNotShownWithItsPassword() {
        assertThat(new Proxy("proxy", 1, "me", "s3cret")).hasToString("Proxy[proxy:1]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*                      | https://api.example.com",
                "example.com            | https://api.example.com",
                ".example.com           | https://api.example.com",
                "*.example.com          | https://api.example.com",
                "a.test, API.Example.com| https://api.example.com",
                "a.test api.example.com | https://api.example.com",
                "api.example.com:443    | https://api.example.com",
                "api.example.com:8443   | https://api.example.com:8443",
                "api.example.com:80     | http://api.example.com",
                "10.1.2.3               | http://10.1.2.3:8080",
                "10.0.0.0/8             | http://10.1.2.3",
                "10.1.2.0/30            | http://10.1.2.3",
                "fd00::/8               | http://[fd00::1]",
                "[fd00::1]:80           | http://[fd00::1]",
                "fd00::1                | http://[fd00:0::1]",
                "''                     | http://localhost:11434",
                "''                     | http://127.0.0.9",
                "''                     | http://[::1]:8000",
            })
    void someHostsAreReachedDirectly(String list, String target) {
        assertThat(DirectHosts.of(list).has(URI.create(target))).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                     | https://api.example.com",
                "ample.com              | https://api.example.com",
                "api.example.com.evil   | https://api.example.com",
                "api.example.com:80     | https://api.example.com",
                "10.0.0.0/8             | http://11.1.2.3",
                "10.1.2.0/31            | http://10.1.2.3",
                "10.0.0.0/33            | http://10.0.0.0",
                "10.0.0.0/x             | http://10.0.0.0",
                "::/0                   | http://10.0.0.0",
                "10.0.0.0/8             | https://api.example.com",
            })
    void theOthersAreNot(String list, String target) {
        assertThat(DirectHosts.of(list).has(URI.create(target))).isFalse();
    }

    @Test
    void aPlainCallIsPassedOnByName() throws IOException {
        try (var server = ScriptedProvider.start();
                var proxy = TinyProxy.to(server.port())) {
            server.answer("hello");
            server.answer("again");
            var environment = Map.of("HTTP_PROXY", proxy.url("me:s3%20cret@"));
            try (var provider =
                    provider(
                            "{\"api-key\":\"k\",\"base-url\":\"http://llm.invalid/v1\"}",
                            environment)) {
                var model = provider.model("gpt-test");
                assertThat(model.complete(ChatRequest.of("Hi"), soon()).text()).isEqualTo("hello");
                assertThat(OpenAi.all(model.stream(ChatRequest.of("Hi"), soon()))).isNotEmpty();
            }
            assertThat(proxy.heads()).hasSize(2);
            assertThat(proxy.heads())
                    .allSatisfy(
                            head -> {
                                assertThat(head)
                                        .startsWith(
                                                "POST http://llm.invalid/v1/chat/completions"
                                                        + " HTTP/1.1\r\n");
                                assertThat(TinyProxy.header(head, "host")).isEqualTo("llm.invalid");
                                assertThat(TinyProxy.header(head, "proxy-authorization"))
                                        .isEqualTo("Basic " + base64("me:s3 cret"));
                            });
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void whatIsExceptedIsCalledDirectly() throws IOException {
        try (var server = ScriptedProvider.start();
                var proxy = TinyProxy.refusing("HTTP/1.1 403 Forbidden")) {
            server.answer("hello");
            var environment = Map.of("HTTP_PROXY", proxy.url(""));
            String json = "{\"api-key\":\"k\",\"base-url\":\"" + server.baseUrl() + "\"}";
            try (var provider = provider(json, environment)) {
                var answer = provider.model("m").complete(ChatRequest.of("Hi"), soon());
                assertThat(answer.text()).isEqualTo("hello");
            }
            assertThat(proxy.heads()).isEmpty();
        }
    }

    @Test
    void aTunnelThatIsRefusedIsAProviderThatCannotBeReached() throws IOException {
        try (var proxy = TinyProxy.refusing("HTTP/1.1 407 Proxy Authentication Required")) {
            String json =
                    "{\"api-key\":\"k\",\"attempts\":1,\"base-url\":\"https://llm.invalid/v1\","
                            + "\"proxy\":\"%s\"}".formatted(proxy.url("me:s3cret@"));
            try (var provider = provider(json, Map.of())) {
                assertThatThrownBy(() -> provider.model("m").complete(ChatRequest.of("Hi"), soon()))
                        .isInstanceOf(ProviderException.Transient.class)
                        .hasMessageContaining("could not be reached")
                        .satisfies(
                                failure ->
                                        assertThat(failure)
                                                .rootCause()
                                                .asString()
                                                .contains("407")
                                                .doesNotContain("s3cret", base64("me:s3cret")));
            }
            assertThat(proxy.heads())
                    .singleElement()
                    .asString()
                    .startsWith("CONNECT llm.invalid:443 HTTP/1.1\r\n");
        }
    }

    @Test
    void aProxyThatIsNotThereIsAProviderThatCannotBeReached() throws IOException {
        var proxy = TinyProxy.to(0);
        proxy.close();
        String json =
                "{\"api-key\":\"k\",\"attempts\":1,\"base-url\":\"https://llm.invalid/v1\","
                        + "\"proxy\":\"%s\"}".formatted(proxy.url(""));
        try (var provider = provider(json, Map.of())) {
            assertThatThrownBy(() -> provider.model("m").complete(ChatRequest.of("Hi"), soon()))
                    .isInstanceOf(ProviderException.Transient.class)
                    .hasMessageContaining("could not be reached");
        }
    }
}
