package ai.robutler.payments;

import static ai.robutler.payments.PaidStack.CENT;
import static ai.robutler.payments.PaidStack.PAYER;
import static ai.robutler.payments.PaidStack.await;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Agent;
import ai.robutler.core.Cost;
import ai.robutler.core.Price;
import ai.robutler.core.Tool;
import ai.robutler.payments.PendingCharges.PendingCharge;
import ai.robutler.testkit.Call;
import ai.robutler.testkit.Reply;

import org.junit.jupiter.api.Test;

import java.io.InputStream;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Each row of the table in docs/payments.md: nobody pays for nothing, nobody works unrecorded. */
class WhatHappensWhenTest {
    private static final String PRICE = "{\"request\": 0.01, \"margin\": 100}";
    private static final long START = 50 * CENT;

    private static PaidStack serve() throws Exception {
        return new PaidStack().serve(PRICE);
    }

    private static Map<String, String> paying(PaidStack stack) {
        return Map.of(PaymentHeaders.TOKEN, stack.token(START));
    }

    private static List<PendingCharge> pending(PaidStack stack) {
        return stack.books.pendingCharges().list(10);
    }

    @Test
    void theClientGoesMidStream() throws Exception {
        try (var stack = serve()) {
            stack.provider.answer(Reply.text("A long answer.").inPiecesOf(1).hangAfter(5));
            HttpResponse<InputStream> response =
                    stack.client.send(
                            stack.request(true, paying(stack)),
                            HttpResponse.BodyHandlers.ofInputStream());
            assertThat(response.body().read()).isPositive();
            response.body().close();
            await(() -> !pending(stack).isEmpty());
            assertThat(pending(stack).getFirst().memo()).isEqualTo("model openai/m");
            await(() -> stack.balance(PAYER) == START - CENT);
            stack.requireWhole();
        }
    }

    @Test
    void theClientGoesBeforeTheFirstByte() throws Exception {
        try (var stack = serve()) {
            stack.provider.answer(Reply.text("Late.").hangBeforeHeaders());
            var asked =
                    stack.client.sendAsync(
                            stack.request(false, paying(stack)),
                            HttpResponse.BodyHandlers.ofString());
            var _ = stack.provider.awaitRequest(1, Duration.ofSeconds(10));
            assertThat(stack.held(PAYER)).isPositive();
            asked.cancel(true);
            await(() -> !pending(stack).isEmpty());
            stack.requireWhole();
            assertThat(stack.balance(PAYER)).isEqualTo(START);
        }
    }

    @Test
    void theProviderFailsAfterTokens() throws Exception {
        try (var stack = serve()) {
            stack.provider.answer(Reply.text("Half an answer.").inPiecesOf(1).failAfter(5, "boom"));
            HttpResponse<String> response = stack.ask(true, paying(stack));
            assertThat(response.body()).contains("\"error\"").doesNotContain("[DONE]");
            assertThat(pending(stack)).hasSize(1);
            assertThat(stack.balance(PAYER)).isEqualTo(START);
            stack.requireWhole();
        }
    }

    @Test
    void theProviderFailsBeforeTokens() throws Exception {
        try (var stack = serve()) {
            stack.provider.answer(Reply.error(500, "boom"));
            assertThat(stack.ask(false, paying(stack)).statusCode()).isEqualTo(502);
            assertThat(stack.held(PAYER)).as("before the answer ends").isZero();
            assertThat(stack.balance(PAYER)).isEqualTo(START);
            assertThat(pending(stack)).isEmpty();
            stack.requireWhole();
        }
    }

    @Test
    void theProviderFailsInALaterTurn() throws Exception {
        try (var stack = new PaidStack()) {
            stack.serve(PRICE, agent -> agent.skill(new Breaks()));
            stack.provider.answer(Reply.calls(Call.of("breaks", "{}")).usage(100, 0));
            stack.provider.answer(Reply.error(500, "boom"));
            assertThat(stack.ask(false, paying(stack)).statusCode()).isEqualTo(502);
            assertThat(stack.charged()).containsExactly("margin 100000", "model 100000");
            stack.requireWhole();
        }
    }

