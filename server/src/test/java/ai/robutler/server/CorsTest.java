package ai.robutler.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

import java.net.http.HttpRequest;

class CorsTest {
    private static final String APP = "https://app.example.com";

    private static void with(String[] origins, java.util.function.Consumer<Http> test) {
        try (var server =
                        RobutlerServer.builder()
                                .agent(Scripted.agent("echo", new Scripted.Echo()))
                                .corsOrigins(origins)
                                .port(0)
                                .build()
                                .start();
                var http = Http.of(server)) {
            test.accept(http);
        }
    }

    private static Http.Answer from(Http http, String origin) {
        return http.send(http.request("/agents").header("Origin", origin));
    }

    private static Http.Answer preflight(Http http, String origin) {
        return http.send(
                http.request("/echo/chat/completions")
                        .header("Origin", origin)
                        .header("Access-Control-Request-Method", "POST")
                        .header("Access-Control-Request-Headers", "authorization, x-stainless-os")
                        .method("OPTIONS", HttpRequest.BodyPublishers.noBody()));
    }

    @Test
    void isOffByDefault() {
        with(
                new String[0],
                http -> {
                    assertThat(from(http, APP).response().headers().map().keySet())
                            .noneMatch(name -> name.startsWith("access-control"));
                    assertThat(preflight(http, APP).response().headers().map().keySet())
                            .noneMatch(name -> name.startsWith("access-control"));
                });
    }

    @Test
    void admitsExactOriginsOnly() {
        with(
                new String[] {APP},
                http -> {
                    var mine = from(http, APP);
                    assertThat(mine.header("Access-Control-Allow-Origin")).isEqualTo(APP);
                    assertThat(mine.header("Access-Control-Allow-Credentials")).isEqualTo("true");
                    assertThat(mine.header("Vary")).contains("Origin");
                    for (String other :
                            new String[] {
                                "https://evil.com",
                                APP + ".evil.com",
                                "null",
                                "http://app.example.com"
                            }) {
                        var theirs = from(http, other);
                        assertThat(theirs.header("Access-Control-Allow-Origin")).isEmpty();
                        assertThat(theirs.header("Vary")).contains("Origin");
                    }
                });
    }

    @Test
    void cachesAreToldOfAllThatMatters() {
        with(
                new String[] {APP},
                http -> assertThat(http.get("/").header("Vary")).contains("Origin", "Accept"));
    }

    @Test
    void starGoesWithoutCredentials() {
        with(
                new String[] {"*"},
                http -> {
                    var any = from(http, "https://anywhere.com");
                    assertThat(any.header("Access-Control-Allow-Origin")).isEqualTo("*");
                    assertThat(any.header("Access-Control-Allow-Credentials")).isEmpty();
                });
    }

    @Test
    void answersPreflights() {
        with(
                new String[] {APP},
                http -> {
                    var answer = preflight(http, APP);
                    assertThat(answer.status()).isEqualTo(204);
                    assertThat(answer.header("Access-Control-Allow-Methods")).contains("POST");
                    assertThat(answer.header("Access-Control-Allow-Headers"))
                            .isEqualTo("authorization, x-stainless-os");
                    assertThat(
                                    preflight(http, "https://evil.com")
                                            .header("Access-Control-Allow-Methods"))
                            .isEmpty();
                });
    }

    @Test
    void pagesMaySendCredentialsPaymentsAndKeys() {
        String names =
                "authorization, x-api-key, x-payment-token, payment-signature, x-provider-key,"
                        + " x-owner-assertion, idempotency-key, x-request-id, x-session-id";
        with(
                new String[] {APP},
                http -> {
                    var answer =
                            http.send(
                                    http.request("/echo/chat/completions")
                                            .header("Origin", APP)
                                            .header("Access-Control-Request-Method", "POST")
                                            .header("Access-Control-Request-Headers", names)
                                            .method(
                                                    "OPTIONS",
                                                    HttpRequest.BodyPublishers.noBody()));
                    assertThat(answer.header("Access-Control-Allow-Headers")).isEqualTo(names);
                });
    }

    @Test
    void pagesMayReadWhatTheyNeedToPayAndToAskForHelp() {
        with(
                new String[] {APP},
                http ->
                        assertThat(
                                        from(http, APP)
                                                .header("Access-Control-Expose-Headers")
                                                .split(", "))
                                .contains(
                                        "X-Request-ID",
                                        "Retry-After",
                                        "WWW-Authenticate",
                                        "PAYMENT-REQUIRED",
                                        "PAYMENT-RESPONSE",
                                        "Idempotent-Replayed"));
    }

    @Test
    void errorsCanBeReadToo() {
        with(
                new String[] {APP},
                http -> {
                    var missing = http.send(http.request("/nobody").header("Origin", APP));
                    assertThat(missing.status()).isEqualTo(404);
                    assertThat(missing.header("Access-Control-Allow-Origin")).isEqualTo(APP);
                });
    }

    @Test
    void originsAreChecked() {
        for (String wrong :
                new String[] {"app.example.com", "https://app.example.com/", "https://*.x"}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> RobutlerServer.builder().corsOrigins(wrong))
                    .withMessageContaining(wrong);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RobutlerServer.builder().corsOrigins("*", APP));
    }
}
