package ai.robutler.payments;

import static ai.robutler.payments.PaidStack.CENT;
import static ai.robutler.payments.PaidStack.OWNER;
import static ai.robutler.payments.PaidStack.PAYER;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Cost;
import ai.robutler.testkit.Reply;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Money that is there once is spent once. */
class ParallelPaymentTest {

    @Test
    void ofAHundredAtOnceExactlyTheTenThatAreThereArePaid() throws Exception {
        try (var stack = new PaidStack();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            stack.serve(stack.agent("helper", "0.01", Cost.zero(), agent -> agent));
            stack.provider.always(_ -> Reply.text("Hi.").usage(0, 0));
            String token = stack.token(10 * CENT);
            var asked = new ArrayList<Callable<Integer>>();
            for (int i = 0; i < 100; i++) {
                asked.add(() -> stack.ask(token).statusCode());
            }
            int served = 0;
            for (Future<Integer> status : threads.invokeAll(asked)) {
                assertThat(status.get()).isIn(200, 402);
                served += status.get() == 200 ? 1 : 0;
            }
            assertThat(served).isEqualTo(10);
            assertThat(stack.provider.requests()).hasSize(10);
            assertThat(stack.balance(PAYER)).isZero();
            assertThat(stack.balance(OWNER)).isEqualTo(10 * CENT);
            stack.requireWhole();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void fiftyTimesTheSameRequestUnderOneKeyIsOneChargeAndOneAnswer(boolean stream)
            throws Exception {
        try (var stack = new PaidStack();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            stack.serve("{\"request\":0.01,\"margin\":10}");
            stack.provider.always(_ -> Reply.text("Hi.").usage(10, 5));
            var headers =
                    Map.of(
                            PaymentHeaders.TOKEN,
                            stack.token(PaidStack.USD),
                            "Idempotency-Key",
                            "order-1");
            var asked = new ArrayList<Callable<HttpResponse<String>>>();
            for (int i = 0; i < 50; i++) {
                asked.add(() -> stack.ask(stream, headers));
            }
            var answers = new HashSet<String>();
            for (Future<HttpResponse<String>> each : threads.invokeAll(asked)) {
                assertThat(each.get().statusCode()).isEqualTo(200);
                answers.add(each.get().body());
            }
            assertThat(answers).hasSize(1);
            assertThat(stack.provider.requests()).hasSize(1);
            assertThat(stack.charges()).extracting(Ledger.Line::reference).hasSizeGreaterThan(1);
            assertThat(stack.charges())
                    .extracting(Ledger.Line::reference)
                    .containsOnly(request(stack));
            assertThat(stack.charges().stream().filter(line -> line.kind().equals("request")))
                    .hasSize(1);
            stack.requireWhole();
        }
    }

    private static String request(PaidStack stack) {
        return stack.charges().getFirst().reference();
    }
}
