package ai.robutler.payments;

import static ai.robutler.payments.PaidStack.PAYER;
import static ai.robutler.payments.PaidStack.USD;
import static ai.robutler.payments.PaidStack.await;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.testkit.Reply;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/**
 * Where there is ample room the model is asked while the hold is made; nothing of the answer goes
 * out before it is there.
 */
class EarlyHoldTest {
    /** What is known of a room is good for a second only, which a slow machine may miss. */
    private static final int TRIES = 20;

    private final PaidStack stack;

    EarlyHoldTest() throws Exception {
        stack = new PaidStack();
    }

    @BeforeEach
    void serve() {
        stack.serve("{\"request\": 0.01, \"margin\": 100}");
        stack.provider.always(_ -> Reply.text("Hi.").usage(100, 0));
    }

    @AfterEach
    void close() throws Exception {
        stack.requireWhole();
        stack.close();
    }

    private int asked() {
        return stack.provider.requests().size();
    }

    private CompletableFuture<HttpResponse<String>> ask(boolean stream, String token) {
        return stack.client.sendAsync(
                stack.request(stream, Map.of(PaymentHeaders.TOKEN, token)),
                HttpResponse.BodyHandlers.ofString());
    }

    /** Whether the model is asked soon. */
    private boolean isAsked(int before) throws InterruptedException {
        for (int i = 0; i < 100 && asked() == before; i++) {
            Thread.sleep(5);
        }
        return asked() > before;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theModelIsAskedMeanwhileAndTheAnswerWaits(boolean stream) throws Exception {
        String token = stack.token(1_000 * USD);
        for (int i = 0; ; i++) {
            assertThat(i).as("the model was never asked early").isLessThan(TRIES);
            assertThat(stack.ask(token).statusCode()).isEqualTo(200);
            int before = asked();
            long balance = stack.balance(PAYER);
            stack.ledger.lockGate = new CountDownLatch(1);
            var answer = ask(stream, token);
            boolean early = isAsked(before);
            assertThat(answer).isNotDone();
            assertThat(stack.held(PAYER)).isZero();
            stack.ledger.lockGate.countDown();
            assertThat(answer.get().statusCode()).isEqualTo(200);
            assertThat(answer.get().body()).contains("Hi.");
            await(() -> stack.balance(PAYER) == balance - USD / 100 - 200_000);
            if (early) {
                return;
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsNotHeldAfterAllIsNotDelivered(boolean stream) throws Exception {
        for (int i = 0; ; i++) {
            assertThat(i).as("the model was never asked early").isLessThan(TRIES);
            String token = stack.token(1_000 * USD);
            assertThat(stack.ask(token).statusCode()).isEqualTo(200);
            long balance = stack.balance(PAYER);
            int before = asked();
            assertThat(stack.books.tokens().revoke(stack.books.verify(token, "helper").id()))
                    .isNotNull();
            HttpResponse<String> refused = ask(stream, token).get();
            boolean early = asked() > before;
            assertThat(refused.statusCode()).isEqualTo(402);
            assertThat(refused.body()).contains("payment_token_invalid").doesNotContain("Hi.");
            int now = asked();
            assertThat(ask(stream, token).get().statusCode()).isEqualTo(402);
            assertThat(asked()).as("once was enough").isEqualTo(now);
            assertThat(stack.balance(PAYER)).isEqualTo(balance);
            if (early) {
                return;
            }
        }
    }

    @Test
    void whileTheLedgerIsAwayNothingIsDelivered() throws Exception {
        String token = stack.token(1_000 * USD);
        for (int i = 0; ; i++) {
            assertThat(i).as("the model was never asked early").isLessThan(TRIES);
            assertThat(stack.ask(token).statusCode()).isEqualTo(200);
            long balance = stack.balance(PAYER);
            int before = asked();
            stack.ledger.lockGate = new CountDownLatch(1);
            var answer = ask(false, token);
            boolean early = isAsked(before);
            stack.ledger.away = true;
            stack.ledger.lockGate.countDown();
            assertThat(answer.get().statusCode()).isEqualTo(503);
            stack.ledger.away = false;
            assertThat(stack.balance(PAYER)).isEqualTo(balance);
            if (early) {
                return;
            }
        }
    }

    @Test
    void whoHasLittleWaitsForItsHold() throws Exception {
        String token = stack.token(USD);
        assertThat(stack.ask(token).statusCode()).isEqualTo(200);
        stack.ledger.lockGate = new CountDownLatch(1);
        int before = asked();
        var answer = ask(false, token);
        assertThat(isAsked(before)).isFalse();
        stack.ledger.lockGate.countDown();
        assertThat(answer.get().statusCode()).isEqualTo(200);
    }

    @Test
    void roomIsCountedOnUntilItIsNotAmple() {
        var rooms = new Rooms();
        assertThat(rooms.isAmple("token", 1)).as("not known").isFalse();
        rooms.keep("token", 22, System.nanoTime());
        assertThat(rooms.isAmple("token", 2)).as("11 times").isFalse();
        assertThat(rooms.isAmple("token", 1)).isTrue();
        assertThat(rooms.isAmple("token", 1)).isTrue();
        assertThat(rooms.isAmple("token", 1)).isTrue();
        assertThat(rooms.isAmple("token", 1)).as("19 are left").isFalse();
        rooms.ended("token", 2);
        rooms.keep("token", 22, System.nanoTime());
        assertThat(rooms.isAmple("token", 1)).as("one of 22 is still counted on").isTrue();
        assertThat(rooms.isAmple("token", 1)).isTrue();
        assertThat(rooms.isAmple("token", 1)).isFalse();
        rooms.ended("token", 5);
        assertThat(rooms.isAmple("other", 1)).isFalse();
        rooms.keep("token", Long.MAX_VALUE, System.nanoTime() - 1_000_000_000L);
        assertThat(rooms.isAmple("token", 1)).as("a second ago").isFalse();
        rooms.keep("token", Long.MAX_VALUE, System.nanoTime());
        rooms.forget("token");
        assertThat(rooms.isAmple("token", 1)).isFalse();
    }
}
