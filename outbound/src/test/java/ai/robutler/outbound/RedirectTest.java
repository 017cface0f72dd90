package ai.robutler.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.Socket;
import java.util.concurrent.atomic.AtomicReference;

class RedirectTest {
    private static final OutboundSettings LOCAL =
            new OutboundSettings(AddressPolicy.publicOnly().allowing("127.0.0.1"), 10);

    private final AtomicReference<String> redirect = new AtomicReference<>("");
    private final RawServer first = new RawServer(this::redirecting);
    private final RawServer second =
            RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nthere");
    private final OutboundClient client = OutboundClient.open(LOCAL, Resolvers.to("127.0.0.1"));

    @AfterEach
    void stop() {
        client.close();
        first.close();
        second.close();
    }

    /** Whatever is asked for below /here is answered, all else redirected. */
    private void redirecting(String request, Socket socket) throws java.io.IOException {
        String answer =
                request.split(" ", -1)[1].startsWith("/here")
                        ? "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhere"
                        : "HTTP/1.1 " + redirect.get() + "\r\nContent-Length: 3\r\n\r\nxyz";
        socket.getOutputStream().write(answer.getBytes(UTF_8));
    }

    private void redirects(int status, String location) {
        redirect.set(status + " Elsewhere\r\nLocation: " + location);
    }

    private OutboundRequest get() {
        return OutboundRequest.get(first.url("/a/b?c"));
    }

    @Test
    void aRedirectIsAnAnswerLikeAnyOther() {
        redirects(302, second.url("/"));
        OutboundResponse answer = client.call(get());
        assertThat(answer.status()).isEqualTo(302);
        assertThat(answer.header("Location")).contains(second.url("/"));
        assertThat(second.requests()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "/here, /here",
        "here, ",
        "../here?x=1#there, /here?x=1",
        "/here/%20#a b, /here/%20",
    })
    void aRelativeOneIsFollowedIfAskedTo(String location, String path) {
        redirects(301, location);
        if (path == null) {
            assertThatThrownBy(() -> client.call(get().following(1)))
                    .isInstanceOf(OutboundException.BadAnswer.class)
                    .hasMessageContaining("one redirect too many");
            return;
        }
        OutboundResponse answer = client.call(get().header("Authorization", "s").following(1));
        assertThat(answer.text()).isEqualTo("here");
        assertThat(answer.url()).isEqualTo(first.url(path));
        assertThat(first.requests().getLast()).containsIgnoringCase("authorization: s");
    }

    @ParameterizedTest
    @CsvSource({
        "http://169.254.169.254/latest/meta-data/, METADATA",
        "http://[fd00:ec2::254]/, METADATA",
        "//10.0.0.1/, PRIVATE",
        "http://localhost/, INTERNAL_NAME",
        "http://2130706433/, NUMERIC_HOST",
        "http://user@example.com/, CREDENTIALS",
        "file:///etc/passwd, SCHEME",
        "http:///x, HOST",
    })
    void aRedirectInsideIsRefused(String location, Reason reason) {
        redirects(302, location);
        assertThatThrownBy(() -> client.call(get().following(5)))
                .isInstanceOfSatisfying(
                        OutboundException.Refused.class,
                        e -> {
                            assertThat(e.reason()).isEqualTo(reason);
                            assertThat(e.safeMessage()).startsWith("the call was redirected, but ");
                            assertThat(e.safeMessage()).doesNotContain("169.254");
                            assertThat(e.mayHaveArrived()).isTrue();
                        });
        assertThat(first.requests()).hasSize(1);
    }

    @Test
    void aRedirectToANameThatLeadsInsideIsRefused() {
        var resolver = new Resolvers.Rebinding("127.0.0.1", "10.0.0.1");
        redirects(302, "http://agent.example.com:" + first.port() + "/here");
        try (var rebound = OutboundClient.open(LOCAL, resolver)) {
            OutboundRequest request =
                    OutboundRequest.get("http://agent.example.com:" + first.port() + "/");
            assertThatThrownBy(() -> rebound.call(request.following(1)))
                    .isInstanceOf(OutboundException.Refused.class);
        }
        assertThat(resolver.asked()).isEqualTo(2);
        assertThat(first.requests()).hasSize(1);
    }

