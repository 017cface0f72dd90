package ai.robutler.memory;

import ai.robutler.core.ChatMessage;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.ConflictException;
import ai.robutler.core.Deadline;
import ai.robutler.core.HookCall;
import ai.robutler.core.InvalidRequestException;
import ai.robutler.core.RunContext;
import ai.robutler.core.RunOutcome;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The runs of an agent in their conversations: each begins with what was said before, and adds what
 * it says when its answer is complete.
 */
final class SessionRuns {
    private static final RunContext.Key<Open> OPEN = RunContext.Key.of("session", Open.class);

    /** A history that a client brings along is not kept beyond this. */
    private static final SessionWindow LONGEST_HISTORY = new SessionWindow(500, Integer.MAX_VALUE);

    /** Stands for the last turn: none is replaced. */
    private static final long ALL_STAY = Long.MAX_VALUE;

    private final SessionStore store;
    private final SessionSettings settings;
    private final SessionSummary summaries;

    SessionRuns(SessionStore store, SessionSettings settings, SessionSummary summaries) {
        this.store = store;
        this.settings = settings;
        this.summaries = summaries;
    }

    /**
     * A conversation that a run is in.
     *
     * @param after the number of the last turn that counts before it
     * @param fresh what the client says in it, as it came
     * @param whole what the run began with, as far as this skill knows
     */
    private record Open(
            SessionHold hold, long after, List<ChatMessage> fresh, List<ChatMessage> whole) {}

    /** The conversation that a run is in. */
    static Optional<SessionRow> of(RunContext context) {
        return context.attribute(OPEN).map(open -> open.hold().session());
    }

    /** What was said, and what of it stays. */
    private record Kept(List<SessionTurn> turns, int stay, int fresh) {}

    /** Puts what was said before the request's messages. */
    void begin(HookCall.Connection call, RunContext context) {
        if (!context.chain().isEmpty() || context.attribute(OPEN).isPresent()) {
            // The conversation is that of the agent which handed over.
            return;
        }
        Optional<SessionName> name = SessionName.of(context);
        if (name.isEmpty()) {
            return;
        }
        MemoryOwner owner = MemoryOwner.of(context);
        requirePossible(owner, name.get(), call.request());
        SessionHold hold =
                store.hold(
                        owner,
                        name.get(),
                        Deadline.after(settings.patience()).or(context.deadline()));
        context.attribute(OPEN, new Open(hold, ALL_STAY, List.of(), List.of()));
        context.replyHeaders().set(SessionName.HEADER, name.get().text());
        begin(call, context, hold);
    }

    private static void requirePossible(MemoryOwner owner, SessionName name, ChatRequest request) {
        if (!owner.isKnown() && !name.isUnguessable()) {
            throw InvalidRequestException.of(
                    "session_id_guessable",
                    SessionName.HEADER,
                    "Without credentials whoever knows a session's id can read it, so it must be"
                            + " one that nobody can guess: a random UUID, or what POST"
                            + " /{agent}/sessions gives.");
        }
        if (request.choices() > 1) {
            throw InvalidRequestException.of(
                    "n", "A session goes on with one answer: 'n' must be 1.");
        }
        if (request.field("functions").isArray()) {
            throw InvalidRequestException.of(
                    "functions", "In a session, use 'tools' in place of 'functions'.");
        }
    }

    private void begin(HookCall.Connection call, RunContext context, SessionHold hold) {
        List<ChatMessage> sent = call.request().messages();
        Kept kept = kept(hold, sent.stream().filter(each -> !isSystem(each)).toList());
        boolean allStay = kept.stay() == kept.turns().size();
        long after = allStay ? ALL_STAY : kept.turns().get(kept.stay() - 1).number();
        int first = indexOf(sent, kept.fresh());
        List<ChatMessage> fresh = sent.subList(first, sent.size());

        Before before = before(hold, context, kept.turns().subList(0, kept.stay()));
        var whole = new ArrayList<ChatMessage>();
        sent.subList(0, first).stream().filter(SessionRuns::isSystem).forEach(whole::add);
        if (!before.summary().isEmpty()) {
            whole.add(SessionSummary.message(before.summary()));
        }
        whole.addAll(SessionPairs.join(settings.window().trim(before.messages()), fresh));
        context.attribute(OPEN, new Open(hold, after, List.copyOf(fresh), whole));
        call.replace(call.request().withMessages(whole));
    }

