package ai.robutler.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** HTTP/1.1 and HTTP/2, in the clear and over TLS. */
class ProtocolsTest {
    private static final String PASSWORD = "for-tests-only";

    private static ServerBuilder builder() {
        return RobutlerServer.builder().agent(Scripted.agent("echo", new Scripted.Echo())).port(0);
    }

    private static HttpResponse<String> chat(HttpClient client, String url, String body)
            throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create(url + "/echo/chat/completions"))
                        .timeout(Duration.ofSeconds(20))
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static void converse(HttpClient client, RobutlerServer server, Version version)
            throws Exception {
        for (int i = 0; i < 3; i++) {
            var whole = chat(client, server.url(), Http.HELLO);
            assertThat(whole.statusCode()).isEqualTo(200);
            assertThat(whole.version()).isEqualTo(version);
            assertThat(whole.body()).contains("echo: hello");
            var stream = chat(client, server.url(), Http.HELLO_STREAM);
            assertThat(stream.version()).isEqualTo(version);
            assertThat(stream.body()).endsWith("data: [DONE]\n\n");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Version.class,
            names = {"HTTP_1_1", "HTTP_2"})
    void inTheClear(Version version) throws Exception {
        try (var server = builder().build().start();
                var client = HttpClient.newBuilder().version(version).build()) {
            converse(client, server, version);
        }
    }

    @Test
    void http2WithPriorKnowledge() throws IOException {
        try (var server = builder().build().start();
                var raw = new Raw(server)) {
            // The preface and an empty SETTINGS frame; the server answers with its own.
            raw.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0");
            String frame = raw.readBytes(9);
            assertThat(frame.charAt(3)).as("the type of the first frame").isEqualTo('\4');
        }
    }

    @Test
    void largeBodiesOverHttp2() throws Exception {
        try (var server = builder().build().start();
                var client = HttpClient.newBuilder().version(Version.HTTP_2).build()) {
            String text = "x".repeat(2_000_000);
            var answer = chat(client, server.url(), Http.HELLO.replace("hello", text));
            assertThat(answer.body()).contains(text);
            var tooLarge = chat(client, server.url(), "x".repeat(11 << 20));
            assertThat(tooLarge.statusCode()).isEqualTo(413);
            assertThat(chat(client, server.url(), Http.HELLO).statusCode()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Version.class,
            names = {"HTTP_1_1", "HTTP_2"})
    void overTlsFromAPkcs12File(Version version, @TempDir Path folder) throws Exception {
        Path store = keyStore(folder);
        try (var server = builder().tls(new Tls.Pkcs12(store, PASSWORD)).build().start();
                var client = trusting(store, version)) {
            assertThat(server.url()).startsWith("https://");
            converse(client, server, version);
        }
    }

    @Test
    void overTlsFromPemFiles(@TempDir Path folder) throws Exception {
        Path store = keyStore(folder);
        KeyStore keys = load(store);
        Path certificate = folder.resolve("cert.pem");
        Path key = folder.resolve("key.pem");
        write(certificate, "CERTIFICATE", keys.getCertificate("server").getEncoded());
        var secret = (PrivateKey) keys.getKey("server", PASSWORD.toCharArray());
        write(key, "PRIVATE KEY", secret.getEncoded());
        try (var server = builder().tls(new Tls.Pem(certificate, key)).build().start();
                var client = trusting(store, Version.HTTP_2)) {
            converse(client, server, Version.HTTP_2);
        }
    }

    @Test
    void aMissingCertificateIsNamed(@TempDir Path folder) {
        Path nowhere = folder.resolve("cert.pem");
        var server = builder().tls(new Tls.Pem(nowhere, nowhere)).build();
        assertThatThrownBy(server::start)
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(nowhere.toString());
    }

    @Test
    void aWrongPasswordStopsTheStart(@TempDir Path folder) throws Exception {
        var server = builder().tls(new Tls.Pkcs12(keyStore(folder), "wrong")).build();
        assertThatThrownBy(server::start).isInstanceOf(UncheckedIOException.class);
    }

    private static Path keyStore(Path folder) throws Exception {
        Path store = folder.resolve("server.p12");
        String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        Process process =
                new ProcessBuilder(
                                keytool,
                                "-genkeypair",
                                "-alias",
                                "server",
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=localhost",
                                "-ext",
                                "san=ip:127.0.0.1",
                                "-storetype",
                                "PKCS12",
                                "-storepass",
                                PASSWORD,
                                "-keystore",
                                store.toString())
                        .redirectErrorStream(true)
                        .start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as(
                        new String(
                                process.getInputStream().readAllBytes(),
                                java.nio.charset.StandardCharsets.UTF_8))
                .isZero();
        return store;
    }

    private static KeyStore load(Path store) throws Exception {
        var keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        return keys;
    }

    private static HttpClient trusting(Path store, Version version) throws Exception {
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", load(store).getCertificate("server"));
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        var context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return HttpClient.newBuilder().version(version).sslContext(context).build();
    }

    private static void write(Path file, String type, byte[] der) throws IOException {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        Files.writeString(
                file, "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n");
    }
}
