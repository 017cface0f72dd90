package ai.robutler.payments;

import ai.robutler.core.ApiException;
import ai.robutler.core.UnavailableException;
import ai.robutler.payments.SimulationPlan.Fault;
import ai.robutler.payments.SimulationPlan.Request;
import ai.robutler.payments.SimulationPlan.Step;
import ai.robutler.store.Database;
import ai.robutler.store.TestDatabase;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A plan, carried out by many clients at once, while holds expire and the books are looked at.
 *
 * <p>By hand: {@code main}, with {@code -Dsimulation.seed=…}, {@code -Dsimulation.operations=…}.
 */
final class Simulation {
    private static final int CLIENTS = 64;

    /** The books are looked at once in so many steps. */
    private static final int LOOK = 5_000;

    private final SimulationPlan plan;
    private final SimulationOracle oracle = new SimulationOracle();
    private final ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
    private final TestClock clock = new TestClock();
    private final Database database;
    private final EmbeddedLedger ledger;
    private final AtomicReferenceArray<String> tokens;

    Simulation(Database real, long seed, int operations) {
        plan = new SimulationPlan(seed, operations);
        tokens = new AtomicReferenceArray<>(plan.tokens());
        database = new FaultyDatabase(real);
        ledger = EmbeddedLedger.open(database, HmacSigner.of("s"), clock, Duration.ofMillis(100));
    }

    public static void main(String[] arguments) throws Exception {
        for (Database.Kind kind : Database.Kind.values()) {
            try (var database = TestDatabase.create(kind)) {
                long seed = Long.getLong("simulation.seed", System.nanoTime());
                List<String> found = new Simulation(database.database(), seed, operations()).run();
                System.out.println(kind + ": " + (found.isEmpty() ? "all is right" : found));
            }
        }
    }

    static int operations() {
        return Integer.getInteger("simulation.operations", 200_000);
    }

    /** What is wrong in the end; empty if nothing is. */
    List<String> run() throws Exception {
        carryOut(plan.opening);
        carryOut(plan.steps);
        var violations = new ArrayList<>(seen);
        violations.addAll(ledger.invariants().check());
        clock.move(Duration.ofDays(3));
        ledger.sweep();
        violations.addAll(ledger.invariants().check());
        ledger.close();
        violations.addAll(database.read(oracle::violations));
        return violations;
    }

    String counts() {
        return oracle.counts();
    }

    private void carryOut(List<Step> steps) throws Exception {
        var next = new AtomicInteger();
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = new ArrayList<Future<?>>();
            for (int i = 0; i < CLIENTS; i++) {
                all.add(
                        clients.submit(
                                () -> {
                                    for (int n = next.getAndIncrement();
                                            n < steps.size();
                                            n = next.getAndIncrement()) {
                                        if (n % LOOK == LOOK / 2) {
                                            seen.addAll(ledger.invariants().checkRecent(500));
                                        }
                                        carryOut(steps.get(n));
                                    }
                                    return 0;
                                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        }
    }

    private void carryOut(Step step) {
        boolean heard = attempt(step.request(), step.fault());
        for (int i = 0; !heard && step.repeats() && i < 3; i++) {
            heard = attempt(step.request(), Fault.NONE);
        }
    }

    /** Whether there was an answer, whatever it was. */
    private boolean attempt(Request request, Fault fault) {
        try {
            Optional<Object> answer =
                    ScopedValue.where(FaultyDatabase.FAULT, fault).call(() -> ask(request));
            answer.ifPresent(each -> oracle.answered(request, each));
            return true;
        } catch (UnavailableException e) {
            oracle.unheard(request);
            return false;
        } catch (ApiException e) {
            oracle.refused(request, e);
            return true;
        }
    }

    private Optional<Object> ask(Request request) {
        return switch (request) {
            case SimulationPlan.Lock lock ->
                    Optional.of(
                            ledger.lock(
                                    new Ledger.Lock(
                                            lock.id(),
                                            token(lock.token()),
                                            "weather",
                                            lock.nano(),
                                            lock.lifetime(),
                                            lock.limits(),
                                            "r")));
            case SimulationPlan.End end -> Optional.of(ledger.settle(end.settle()));
            case SimulationPlan.Drop end -> Optional.of(ledger.voidHold(end.id(), end.hold()));
            case SimulationPlan.Adjust adjust ->
                    Optional.of(
                            ledger.adjust(
                                    adjust.id(),
                                    adjust.hold(),
                                    adjust.nano(),
                                    Duration.ofMinutes(10)));
            case SimulationPlan.Credit credit -> {
                ledger.accounts().credit(credit.account(), credit.nano(), credit.id(), "");
                yield Optional.of(credit);
            }
            case SimulationPlan.Issue issue ->
                    Optional.of(
                            keep(
                                    issue.token(),
                                    ledger.tokens()
                                            .issue(
                                                    issue.id(),
                                                    issue.account(),
                                                    issue.nano(),
                                                    Duration.ofDays(300),
                                                    "")));
            case SimulationPlan.Delegate delegate ->
                    Optional.of(
                            keep(
                                    delegate.token(),
                                    ledger.delegate(
                                            new Ledger.Delegate(
                                                    delegate.id(),
                                                    token(delegate.parent()),
                                                    delegate.nano(),
                                                    "",
                                                    Duration.ofDays(200)))));
            case SimulationPlan.Look look -> {
                ledger.verify(token(look.token()), "weather");
                yield Optional.empty();
            }
            case SimulationPlan.Jump jump -> {
                clock.move(jump.by());
                yield Optional.empty();
            }
            case SimulationPlan.Revoke revoke -> {
                String id = ledger.verify(token(revoke.token()), "weather").id();
                ledger.tokens().revoke(id);
                yield Optional.empty();
            }
        };
    }

    private Ledger.PaymentToken keep(int n, Ledger.PaymentToken token) {
        tokens.set(n, token.text());
        return token;
    }

    /** One that was not issued yet is refused by the ledger. */
    private String token(int n) {
        String text = tokens.get(n);
        return text == null ? "not.issued.yet" : text;
    }
}
