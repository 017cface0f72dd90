package ai.robutler.app;

import ai.robutler.core.ApiException;
import ai.robutler.core.InvalidRequestException;
import ai.robutler.identity.ApiKeys;
import ai.robutler.identity.SigningKeys;
import ai.robutler.memory.Memory;
import ai.robutler.payments.EmbeddedLedger;
import ai.robutler.store.Database;

import picocli.CommandLine.ParseResult;

import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * The commands that look after keys, accounts and tokens: they work on the server's own database
 * and data folder, whether a server runs on them or not.
 */
final class Keeper {
    /** Where these commands find what they look after. */
    static final List<Option<?>> OPTIONS = List.of(Option.DATA, Option.DATABASE_URL);

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private Keeper() {}

    /** What is done with an open database. */
    interface Work<T> {
        int with(T part) throws Exception;
    }

    static int withKeys(ParseResult parsed, Io io, Work<ApiKeys> work) throws InterruptedException {
        return withDatabase(
                parsed,
                io,
                (config, database) -> {
                    database.migrate("identity");
                    return work.with(new ApiKeys(database, InstantSource.system()));
                });
    }

    static int withLedger(ParseResult parsed, Io io, Work<EmbeddedLedger> work)
            throws InterruptedException {
        return withLedger(parsed, io, (_, _, ledger) -> work.with(ledger));
    }

    private static int withLedger(ParseResult parsed, Io io, LedgerWork work)
            throws InterruptedException {
        return withDatabase(
                parsed,
                io,
                (config, database) -> {
                    database.migrate("identity");
                    var signer =
                            SigningKeys.open(
                                    config.auth().issuer(),
                                    config.data().resolve("keys"),
                                    config.auth().keyRotation(),
                                    database,
                                    InstantSource.system());
                    try (var ledger =
                            EmbeddedLedger.open(
                                    database, signer, Clock.systemUTC(), Duration.ofHours(1))) {
                        return work.with(config, database, ledger);
                    }
                });
    }

    static int withUserData(ParseResult parsed, Io io, Work<UserDataSet> work)
            throws InterruptedException {
        return withLedger(
                parsed,
                io,
                (config, database, ledger) -> {
                    database.migrate("store");
                    try (Memory memory =
                            Memory.of(
                                    database,
                                    config.data().resolve("search"),
                                    Optional.empty(),
                                    _ -> Optional.empty())) {
                        return work.with(Platform.userData(database, memory, ledger));
                    }
                });
    }

    private interface LedgerWork {
        int with(PlatformConfig config, Database database, EmbeddedLedger ledger) throws Exception;
    }

    private interface DatabaseWork {
        int with(PlatformConfig config, Database database) throws Exception;
    }

    private static int withDatabase(ParseResult parsed, Io io, DatabaseWork work)
            throws InterruptedException {
        var findings = new Findings();
        Config file = Config.read(Specs.flags(parsed), io.environment(), findings);
        PlatformConfig config = PlatformConfig.of(file, findings);
        if (!findings.isClean()) {
            io.show(findings);
            return Command.WRONG;
        }
        // Somebody waits at a terminal: better late than told to try again.
        var patient = config.database().withWaitTimeout(PATIENCE).withStatementTimeout(PATIENCE);
        try (Database database = Database.open(patient)) {
            return work.with(config, database);
        } catch (InterruptedException e) {
            throw e;
        } catch (InvalidRequestException | IllegalArgumentException e) {
            io.err().println(Redaction.mask(String.valueOf(e.getMessage())));
            return Command.WRONG;
        } catch (ApiException | IllegalStateException e) {
            io.err().println(Redaction.mask(String.valueOf(e.getMessage())));
            return Command.FAILED;
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