    /** What the client has sent, against what is kept. */
    private Kept kept(SessionHold hold, List<ChatMessage> sent) {
        if (!SessionOverlap.isHistory(sent)) {
            List<SessionTurn> turns = turns(hold, hold.session().summarised());
            return new Kept(turns, turns.size(), 0);
        }
        List<SessionTurn> turns = store.turns(hold, 0, store.bounds().sessionTurns());
        if (turns.isEmpty()) {
            return new Kept(turns, 0, 0);
        }
        SessionOverlap overlap =
                SessionOverlap.of(turns.stream().map(SessionTurn::seen).toList(), sent)
                        .orElseThrow(
                                () ->
                                        new ConflictException(
                                                "session_history_unknown",
                                                "The history in 'messages' is not that of this"
                                                        + " session. Send only what is new, or use"
                                                        + " another session id."));
        return new Kept(turns, overlap.turns(), overlap.fresh());
    }

    private List<SessionTurn> turns(SessionHold hold, long after) {
        int limit =
                settings.summary() instanceof SessionSettings.NoSummary
                        ? settings.window().messages() + 1
                        : store.bounds().sessionTurns();
        return store.turns(hold, after, limit);
    }

    /** Where the messages begin of which so many that are of no system were said before. */
    private static int indexOf(List<ChatMessage> sent, int known) {
        int index = 0;
        for (int seen = 0; index < sent.size() && (seen < known || isSystem(sent.get(index))); ) {
            seen += isSystem(sent.get(index++)) ? 0 : 1;
        }
        return index;
    }

    /** What the run goes on from. */
    private record Before(String summary, List<ChatMessage> messages) {}

    private Before before(SessionHold hold, RunContext context, List<SessionTurn> turns) {
        String summary = hold.session().summary();
        long summarised = hold.session().summarised();
        if (!summary.isEmpty() && !turns.isEmpty() && turns.getLast().number() < summarised) {
            // The client went back behind it.
            store.summarise(hold, "", 0);
            summary = "";
            summarised = 0;
        }
        long known = summarised;
        List<SessionTurn> rest = turns.stream().filter(turn -> turn.number() > known).toList();
        List<ChatMessage> messages = messages(rest);
        int fallen = settings.window().fits(messages) ? 0 : fallen(rest);
        if (fallen > 0) {
            Optional<String> longer =
                    summaries.of(
                            settings.summary(),
                            context,
                            summary,
                            messages(rest.subList(0, fallen)));
            if (longer.isPresent()) {
                store.summarise(hold, longer.get(), rest.get(fallen - 1).number());
                return new Before(longer.get(), messages(rest.subList(fallen, rest.size())));
            }
        }
        return new Before(summary, messages);
    }

    /** How many of the oldest turns go, so that half the window is free again. */
    private int fallen(List<SessionTurn> turns) {
        if (settings.summary() instanceof SessionSettings.NoSummary) {
            return 0;
        }
        int first = turns.size() - 1;
        while (first > 0
                && settings.window()
                        .half()
                        .fits(messages(turns.subList(first - 1, turns.size())))) {
            first--;
        }
        while (first > 0 && SessionWindow.isResult(turns.get(first).messages().getFirst())) {
            first--;
        }
        return first;
    }

    private static List<ChatMessage> messages(List<SessionTurn> turns) {
        return turns.stream().flatMap(turn -> turn.messages().stream()).toList();
    }

    private static boolean isSystem(ChatMessage message) {
        return message.is("system") || message.is("developer");
    }

    /** Keeps what was said. After this the answer, or the end of it, goes out. */
    void end(HookCall.Message call, RunContext context) {
        context.attribute(OPEN).ifPresent(open -> end(open, call));
    }

    private void end(Open open, HookCall.Message call) {
        var said = new ArrayList<ChatMessage>();
        List<ChatMessage> fresh = fresh(open, call.conversation());
        // What is short may well begin with results: their calls are in the turn before.
        boolean isShort = fresh.size() <= LONGEST_HISTORY.messages();
        for (ChatMessage message : isShort ? fresh : LONGEST_HISTORY.trim(fresh)) {
            if (!isSystem(message)) {
                said.add(message);
            }
        }
        said.addAll(call.turn());
        var seen = new ArrayList<ChatMessage>();
        open.fresh().stream().filter(each -> !isSystem(each)).forEach(seen::add);
        seen.add(call.completion().message());
        store.add(open.hold(), open.after(), said, SessionSeen.of(seen), settings.expires());
    }

    /** The client's messages as the run saw them: other hooks may have changed them. */
    private static List<ChatMessage> fresh(Open open, List<ChatMessage> conversation) {
        int size = conversation.size();
        int from = Math.max(0, size - open.fresh().size());
        boolean isAtTheEnd =
                size == open.whole().size()
                        && open.whole().subList(from, size).equals(open.fresh());
        return isAtTheEnd ? conversation.subList(from, size) : open.fresh();
    }

    /** A run that failed, or whose client left, was never here. */
    void finish(HookCall.Finalize end, RunContext context) {
        if (end.outcome() != RunOutcome.COMPLETED) {
            context.attribute(OPEN).ifPresent(open -> store.abandon(open.hold()));
        }
    }
}