    /** A tool that throws, for nothing. */
    public static final class Breaks {
        @Tool(description = "Breaks.")
        @Price(usd = "0.5")
        String breaks() {
            return broken();
        }

        private static String broken() {
            throw new IllegalStateException("it broke");
        }
    }

    @Test
    void aToolThrows() throws Exception {
        try (var stack = new PaidStack()) {
            stack.serve(
                    "{\"request\": 0.01, \"tools\": {\"breaks\": 0.02}}",
                    agent -> agent.skill(new Breaks()));
            stack.provider.answer(Reply.calls(Call.of("breaks", "{}")).usage(0, 0));
            stack.provider.answer(Reply.text("It broke.").usage(0, 0));
            assertThat(stack.ask(false, paying(stack)).statusCode()).isEqualTo(200);
            assertThat(stack.charged()).containsExactly("request 10000000");
            stack.requireWhole();
        }
    }

    @Test
    void theHoldIsTooSmall() throws Exception {
        try (var stack = new PaidStack()) {
            stack.serve(stack.agent("helper", PRICE, new Cost.Known(10_000), agent -> agent));
            stack.provider.answer(Reply.text("Long.").usage(100, 0));
            assertThat(stack.ask(false, paying(stack)).statusCode()).isEqualTo(200);
            assertThat(stack.charged()).containsExactly("model 20000", "request 10000000");
            assertThat(pending(stack)).hasSize(1);
            assertThat(pending(stack).getFirst().memo()).contains("beyond the hold: 0.00018 USD");
            stack.requireWhole();
        }
    }

    /** Moves the clock while it runs. */
    public static final class Moves {
        private final PaidStack stack;
        private final Duration by;

        Moves(PaidStack stack, Duration by) {
            this.stack = stack;
            this.by = by;
        }

        @Tool(description = "Waits.")
        String waits() {
            stack.clock.move(by);
            return "done";
        }
    }

    @Test
    void theTokenExpiresDuringTheRun() throws Exception {
        try (var stack = new PaidStack()) {
            stack.serve(
                    "{\"request\": 0.01, \"tools\": {\"waits\": 0.001}}",
                    agent -> agent.skill(new Moves(stack, Duration.ofHours(2))));
            stack.provider.answer(Reply.calls(Call.of("waits", "{}")).usage(100, 0));
            HttpResponse<String> response = stack.ask(false, paying(stack));
            assertThat(response.statusCode()).isEqualTo(402);
            assertThat(response.body()).contains("payment_token_invalid");
            // What was held in time is settled; what was not delivered is free.
            assertThat(stack.charged()).containsExactly("model 100000", "tool 1000000");
            stack.requireWhole();
        }
    }

    @Test
    void theClockJumpsWhileTheModelAnswers() throws Exception {
        try (var stack = serve()) {
            stack.provider.always(
                    _ -> {
                        stack.clock.move(Duration.ofMinutes(30));
                        assertThat(stack.books.sweep()).as("expired holds").isEqualTo(2);
                        return Reply.text("Hi.").usage(100, 0);
                    });
            assertThat(stack.ask(false, paying(stack)).statusCode()).isEqualTo(200);
            assertThat(stack.charged())
                    .containsExactly("margin 100000", "model 100000", "request 10000000");
            stack.requireWhole();
        }
    }

    @Test
    void theClockJumpsBack() throws Exception {
        try (var stack = serve()) {
            stack.provider.always(
                    _ -> {
                        stack.clock.move(Duration.ofHours(-5));
                        return Reply.text("Hi.").usage(100, 0);
                    });
            assertThat(stack.ask(false, paying(stack)).statusCode()).isEqualTo(200);
            assertThat(stack.balance(PAYER)).isEqualTo(START - CENT - 200_000);
            stack.requireWhole();
        }
    }

    @Test
    void theLedgerIsAwayAtTheEnd() throws Exception {
        try (var stack = serve()) {
            stack.provider.always(
                    _ -> {
                        stack.ledger.away = true;
                        return Reply.text("Hi.").usage(100, 0);
                    });
            assertThat(stack.ask(false, paying(stack)).statusCode()).isEqualTo(200);
            assertThat(stack.bills.unwritten()).as("both charges, together").isEqualTo(1);
            assertThat(stack.balance(PAYER)).isEqualTo(START);
            stack.ledger.away = false;
            stack.requireWhole();
            assertThat(stack.charged())
                    .containsExactly("margin 100000", "model 100000", "request 10000000");
        }
    }

