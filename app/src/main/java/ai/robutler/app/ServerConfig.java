package ai.robutler.app;

import ai.robutler.core.Settings;
import ai.robutler.server.RobutlerServer;
import ai.robutler.server.ServerBuilder;
import ai.robutler.server.Tls;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The section {@code server} of the configuration.
 *
 * @param builder has all of it, except for the agents
 * @param insecure whether the operator wants to be reached without authentication
 */
record ServerConfig(
        ServerBuilder builder, Value<String> host, Value<Integer> port, Value<Boolean> insecure) {

    static ServerConfig of(Config config, Findings findings) {
        ServerBuilder builder = RobutlerServer.builder();
        Value<String> host = config.value(Option.HOST);
        Value<Integer> port = config.value(Option.PORT);
        builder.host(host.value()).port(port.value());
        Value<String> prefix = config.value(Option.URL_PREFIX);
        accept(prefix, builder::urlPrefix, findings);
        Settings server = config.server();
        publicUrl(server, builder);
        cors(server.section("cors"), builder);
        limits(server.section("limits"), builder);
        tls(server).ifPresent(builder::tls);
        return new ServerConfig(builder, host, port, config.value(Option.INSECURE_NO_AUTH));
    }

    private static void accept(Value<String> value, Consumer<String> use, Findings findings) {
        try {
            use.accept(value.value());
        } catch (IllegalArgumentException e) {
            findings.problem(value.problem(String.valueOf(e.getMessage())));
        }
    }

    private static void publicUrl(Settings server, ServerBuilder builder) {
        String url = server.text("public-url", "");
        if (!url.isEmpty()) {
            accept(server, "public-url", () -> builder.publicUrl(url));
        }
    }

    private static void cors(Settings cors, ServerBuilder builder) {
        var origins = cors.texts("origins");
        accept(cors, "origins", () -> builder.corsOrigins(origins.toArray(String[]::new)));
    }

    private static void accept(Settings settings, String key, Runnable use) {
        try {
            use.run();
        } catch (IllegalArgumentException e) {
            settings.problem(key, "is wrong: " + e.getMessage());
        }
    }

    private static void limits(Settings limits, ServerBuilder builder) {
        builder.maxBodyBytes(limits.integer("body-bytes", 10 << 20, 1_024, 1 << 30))
                .maxHeaderBytes(limits.integer("header-bytes", 16 << 10, 1_024, 1 << 20))
                .maxConcurrentRuns(limits.integer("runs", 10_000, 1, 1_000_000));
        time(limits, "slow-reader", 30, builder::slowReaderTimeout);
        time(limits, "slow-sender", 30, builder::slowSenderTimeout);
        time(limits, "idle", 75, builder::idleTimeout);
        time(limits, "heartbeat", 15, builder::heartbeat);
        time(limits, "drain", 30, builder::drainTimeout);
    }

    private static void time(
            Settings limits, String key, int standardSeconds, Consumer<Duration> use) {
        Duration time = limits.duration(key, Duration.ofSeconds(standardSeconds));
        accept(limits, key, () -> use.accept(time));
    }

    private static Optional<Tls> tls(Settings server) {
        boolean wanted = server.keys().contains("tls");
        Settings tls = server.section("tls");
        String certificate = tls.text("certificate", "");
        String key = tls.text("key", "");
        String bundle = tls.text("pkcs12", "");
        String password = tls.text("password", "");
        if (!wanted) {
            return Optional.empty();
        }
        if (!bundle.isEmpty() && certificate.isEmpty() && key.isEmpty()) {
            return Optional.of(new Tls.Pkcs12(file(tls, "pkcs12", bundle), password));
        }
        if (!bundle.isEmpty() || certificate.isEmpty() || key.isEmpty()) {
            server.problem("tls", "needs certificate and key (PEM files), or pkcs12 and password");
            return Optional.empty();
        }
        return Optional.of(
                new Tls.Pem(file(tls, "certificate", certificate), file(tls, "key", key)));
    }

    private static Path file(Settings tls, String key, String name) {
        Path file = Path.of(name);
        if (!Files.isReadable(file)) {
            tls.problem(key, "names a file that cannot be read: " + name);
        }
        return file;
    }

    /**
     * Refuses to be reached from elsewhere while nothing checks who calls.
     *
     * @param checked whether the configuration says how callers are known
     */
    void requireSafe(boolean checked, Findings findings) {
        try {
            if (!checked
                    && !insecure.value()
                    && !InetAddress.getByName(host.value()).isLoopbackAddress()) {
                findings.problem(
                        host.problem(
                                "other machines could call "
                                        + host.value()
                                        + ", and nothing would check who they are: configure"
                                        + " auth (auth: { mode: required } in robutler.yaml), keep"
                                        + " to 127.0.0.1, or say --insecure-no-auth"));
            }
        } catch (UnknownHostException e) {
            findings.problem(host.problem("no address is known for '" + host.value() + "'"));
        }
    }
}
