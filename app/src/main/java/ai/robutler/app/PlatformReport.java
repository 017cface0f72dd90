package ai.robutler.app;

import ai.robutler.core.ApiException;
import ai.robutler.identity.AuthSettings;
import ai.robutler.identity.IssuerSettings;
import ai.robutler.store.Database;
import ai.robutler.store.DatabaseOptions;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What {@code doctor} says of callers, money and where both are kept. */
final class PlatformReport {
    private static final String SQLITE = "jdbc:sqlite:";

    private PlatformReport() {}

    /** Never with a password: the options show none. */
    static String database(DatabaseOptions options) {
        String place = options.toString();
        if (!place.startsWith(SQLITE)) {
            return "PostgreSQL, " + place + answers(options);
        }
        String file = place.substring(SQLITE.length());
        return Files.exists(Path.of(file))
                ? "SQLite in " + file + answers(options)
                : "SQLite in " + file + ", which does not exist yet; it will be made";
    }

    private static String answers(DatabaseOptions options) {
        try (Database database = Database.open(options)) {
            var health = database.health();
            return health.up() ? " answers" : " does NOT answer: " + health.words();
        } catch (ApiException | IllegalStateException e) {
            return " CANNOT be opened: " + e.getMessage();
        }
    }

    static String callers(AuthSettings auth) {
        String others = names(" and tokens of ", auth.issuers());
        String peers = names("; servers that may vouch for users: ", auth.peers());
        return switch (auth.mode()) {
            case OPEN -> "open: who shows nothing is anonymous; known by API keys" + others + peers;
            case REQUIRED ->
                    "required: only who shows an API key"
                            + others.replace(" and tokens", ", or a token")
                            + " is served"
                            + peers;
        };
    }

    private static String names(String before, List<IssuerSettings> issuers) {
        return issuers.isEmpty()
                ? ""
                : before + String.join(", ", issuers.stream().map(IssuerSettings::issuer).toList());
    }

    static String payments(PlatformConfig platform) {
        String x402 = platform.payments().takesX402() ? " and x402" : "";
        return platform.remote()
                .map(remote -> "kept by " + remote.url() + "; paid by its tokens")
                .orElse("kept here, in the database; paid by tokens" + x402);
    }

    static String discovery(PlatformConfig platform) {
        String own =
                platform.discovery().publish()
                        ? "this server's agents are listed"
                        : "nothing of this server is listed";
        String by =
                platform.discovery().embedding().isEmpty()
                        ? "by words"
                        : "by words and by meaning (" + platform.discovery().embedding() + ")";
        return platform.remote()
                .map(remote -> own + "; others are found on " + remote.url())
                .orElse(own + "; others are found here, " + by);
    }
}