    @Test
    void theLedgerIsAwayAtTheBeginning() throws Exception {
        try (var stack = serve()) {
            Map<String, String> headers = paying(stack);
            stack.ledger.away = true;
            HttpResponse<String> response = stack.ask(false, headers);
            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.headers().firstValue("Retry-After")).isPresent();
            assertThat(stack.provider.requests()).isEmpty();
        }
    }

    /** A hold that was made although nobody heard of it does not wait for its expiry. */
    @Test
    void theAnswerToALockIsLost() throws Exception {
        try (var stack = serve()) {
            String token = stack.token(START);
            Map<String, String> headers = Map.of(PaymentHeaders.TOKEN, token);
            assertThat(stack.books.verify(token, "helper").heldNanoUsd()).isZero();
            stack.ledger.losesAnswers = true;
            assertThat(stack.ask(false, headers).statusCode()).isEqualTo(503);
            stack.ledger.losesAnswers = false;
            stack.requireWhole();
            assertThat(stack.balance(PAYER)).isEqualTo(START);
        }
    }

    /** The settlement is made and its answer lost: it is repeated, and charged once. */
    @Test
    void theAnswerToASettlementIsLost() throws Exception {
        try (var stack = serve()) {
            stack.provider.always(
                    _ -> {
                        stack.ledger.losesAnswers = true;
                        return Reply.text("Hi.").usage(100, 0);
                    });
            assertThat(stack.ask(false, paying(stack)).statusCode()).isEqualTo(200);
            await(() -> stack.ledger.settles.get() >= 4);
            stack.ledger.losesAnswers = false;
            stack.requireWhole();
            assertThat(stack.charged())
                    .containsExactly("margin 100000", "model 100000", "request 10000000");
        }
    }

    /** Whoever comes first ends a hold. */
    @Test
    void twoSettlesAtOnce() throws Exception {
        try (var stack = new PaidStack();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Agent agent = stack.agent("helper", PRICE, one -> one);
            String token = stack.token(START);
            var unwritten = new UnwrittenCharges();
            var lock =
                    new Ledger.Lock(
                            "h", token, agent.name(), CENT, Duration.ofMinutes(1), List.of(), "r");
            var hold =
                    new OpenHold(
                            stack.ledger,
                            unwritten,
                            stack.ledger.lock(lock),
                            Optional.empty(),
                            "r",
                            "test");
            var start = new CountDownLatch(1);
            for (int i = 0; i < 20; i++) {
                boolean frees = i % 2 == 0;
                var _ =
                        threads.submit(
                                () -> {
                                    start.await();
                                    if (frees) {
                                        hold.free();
                                    } else {
                                        var share = new Ledger.Share("user:owner", 7, "tool");
                                        OpenHold.write(
                                                stack.ledger,
                                                unwritten,
                                                hold
                                                        .settle(List.of(share), 0, false, _ -> {})
                                                        .stream()
                                                        .toList());
                                    }
                                    return null;
                                });
            }
            start.countDown();
            threads.shutdown();
            assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
            assertThat(stack.ledger.settles.get()).isLessThanOrEqualTo(1);
            stack.requireWhole();
            unwritten.close();
        }
    }

    /** A node that is gone settles nothing: its holds expire, and the payer has all again. */
    @Test
    void theNodeDiesBetweenLockAndSettle() throws Exception {
        try (var stack = serve()) {
            stack.provider.always(
                    _ -> {
                        stack.ledger.away = true;
                        return Reply.text("Hi.").usage(100, 0);
                    });
            assertThat(stack.ask(false, paying(stack)).statusCode()).isEqualTo(200);
            stack.bills.close();
            assertThat(stack.held(PAYER)).isPositive();
            stack.clock.move(Duration.ofMinutes(11));
            assertThat(stack.books.sweep()).isEqualTo(2);
            stack.requireWhole();
            assertThat(stack.balance(PAYER)).isEqualTo(START);
        }
    }
}
