package ai.robutler.core;

import java.time.Duration;
import java.util.function.Function;

/** Counts the model calls of one run: their time, their usage, how they ended. */
final class ModelCalls {
    private final RunContext context;
    private final RunListener listener;

    ModelCalls(RunContext context, RunListener listener) {
        this.context = context;
        this.listener = listener;
    }

    /** One call under way. */
    final class Call {
        private final long start = System.nanoTime();
        private Usage usage = Usage.NONE;
        private Cost cost = Cost.unknown();
        private boolean started;
        private boolean ended;

        /** When the call must have ended. */
        Deadline deadline() {
            return new Deadline(context.deadline().nanoTime() + Run.GRACE.toNanos())
                    .or(context.latest());
        }

        /** What is known of its usage; the last word counts. */
        void usage(Usage reported) {
            usage = reported.isNone() ? usage : reported;
        }

        /** As much of the answer as there will be. */
        void end(Completer completer, ChatCompletion turn) {
            ended = true;
            usage(turn.usage());
            cost = completer.cost(turn);
        }

        /** The answer broke off: its last counts may have been still to come. */
        void brokeOff(Completer completer, ChatCompletion turn) {
            end(completer, turn);
            if (!(completer instanceof OtherAgent)) {
                cost = new Cost.Unknown(cost.nanoUsd());
            }
        }

        /** A chunk has come. */
        void chunk() {
            if (!started) {
                started = true;
                listener.firstToken(context.agent(), took());
            }
        }

        /** What the payer owes: nothing for a call that failed before anything of it came. */
        private Cost charged(RunOutcome outcome) {
            boolean came = started || ended;
            return outcome == RunOutcome.FAILED && !came ? Cost.zero() : cost;
        }

        private Duration took() {
            return Duration.ofNanos(System.nanoTime() - start);
        }
    }

    /** What is held for a call; another agent's run holds what it needs itself. */
    private Tab.ModelCharge hold(String model, Completer completer, ChatRequest request) {
        if (completer instanceof OtherAgent) {
            return Tab.ModelCharge.NONE;
        }
        return context.tab()
                .model(
                        new ModelOffer(
                                model, () -> completer.ceiling(request), isCallers(completer)));
    }

    /** Whether the caller pays the provider; a completer of a skill's knows nothing of the key. */
    private boolean isCallers(Completer completer) {
        return completer.equals(context.completer()) && context.ownKey().isPresent();
    }

    private static void end(Tab.ModelCharge charge, Cost cost, RunOutcome outcome) {
        Interrupts.heldBack(() -> charge.end(cost, outcome));
    }

    /** A whole answer beside the turns of the run. */
    ChatCompletion aside(String model, Completer completer, ChatRequest request, Deadline until) {
        return time(
                model,
                completer,
                request,
                call -> {
                    ChatCompletion answer = completer.complete(request, call.deadline().or(until));
                    call.end(completer, answer);
                    return answer;
                });
    }

    /** Makes a call; its usage is recorded, and paid for, however it ends. */
    ChatCompletion time(
            Completer completer, ChatRequest request, Function<Call, ChatCompletion> body) {
        return time(context.agent().model(), completer, request, body);
    }

    private ChatCompletion time(
            String model,
            Completer completer,
            ChatRequest request,
            Function<Call, ChatCompletion> body) {
        Tab.ModelCharge charge = hold(model, completer, request);
        var call = new Call();
        RunOutcome outcome = RunOutcome.FAILED;
        try {
            ChatCompletion turn = body.apply(call);
            outcome = RunOutcome.COMPLETED;
            return turn;
        } catch (CancelledException e) {
            outcome = RunOutcome.CANCELLED;
            throw e;
        } catch (ProviderException.Permanent e) {
            // Refused before anything was made. Another agent's run may have paid for more.
            if (!call.started && !call.ended) {
                call.cost = Cost.zero();
            }
            throw e;
        } finally {
            context.add(call.usage);
            context.add(call.cost);
            end(charge, call.charged(outcome), outcome);
            listener.modelCall(context.agent(), call.took(), call.usage, outcome);
            listener.modelCost(context.agent(), call.cost);
        }
    }
}