    @Test
    void secretsDoNotGoAlongToAnotherOrigin() {
        redirects(307, second.url("/"));
        OutboundResponse answer =
                client.call(
                        get().header("Authorization", "Bearer secret")
                                .header("Cookie", "secret")
                                .header("X-API-Key", "secret")
                                .header("X-Payment-Token", "secret")
                                .header("PAYMENT-SIGNATURE", "secret")
                                .header("X-Owner-Assertion", "secret")
                                .header("X-Custom", "secret")
                                .header("Accept", "text/plain")
                                .following(1));
        assertThat(answer.url()).isEqualTo(second.url("/"));
        assertThat(first.requests().getFirst()).contains("Bearer secret");
        assertThat(second.requests().getFirst())
                .doesNotContain("secret")
                .containsIgnoringCase("accept: text/plain");
    }

    /** Another name of the same server is another origin. */
    @Test
    void secretsThatWereDroppedDoNotComeBack() {
        redirect.set("302 Elsewhere\r\nLocation: http://a.example.com:" + first.port() + "/x");
        redirects(302, "http://a.example.com:" + first.port() + "/here");
        client.call(get().header("Authorization", "secret").following(1));
        assertThat(first.requests().getLast())
                .containsIgnoringCase("host: a.example.com")
                .doesNotContain("secret");
    }

    @Test
    void aBodyDoesNotGoAlongToAnotherOrigin() {
        redirects(307, second.url("/"));
        OutboundRequest post =
                OutboundRequest.post(first.url("/"), "text/plain", "secret".getBytes(UTF_8));
        assertThatThrownBy(() -> client.call(post.following(1)))
                .isInstanceOf(OutboundException.BadAnswer.class)
                .hasMessageContaining("another origin");
        assertThat(second.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303})
    void aPostBecomesAGet(int status) {
        redirects(status, "/here");
        client.call(
                OutboundRequest.post(first.url("/"), "text/plain", "hi".getBytes(UTF_8))
                        .following(1));
        assertThat(first.requests().getLast())
                .startsWith("GET /here ")
                .endsWith("\r\n\r\n")
                .doesNotContainIgnoringCase("content-");
    }

    @ParameterizedTest
    @ValueSource(ints = {307, 308})
    void aPostStaysAPostAtTheSameOrigin(int status) {
        redirects(status, "/here");
        client.call(
                OutboundRequest.post(first.url("/"), "text/plain", "hi".getBytes(UTF_8))
                        .following(1));
        assertThat(first.requests().getLast()).startsWith("POST /here ").endsWith("\r\n\r\nhi");
    }

    @Test
    void aCircleEnds() {
        redirects(302, "/again");
        assertThatThrownBy(() -> client.call(get().following(3)))
                .isInstanceOf(OutboundException.BadAnswer.class)
                .hasMessageContaining("one redirect too many");
        assertThat(first.requests()).hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ht tp://x/", "%zz", "http://exa mple.com/"})
    void aRedirectToNothingIsAFailure(String location) {
        redirects(302, location);
        assertThatThrownBy(() -> client.call(get().following(1)))
                .isInstanceOf(OutboundException.class);
        assertThat(first.requests()).hasSize(1);
    }

    @Test
    void fromHttpsToHttpNoneLeads() throws Exception {
        var from = new Target(true, "example.com", 443, "/");
        var to = new Target(false, "example.com", 443, "/");
        assertThatThrownBy(() -> Redirect.next(get().following(1), 302, from, to))
                .isInstanceOf(OutboundException.BadAnswer.class)
                .hasMessageContaining("from https to http");
    }
}
