package ai.robutler.payments;

import ai.robutler.core.Budget;
import ai.robutler.payments.Ledger.Limit;
import ai.robutler.payments.Ledger.Settle;
import ai.robutler.payments.Ledger.Share;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** What is done, in which order, and what fails: all of it follows from the seed. */
final class SimulationPlan {
    static final int ACCOUNTS = 300;
    static final int ROOTS = 400;
    private static final int OWNERS = 25;
    private static final int NEAR = 400;

    /** So many locks have been asked for and may not have been made. */
    private static final int UNDER_WAY = 100;

    private static final long USD = 1_000_000_000L;

    /** What is asked of the ledger. */
    sealed interface Request {
        /** What it is called in the ledger, "" for what is not kept. */
        String id();
    }

    record Lock(String id, int token, long nano, Duration lifetime, List<Limit> limits)
            implements Request {}

    record End(Settle settle) implements Request {
        @Override
        public String id() {
            return settle.id();
        }
    }

    record Drop(String id, String hold) implements Request {}

    record Adjust(String id, String hold, long nano) implements Request {}

    record Credit(String id, String account, long nano) implements Request {}

    record Issue(String id, int token, String account, long nano) implements Request {}

    record Delegate(String id, int token, int parent, long nano) implements Request {}

    record Look(int token) implements Request {
        @Override
        public String id() {
            return "";
        }
    }

    record Jump(Duration by) implements Request {
        @Override
        public String id() {
            return "";
        }
    }

    record Revoke(int token) implements Request {
        @Override
        public String id() {
            return "";
        }
    }

    /** What goes wrong with the database when it is asked. */
    enum Fault {
        NONE,
        /** The work fails after its statements, and is undone. */
        UNDONE,
        /** It is committed, and nobody hears of it. */
        UNHEARD
    }

    /**
     * A request as a client makes it.
     *
     * @param repeats whether the client asks again if it hears nothing
     */
    record Step(Request request, Fault fault, boolean repeats) {}

    final List<Step> opening = new ArrayList<>();
    final List<Step> steps = new ArrayList<>();
    private final Random random;
    private final List<String> open = new ArrayList<>();
    private final List<String> holds = new ArrayList<>();
    private final Map<String, Long> amounts = new HashMap<>();
    private final List<Request> kept = new ArrayList<>();
    private int tokens = ROOTS;

    SimulationPlan(long seed, int operations) {
        random = new Random(seed);
        for (int i = 0; i < ACCOUNTS; i++) {
            opening.add(
                    step(
                            new Credit(
                                    "open" + i,
                                    account(i),
                                    (random.nextInt(20) == 0 ? 10 : 400) * USD)));
        }
        for (int i = 0; i < ROOTS; i++) {
            long limit = (random.nextInt(10) == 0 ? 10 : 300) * USD;
            opening.add(step(new Issue("issue" + i, i, account(random.nextInt(ACCOUNTS)), limit)));
        }
        while (steps.size() < operations) {
            Request request = next(steps.size());
            if (!request.id().isEmpty()) {
                kept.add(request);
            }
            steps.add(step(request));
        }
    }

    int tokens() {
        return tokens;
    }

    static String account(int n) {
        return "user:" + n;
    }

    private Step step(Request request) {
        int fate = random.nextInt(100);
        Fault fault = fate < 2 ? Fault.UNDONE : fate < 4 ? Fault.UNHEARD : Fault.NONE;
        return new Step(request, fault, random.nextInt(4) > 0);
    }

