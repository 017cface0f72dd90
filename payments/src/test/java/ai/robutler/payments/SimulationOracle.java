package ai.robutler.payments;

import ai.robutler.core.ApiException;
import ai.robutler.core.InternalException;
import ai.robutler.payments.Ledger.Hold;
import ai.robutler.payments.Ledger.PaymentToken;
import ai.robutler.payments.Ledger.Settlement;
import ai.robutler.payments.SimulationPlan.Request;

import org.jdbi.v3.core.Handle;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** What the clients were told, against what the database says in the end. */
final class SimulationOracle {
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final Set<String> unheard = ConcurrentHashMap.newKeySet();
    private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
    private final Map<String, AtomicLong> counts = new ConcurrentHashMap<>();

    private record Answer(Request request, Object answer) {}

    /** A movement or hold as the database has it. */
    private record Kept(long amount, long released, String state) {}

    void answered(Request request, Object answer) {
        count(request.getClass().getSimpleName() + " done");
        // Another token text is the same token.
        Object same = answer instanceof PaymentToken token ? token.id() : answer;
        var first = answers.putIfAbsent(key(request), new Answer(request, same));
        if (first != null && !first.answer().equals(same)) {
            wrong.add("two answers to " + request + ": " + first.answer() + ", " + same);
        }
        if (first != null && !first.request().equals(request)) {
            wrong.add("two contents of one id: " + request + ", " + first.request());
        }
    }

    void unheard(Request request) {
        count(request.getClass().getSimpleName() + " unheard");
        unheard.add(key(request));
    }

    void refused(Request request, ApiException reason) {
        String why = reason.code().isEmpty() ? "refused" : reason.code();
        count(request.getClass().getSimpleName() + " " + why);
        if (reason instanceof InternalException) {
            wrong.add("failed: " + request + ": " + reason);
        }
    }

    private void count(String what) {
        counts.computeIfAbsent(what, _ -> new AtomicLong()).incrementAndGet();
    }

    String counts() {
        return new java.util.TreeMap<>(counts).toString();
    }

    /** Holds and tokens have names of their own. */
    private static String key(Request request) {
        return switch (request) {
            case SimulationPlan.Lock lock -> "hold " + lock.id();
            case SimulationPlan.Issue issue -> "token " + issue.id();
            case SimulationPlan.Delegate delegate -> "token " + delegate.id();
            case Request other -> "movement " + other.id();
        };
    }

    List<String> violations(Handle handle) {
        var kept = new HashMap<String, Kept>();
        keep(handle, kept, "movement", "SELECT id, charged, released, state FROM ledger_movement");
        keep(handle, kept, "hold", "SELECT id, locked_nano, 0, state FROM ledger_hold");
        keep(handle, kept, "token", "SELECT issue, limit_nano, 0, id FROM ledger_token");
        var found = new ArrayList<>(wrong);
        for (var each : answers.entrySet()) {
            Kept row = kept.get(each.getKey());
            if (row == null) {
                found.add("acknowledged, and not there: " + each.getValue());
            } else if (!matches(each.getValue(), row)) {
                found.add("acknowledged otherwise: " + each.getValue() + ", " + row);
            }
        }
        for (String key : kept.keySet()) {
            if (!answers.containsKey(key) && !unheard.contains(key)) {
                found.add("there, and never acknowledged: " + key);
            }
        }
        return found.size() > 100 ? found.subList(0, 100) : found;
    }

    private static boolean matches(Answer answer, Kept row) {
        return switch (answer.answer()) {
            case Settlement settlement ->
                    settlement.chargedNanoUsd() == row.amount()
                            && settlement.releasedNanoUsd() == row.released()
                            && settlement.state().name().equals(row.state());
            case Hold hold when answer.request() instanceof SimulationPlan.Lock ->
                    hold.nanoUsd() == row.amount();
            case SimulationPlan.Credit credit -> credit.nano() == row.amount();
            case String token -> token.equals(row.state());
            default -> true;
        };
    }

    private static void keep(Handle handle, Map<String, Kept> kept, String what, String sql) {
        handle.select(sql)
                .map(
                        (rows, _) ->
                                kept.put(
                                        what + " " + rows.getString(1),
                                        new Kept(
                                                rows.getLong(2),
                                                rows.getLong(3),
                                                rows.getString(4))))
                .list();
    }
}
