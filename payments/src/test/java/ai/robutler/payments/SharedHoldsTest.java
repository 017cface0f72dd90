package ai.robutler.payments;

import static ai.robutler.payments.PaidStack.CENT;
import static ai.robutler.payments.PaidStack.PAYER;
import static ai.robutler.payments.PaidStack.USD;
import static ai.robutler.payments.PaidStack.await;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import ai.robutler.core.Interrupts;
import ai.robutler.testkit.Reply;

import org.junit.jupiter.api.Test;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/** One payer's runs, soon after each other, over the whole stack. */
class SharedHoldsTest {
    private static final String PRICE = "{\"request\": 0.01, \"margin\": 100}";

    /** What a run costs: the request, and 100 tokens with their margin. */
    private static final long COST = CENT + 200_000;

    private static PaidStack stack() throws Exception {
        return stack("{}");
    }

    private static PaidStack stack(String payments) throws Exception {
        var stack = new PaidStack(payments);
        stack.serve(
                stack.agent("helper", PRICE, agent -> agent),
                stack.agent("dear", "9.80", agent -> agent));
        stack.provider.always(_ -> Reply.text("Hi.").usage(100, 0));
        return stack;
    }

    private static void requireRight(PaidStack stack) {
        stack.requireWhole();
        assertThat(stack.books.invariants().check()).isEmpty();
    }

    private static HttpResponse<String> ask(PaidStack stack, String token, String id)
            throws Exception {
        return stack.ask(Map.of(PaymentHeaders.TOKEN, token, "X-Request-ID", id));
    }

