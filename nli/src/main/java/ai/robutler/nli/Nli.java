package ai.robutler.nli;

import ai.robutler.core.AssertionSigner;
import ai.robutler.core.CancelledException;
import ai.robutler.core.ChatChunk;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.ChatStream;
import ai.robutler.core.Deadline;
import ai.robutler.core.Directory;
import ai.robutler.core.OtherAgent;
import ai.robutler.core.RunContext;
import ai.robutler.core.Settings;
import ai.robutler.core.Usage;
import ai.robutler.nli.NliException.Kind;
import ai.robutler.outbound.OutboundClient;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Calls agents in natural language: those of this server, those of the directory, and those at any
 * URL that may be called. One serves a whole program. Thread-safe; calls block their (virtual)
 * thread, and an interrupt ends them at once with {@link CancelledException}, and what the other
 * side does with them.
 *
 * <p>What goes along with a call: the request's id and trace, the chain of calls, the time that is
 * left, a payment token for the called agent alone, and, to agents that are trusted, for whom it is
 * called. Nothing else of the run reaches anybody.
 */
public final class Nli {
    /** The longest text of an answer; what is longer is cut. */
    private static final int LONGEST = 200_000;

    /** What is left of a run's time for its own answer after a call: a tenth, 5 s at most. */
    private static final int SHARE = 10;

    private static final Duration RESERVE = Duration.ofSeconds(5);

    private final NliSettings settings;
    private final Here here;
    private final Targets targets;
    private final AssertionSigner signer;
    private final Breakers breakers = new Breakers();
    private final Line overHttp;
    private final Line direct;

    /**
     * @param client calls addresses of others; not closed here
     * @param signer tells trusted agents for whom they are called
     */
    public Nli(
            NliSettings settings,
            OutboundClient client,
            Here here,
            Directory directory,
            AssertionSigner signer) {
        this.settings = settings;
        this.here = here;
        this.targets = new Targets(here, directory, settings.trusted());
        this.signer = signer;
        this.overHttp = new AnyLine(new Wire(client, here));
        this.direct = new DirectLine(here);
    }

    /** The skill {@code nli} with the settings of one agent, see {@link NliSettings}. */
    public Object skill(Settings own) {
        return new NliSkill(this, settings.narrowed(own));
    }

    /**
     * Asks another agent, within the current run.
     *
     * @param agent a name here, {@code @owner.name}, or a URL
     * @param authorizedNanoUsd what it may cost at most
     * @throws NliException if there is no answer
     */
    public NliAnswer ask(String agent, String message, long authorizedNanoUsd) {
        return ask(agent, ChatRequest.of(message), authorizedNanoUsd, settings, _ -> {});
    }

    /**
     * @param tokens gets the answer's text as it comes
     */
    NliAnswer ask(
            String agent,
            ChatRequest request,
            long authorizedNanoUsd,
            NliSettings rules,
            Consumer<String> tokens) {
        FarCall call = call(agent, authorizedNanoUsd, rules);
        var text = new StringBuilder();
        Usage usage =
                call.part(
                        () -> {
                            try (ChatStream stream = open(call, request)) {
                                return read(stream, text, tokens);
                            }
                        });
        call.end(Breaker.Outcome.ANSWERED);
        return new NliAnswer(call.target().shown(), text.toString(), usage, call.charged());
    }

    private static Usage read(ChatStream stream, StringBuilder text, Consumer<String> tokens) {
        Usage usage = Usage.NONE;
        for (ChatChunk chunk : stream) {
            String piece = chunk.text();
            if (!piece.isEmpty() && text.length() < LONGEST) {
                text.append(piece, 0, Math.min(piece.length(), LONGEST - text.length()));
                tokens.accept(piece);
            }
            usage = chunk.usage().isNone() ? usage : chunk.usage();
        }
        return usage;
    }

    /**
     * Another agent in a model's place: for one handover of the current run.
     *
     * @param agent as in {@link #ask}
     */
    public OtherAgent handoff(String agent) {
        return new FarCompleter(this, agent, settings);
    }

    ChatStream open(FarCall call, ChatRequest request) {
        ChatRequest named = request.withModel(call.target().name());
        return call.send(
                headers -> line(call).open(call.target(), named, headers, call.deadline()));
    }

    Line line(FarCall call) {
        boolean inside = settings.direct() && call.target().place() == Target.Place.HERE;
        return inside ? direct : overHttp;
    }

    /**
     * A call that all rules allow.
     *
     * @throws NliException if one does not
     */
    FarCall call(String agent, long authorizedNanoUsd, NliSettings rules) {
        RunContext run = RunContext.current();
        Target target = targets.find(agent);
        requireAllowed(target, rules);
        Chain chain = chain(run);
        requireNoLoop(target, chain, rules);
        Fanout.count(run, rules.calls());
        Deadline deadline = deadline(run, target, rules);
        Breaker breaker = breakers.of(target);
        Duration rest = breaker.enter();
        if (rest.isPositive()) {
            throw FarCall.resting(target, rest);
        }
        long authorized = Math.min(authorizedNanoUsd, rules.authorizedNanoUsd());
        return new FarCall(
                target,
                new Envelope(run, chain, signer),
                new Purse(run, target, authorized),
                rules.payment(),
                deadline,
                breaker);
    }

    private void requireAllowed(Target target, NliSettings rules) {
        List<String> names = target.names();
        if (!settings.talkTo().admit(names) || !rules.talkTo().admit(names)) {
            throw new NliException(
                    Kind.REFUSED_BY_RULE,
                    target.shown() + " may not be called: a rule forbids it.");
        }
        if (target.place() == Target.Place.HERE && here.url().isEmpty() && !settings.direct()) {
            throw new NliException(
                    Kind.UNREACHABLE, target.shown() + " cannot be called: nothing is served yet.");
        }
    }

    /** The chain as it is sent on: what came, who handed over here, and the caller itself. */
    private Chain chain(RunContext run) {
        var more = new ArrayList<String>();
        run.chain().forEach(name -> more.add(targets.ownLink(name)));
        more.add(targets.ownLink(run.agent().name()));
        return Chain.of(name -> run.header(name).stream().toList()).with(more);
    }

    private void requireNoLoop(Target target, Chain chain, NliSettings rules) {
        if (chain.links().size() > Chain.DEEPEST) {
            throw new NliException(
                    Kind.TOO_DEEP,
                    target.shown()
                            + " was not called: "
                            + Chain.DEEPEST
                            + " agents have called one another already.");
        }
        if (chain.has(targets.link(target)) && !rules.again().admit(target.names())) {
            throw new NliException(
                    Kind.LOOP,
                    target.shown() + " was not called: it is in this chain of calls already.");
        }
    }

    private static Deadline deadline(RunContext run, Target target, NliSettings rules) {
        Duration left = run.deadline().remaining();
        Duration tenth = left.dividedBy(SHARE);
        left = left.minus(tenth.compareTo(RESERVE) < 0 ? tenth : RESERVE);
        if (!left.isPositive()) {
            throw new NliException(
                    Kind.TIMED_OUT, target.shown() + " was not called: no time is left.");
        }
        return Deadline.after(left.compareTo(rules.timeout()) < 0 ? left : rules.timeout());
    }

    Targets targets() {
        return targets;
    }

    NliSettings settings() {
        return settings;
    }
}
