package ai.robutler.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** The connection goes to a checked address, the certificate must be that of the name. */
class TlsTest {
    private static final String PASSWORD = "changeit";
    private static final OutboundSettings LOCAL =
            new OutboundSettings(AddressPolicy.publicOnly().allowing("127.0.0.1"), 10);

    @TempDir static Path folder;

    private final List<String> names = new CopyOnWriteArrayList<>();
    private RawServer server = RawServer.answering("");

    @BeforeAll
    static void makeCertificate() throws Exception {
        String command =
                Path.of(System.getProperty("java.home"), "bin", "keytool")
                        + " -genkeypair -alias a -keyalg EC -dname CN=agent.example.com"
                        + " -ext san=dns:agent.example.com -storetype PKCS12 -storepass "
                        + PASSWORD
                        + " -keystore "
                        + store();
        Process keytool = new ProcessBuilder(command.split(" ")).inheritIO().start();
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(keytool.exitValue()).isZero();
    }

    private static Path store() {
        return folder.resolve("server.p12");
    }

    @BeforeEach
    void start() throws Exception {
        server.close();
        KeyStore keys = keys();
        var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        server =
                new RawServer(
                        context.getServerSocketFactory()
                                .createServerSocket(0, 50, InetAddress.getLoopbackAddress()),
                        this::answer);
    }

    private void answer(String request, Socket socket) throws java.io.IOException {
        var session = (ExtendedSSLSession) ((SSLSocket) socket).getSession();
        session.getRequestedServerNames()
                .forEach(name -> names.add(new String(name.getEncoded(), US_ASCII)));
        socket.getOutputStream()
                .write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(US_ASCII));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private OutboundResponse call(OutboundClient client, String host) {
        return client.call(OutboundRequest.get("https://" + host + ":" + server.port() + "/"));
    }

    private static KeyStore keys() throws Exception {
        var keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store())) {
            keys.load(in, PASSWORD.toCharArray());
        }
        return keys;
    }

    private static OutboundClient trusting() throws Exception {
        return OutboundClient.trusting(keys(), LOCAL, Resolvers.to("127.0.0.1"));
    }

    @Test
    void thePinnedAddressIsCalledUnderItsName() throws Exception {
        try (var client = trusting()) {
            assertThat(call(client, "agent.example.com").text()).isEqualTo("ok");
        }
        assertThat(names).containsExactly("agent.example.com");
        assertThat(server.requests().getFirst())
                .containsIgnoringCase("host: agent.example.com:" + server.port() + "\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"other.example.com", "example.com", "127.0.0.1"})
    void aCertificateOfAnotherNameIsRefused(String host) throws Exception {
        try (var client = trusting()) {
            assertThatThrownBy(() -> call(client, host))
                    .isInstanceOf(OutboundException.Unreachable.class)
                    .hasMessageContaining("over TLS");
        }
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void aCertificateOfAnUnknownIssuerIsRefused() {
        try (var client = OutboundClient.open(LOCAL, Resolvers.to("127.0.0.1"))) {
            assertThatThrownBy(() -> call(client, "agent.example.com"))
                    .isInstanceOf(OutboundException.Unreachable.class)
                    .hasMessageContaining("over TLS");
        }
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void plainHttpWhereTlsIsExpectedIsUnreachable() throws Exception {
        try (var plain = RawServer.answering("HTTP/1.1 200 OK\r\n\r\n");
                var client = trusting()) {
            assertThatThrownBy(
                            () ->
                                    client.call(
                                            OutboundRequest.get(
                                                    "https://agent.example.com:"
                                                            + plain.port()
                                                            + "/")))
                    .isInstanceOf(OutboundException.class);
            assertThat(plain.requests()).isEmpty();
        }
    }
}