    private static HttpResponse<String> askDear(PaidStack stack, String token) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(
                                stack.request(false, Map.of(PaymentHeaders.TOKEN, token)),
                                (_, _) -> true)
                        .uri(URI.create(stack.url() + "/dear/chat/completions"))
                        .build();
        return stack.client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static int askQuietly(PaidStack stack, String token) {
        try {
            return stack.ask(token).statusCode();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Until a run has taken parts, not made holds of its own. */
    private static void share(PaidStack stack, String token) throws Exception {
        for (int i = 0; ; i++) {
            assertThat(i).as("no hold was ever shared").isLessThan(50);
            int before = stack.ledger.locks.get();
            assertThat(stack.ask(token).statusCode()).isEqualTo(200);
            if (stack.ledger.locks.get() == before) {
                return;
            }
        }
    }

    @Test
    void runsShareAHoldAndAreChargedEachForItself() throws Exception {
        try (PaidStack stack = stack()) {
            String token = stack.token(1_000 * USD);
            for (int i = 0; i < 100; i++) {
                assertThat(ask(stack, token, "req-" + i).statusCode()).isEqualTo(200);
            }
            assertThat(stack.ledger.locks.get()).as("two each, else").isLessThan(100);
            await(() -> stack.balance(PAYER) == 1_000 * USD - 100 * COST);
            assertThat(stack.charges()).hasSize(300);
            for (int i = 0; i < 100; i++) {
                String id = "req-" + i;
                assertThat(stack.charges())
                        .filteredOn(line -> line.reference().equals(id))
                        .extracting("kind", "nanoUsd")
                        .as(id)
                        .containsExactlyInAnyOrder(
                                tuple("request", -CENT),
                                tuple("model", -100_000L),
                                tuple("margin", -100_000L));
            }
            requireRight(stack);
        }
    }

    @Test
    void manyAtOnceShareIt() throws Exception {
        try (PaidStack stack = stack()) {
            String token = stack.token(1_000 * USD);
            share(stack, token);
            long balance = stack.balance(PAYER);
            var answers = new ArrayList<CompletableFuture<HttpResponse<String>>>();
            for (int i = 0; i < 100; i++) {
                answers.add(
                        stack.client.sendAsync(
                                stack.request(i % 2 == 0, Map.of(PaymentHeaders.TOKEN, token)),
                                HttpResponse.BodyHandlers.ofString()));
            }
            for (var answer : answers) {
                assertThat(answer.get().statusCode()).isEqualTo(200);
                assertThat(answer.get().body()).contains("Hi.");
            }
            await(() -> stack.balance(PAYER) == balance - 100 * COST);
            requireRight(stack);
        }
    }

    @Test
    void aTokenThatIsRevokedPaysForNothingMore() throws Exception {
        try (PaidStack stack = stack()) {
            String token = stack.token(1_000 * USD);
            share(stack, token);
            String id = stack.books.verify(token, "helper").id();
            var asking = new AtomicBoolean(true);
            var busy =
                    CompletableFuture.runAsync(
                            () -> {
                                while (asking.get()) {
                                    assertThat(askQuietly(stack, token)).isIn(200, 402);
                                }
                            });
            assertThat(stack.books.tokens().revoke(id)).isTrue();
            for (int i = 0; i < 10; i++) {
                assertThat(stack.ask(token).statusCode()).isEqualTo(402);
            }
            asking.set(false);
            busy.get();
            long balance = stack.balance(PAYER);
            HttpResponse<String> refused = stack.ask(token);
            assertThat(refused.statusCode()).isEqualTo(402);
            assertThat(refused.body()).contains("payment_token_invalid");
            assertThat(stack.balance(PAYER)).isEqualTo(balance);
            requireRight(stack);
        }
    }

    @Test
    void whoHasLittleHoldsItsOwn() throws Exception {
        try (PaidStack stack = stack()) {
            String token = stack.token(2 * USD);
            for (int i = 1; i <= 5; i++) {
                assertThat(stack.ask(token).statusCode()).isEqualTo(200);
                assertThat(stack.ledger.locks.get()).isEqualTo(2 * i);
            }
            requireRight(stack);
        }
    }

    @Test
    void aBudgetForEachRunIsNotShared() throws Exception {
        try (PaidStack stack = stack("{\"budgets\": {\"per-agent\": {\"run\": 100}}}")) {
            String token = stack.token(1_000 * USD);
            for (int i = 1; i <= 5; i++) {
                assertThat(stack.ask(token).statusCode()).isEqualTo(200);
                assertThat(stack.ledger.locks.get()).isEqualTo(2 * i);
            }
        }
    }

    @Test
    void nobodyIsRefusedForWhatNobodyHasTaken() throws Exception {
        try (PaidStack stack = stack()) {
            String token = stack.token(10 * USD);
            share(stack, token);
            assertThat(stack.held(PAYER)).isGreaterThan(20 * CENT);
            assertThat(askDear(stack, token).statusCode()).isEqualTo(200);
            requireRight(stack);
        }
    }

    @Test
    void whatOthersHaveTakenStaysHeld() throws Exception {
        try (PaidStack stack = stack()) {
            String token = stack.token(10 * USD);
            var waits = new AtomicBoolean();
            var gate = new CountDownLatch(1);
            var asked = new CountDownLatch(1);
            stack.provider.always(
                    _ -> {
                        if (waits.compareAndSet(true, false)) {
                            asked.countDown();
                            Interrupts.await(gate);
                        }
                        return Reply.text("Hi.").usage(100, 0);
                    });
            share(stack, token);
            waits.set(true);
            var first =
                    stack.client.sendAsync(
                            stack.request(false, Map.of(PaymentHeaders.TOKEN, token)),
                            HttpResponse.BodyHandlers.ofString());
            asked.await();
            HttpResponse<String> dear = askDear(stack, token);
            assertThat(dear.statusCode()).as(dear.body()).isEqualTo(200);
            long balance = stack.balance(PAYER);
            gate.countDown();
            assertThat(first.get().statusCode()).isEqualTo(200);
            await(() -> stack.balance(PAYER) == balance - COST);
            requireRight(stack);
        }
    }

    @Test
    void aRunThatFailsPaysNothing() throws Exception {
        try (PaidStack stack = stack()) {
            String token = stack.token(1_000 * USD);
            share(stack, token);
            long balance = stack.balance(PAYER);
            stack.provider.always(_ -> Reply.error(400, "no"));
            assertThat(stack.ask(token).statusCode()).isGreaterThanOrEqualTo(400);
            assertThat(stack.balance(PAYER)).isEqualTo(balance);
            stack.provider.always(_ -> Reply.text("Hi.").usage(100, 0));
            assertThat(stack.ask(token).statusCode()).isEqualTo(200);
            await(() -> stack.balance(PAYER) == balance - COST);
            requireRight(stack);
        }
    }

    @Test
    void whatIsNotWrittenKeepsOthersFromSharing() throws Exception {
        try (PaidStack stack = stack()) {
            String token = stack.token(1_000 * USD);
            share(stack, token);
            long balance = stack.balance(PAYER);
            stack.provider.always(
                    _ -> {
                        stack.ledger.away = true;
                        return Reply.text("Hi.").usage(100, 0);
                    });
            share(stack, token);
            assertThat(stack.ask(token).statusCode()).isEqualTo(503);
            stack.ledger.away = false;
            await(() -> stack.balance(PAYER) == balance - COST);
            requireRight(stack);
        }
    }

    @Test
    void theRestIsFreeSoonAndAtOnceWhenAllCloses() throws Exception {
        try (PaidStack stack = stack()) {
            String token = stack.token(1_000 * USD);
            share(stack, token);
            assertThat(stack.held(PAYER)).isPositive();
            long asked = System.nanoTime();
            await(() -> stack.held(PAYER) == 0);
            assertThat(Duration.ofNanos(System.nanoTime() - asked))
                    .isLessThan(Duration.ofSeconds(15));
            share(stack, token);
            assertThat(stack.held(PAYER)).isPositive();
            stack.bills.close();
            assertThat(stack.held(PAYER)).isZero();
            assertThat(stack.books.invariants().check()).isEmpty();
        }
    }
}