    private Request next(int n) {
        int kind = random.nextInt(1_000);
        if (kind < 445 || holds.isEmpty()) {
            return lock(n);
        }
        if (kind < 760) {
            return end(n);
        }
        if (kind < 810) {
            return new Drop("m" + n, hold());
        }
        if (kind < 835) {
            return new Adjust("m" + n, hold(), nano());
        }
        if (kind < 860) {
            return new Credit("m" + n, account(random.nextInt(ACCOUNTS)), 1 + nano());
        }
        if (kind < 870) {
            return new Delegate("d" + n, tokens++, random.nextInt(tokens), 1 + 20 * nano());
        }
        if (kind < 956) {
            return new Look(random.nextInt(tokens));
        }
        if (kind < 996) {
            return again();
        }
        if (kind < 999 || random.nextInt(4) > 0) {
            return otherContent();
        }
        return random.nextInt(8) == 0
                ? new Revoke(random.nextInt(ROOTS))
                : new Jump(Duration.ofSeconds(random.nextInt(3_600) - 1_200));
    }

    private Request lock(int n) {
        long nano = nano();
        holds.add("l" + n);
        open.add("l" + n);
        amounts.put("l" + n, nano);
        var limits = new ArrayList<Limit>();
        for (int i = random.nextInt(4) - 1; i > 0; i--) {
            var period = List.of(Budget.Period.values()).get(random.nextInt(4));
            // The same budget always has the same limit.
            int who = random.nextInt(60);
            limits.add(
                    new Limit(
                            "agent:" + who,
                            new Budget(period, (who % 10 == 0 ? 20 : 900) * USD),
                            "r" + n / 50));
        }
        return new Lock(
                "l" + n,
                // Those that were delegated are many and small.
                random.nextInt(random.nextInt(8) > 0 ? ROOTS : tokens),
                nano,
                Duration.ofSeconds(60 + random.nextInt(3_600)),
                limits);
    }

    private Request end(int n) {
        String hold = hold();
        // Mostly less than is held; at times too much.
        long most = random.nextInt(100) > 0 ? amounts.getOrDefault(hold, USD) : USD;
        var shares = new ArrayList<Share>();
        shares.add(new Share(Accounts.MODELS, random.nextLong(most / 2 + 1), "model"));
        if (random.nextBoolean()) {
            String owner = "user:owner" + random.nextInt(OWNERS);
            shares.add(new Share(owner, random.nextLong(most / 3 + 1), "margin"));
            shares.add(new Share(Accounts.FEES, most / 50, "fee"));
        }
        boolean pending = random.nextInt(50) == 0;
        if (random.nextInt(4) > 0) {
            return new End(new Settle("m" + n, hold, shares, pending, "step " + n));
        }
        // Its rest is for others.
        long taken = shares.stream().mapToLong(Share::nanoUsd).sum();
        amounts.computeIfPresent(hold, (_, held) -> Math.max(0, held - taken));
        open.add(hold);
        return new End(
                new Settle("m" + n, hold, shares, pending, "step " + n, Optional.of("part " + n)));
    }

    /**
     * Mostly one that is older than what is under way; at times one that is not there yet, or that
     * ended.
     */
    private String hold() {
        if (open.size() > UNDER_WAY && random.nextInt(50) > 0) {
            int back = random.nextInt(20) > 0 ? UNDER_WAY : 0;
            back += random.nextInt(Math.min(NEAR, open.size() - back));
            return open.remove(open.size() - 1 - back);
        }
        int last = holds.size() - 1;
        int back = random.nextInt(20) == 0 ? 0 : random.nextInt(NEAR);
        return holds.get(Math.max(0, last - back));
    }

    private Request again() {
        int last = kept.size() - 1;
        return kept.get(Math.max(0, last - random.nextInt(NEAR)));
    }

    /** Another request under an id that has been used. */
    private Request otherContent() {
        return switch (again()) {
            case Lock lock ->
                    new Lock(lock.id(), lock.token(), lock.nano() + 1, lock.lifetime(), List.of());
            case Credit credit -> new Credit(credit.id(), credit.account(), credit.nano() + 1);
            case Request other -> new Drop(other.id(), hold());
        };
    }

    private long nano() {
        return random.nextLong(random.nextInt(10) == 0 ? 3 * USD : USD / 4);
    }
}
