package ai.robutler.payments;

import static ai.robutler.payments.PaidStack.CENT;
import static ai.robutler.payments.PaidStack.OWNER;
import static ai.robutler.payments.PaidStack.PAYER;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Cost;
import ai.robutler.testkit.Reply;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
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
}
