package ai.robutler.payments;

import static ai.robutler.payments.TestLedger.USD;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.robutler.core.AuthenticationException;
import ai.robutler.core.Caller;
import ai.robutler.core.PaymentRequiredException;
import ai.robutler.core.UnavailableException;
import ai.robutler.server.RobutlerServer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Optional;

/** The ledger of a platform that is a real server, over HTTP. */
class RemoteLedgerTest extends LedgerContract {
    static final String KEY = "rk_owner_secret";
    private static final String OWNERS = "Bearer " + KEY;

    private final RobutlerServer server;
    private final RemoteLedger remote;

    RemoteLedgerTest() {
        super(TestLedger.alone());
        server = platform(test.ledger, Percent.ZERO);
        remote = RemoteLedger.open(server.url(), KEY);
    }

    /** A platform that knows its callers by their keys. */
    static RobutlerServer platform(Ledger ledger, Percent fee) {
        return RobutlerServer.builder()
                .port(0)
                .authenticator(
                        head -> {
                            Optional<String> header = head.header("authorization");
                            return switch (header.orElse("")) {
                                case "" -> Caller.anonymous();
                                case OWNERS -> Caller.user("owner");
                                case "Bearer admin" -> Caller.user("root", "admin");
                                case "Bearer other" -> Caller.user("other");
                                default -> throw new AuthenticationException("invalid_key", "No.");
                            };
                        })
                .mount("/api/payments", new PaymentsApi(ledger, fee))
                .build()
                .start();
    }

    @Override
    Ledger ledger() {
        return remote;
    }

    @AfterEach
    void stop() {
        remote.close();
        server.close();
    }

    @Test
    void anotherCallersHoldIsNotKnown() {
        String token = test.token("user:alice", USD);
        var hold = remote.lock(TestLedger.lockOf("h", token, 5));
        try (var other = RemoteLedger.open(server.url(), "other")) {
            assertThatThrownBy(() -> other.settle(TestLedger.settleOf("s", hold.id(), 5)))
                    .hasMessageContaining("no such hold");
            assertThatThrownBy(() -> other.voidHold("v", hold.id()))
                    .hasMessageContaining("no such hold");
            assertThatThrownBy(() -> other.adjust("a", hold.id(), 1, Duration.ofHours(1)))
                    .hasMessageContaining("no such hold");
            // The same ids are other ones.
            other.lock(TestLedger.lockOf("h", token, 7));
        }
        assertThat(remote.settle(TestLedger.settleOf("s", hold.id(), 5)).chargedNanoUsd())
                .isEqualTo(5);
    }

    @Test
    void aKeyThatIsRefusedIsTheOperatorsAffair() {
        try (var wrong = RemoteLedger.open(server.url(), "rk_wrong_key")) {
            assertThatThrownBy(() -> wrong.verify("x", ""))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageNotContaining("rk_wrong_key");
        }
    }

    @Test
    void aPlatformThatIsAwayIsUnavailableInTime() {
        server.close();
        try (var away = RemoteLedger.open(server.url(), KEY, Duration.ofMillis(300))) {
            assertThatThrownBy(() -> away.verify("x", ""))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageNotContaining(KEY);
        }
    }

    /** It does not say, so that whoever must know is on the safe side. */
    @Test
    void anyTokenMayBeAPart() {
        assertThat(remote.spender(test.token("user:alice", USD), "weather"))
                .isEqualTo(new Ledger.Spender("user:alice", true));
    }

    @Test
    void detailsComeThrough() {
        String token = test.token("user:alice", 5);
        assertThatThrownBy(() -> remote.lock(TestLedger.lockOf("h", token, 7)))
                .isInstanceOfSatisfying(
                        PaymentRequiredException.class,
                        e ->
                                assertThat(e.details().path("available").stringValue())
                                        .isEqualTo("0.000000005"));
    }
}
