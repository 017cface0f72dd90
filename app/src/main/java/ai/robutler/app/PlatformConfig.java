package ai.robutler.app;

import ai.robutler.core.Settings;
import ai.robutler.identity.AuthSettings;
import ai.robutler.outbound.OutboundSettings;
import ai.robutler.payments.PaymentsSettings;
import ai.robutler.store.DatabaseOptions;

import java.nio.file.Path;

/**
 * What is configured of callers, money and where both are kept.
 *
 * @param data the folder for the signing keys, and for the database where none is named
 */
record PlatformConfig(
        AuthSettings auth,
        PaymentsSettings payments,
        OutboundSettings outbound,
        DatabaseOptions database,
        Path data) {
    private static final String FILE = "robutler.db";

    /** Stands in tokens as the issuer where the server has no public URL. */
    private static final String NAMELESS = "robutler";

    static PlatformConfig of(Config config, Findings findings) {
        Settings settings = config.settings();
        String publicUrl = config.server().text("public-url", "");
        Path data = config.value(Option.DATA).value();
        return new PlatformConfig(
                AuthSettings.read(
                        settings.section("auth"), publicUrl.isEmpty() ? NAMELESS : publicUrl),
                PaymentsSettings.read(settings.section("payments")),
                OutboundSettings.read(settings.section("outbound")),
                database(config.value(Option.DATABASE_URL), data, findings),
                data);
    }

    private static DatabaseOptions database(Value<String> url, Path data, Findings findings) {
        DatabaseOptions file = DatabaseOptions.sqlite(data.resolve(FILE));
        if (url.value().isEmpty()) {
            return file;
        }
        try {
            return DatabaseOptions.of(url.value());
        } catch (IllegalArgumentException e) {
            findings.problem(url.problem(String.valueOf(e.getMessage())));
            return file;
        }
    }
}
