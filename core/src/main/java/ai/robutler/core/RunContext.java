package ai.robutler.core;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * What is known during a run: who calls, which agent, what it has used. Bound for the run, seen in
 * every hook and tool, in parallel tools too, and gone after it. Thread-safe.
 */
public final class RunContext {
    static final ScopedValue<RunContext> CURRENT = ScopedValue.newInstance();

    private static final Set<String> CREDENTIALS =
            Set.of(
                    "authorization",
                    "proxy-authorization",
                    "cookie",
                    "x-api-key",
                    "x-owner-assertion",
                    "x-payment-token",
                    "x-provider-key",
                    "payment-signature");

    /** What a call needs of a request that may be over. */
    private static final Set<String> KEPT =
            Set.of(
                    "x-payment-token",
                    "payment-signature",
                    "x-provider-key",
                    "x-session-id",
                    "traceparent",
                    "tracestate",
                    CallHeaders.CHAIN,
                    CallHeaders.TIMEOUT);

    /**
     * The name of a free attribute, distinct by identity: keep it in a constant.
     *
     * @param <T> what the attribute holds
     */
    public static final class Key<T> {
        private final String name;
        private final Class<T> type;

        private Key(String name, Class<T> type) {
            this.name = name;
            this.type = type;
        }

        public static <T> Key<T> of(String name, Class<T> type) {
            return new Key<>(name, type);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private final Agent agent;
    private final Invocation invocation;
    private final Deadline deadline;
    private final Deadline latest;
    private final AtomicReference<Usage> usage = new AtomicReference<>(Usage.NONE);
    private final AtomicReference<Cost> cost = new AtomicReference<>(Cost.zero());
    private final ConcurrentHashMap<Key<?>, Object> attributes = new ConcurrentHashMap<>();
    private volatile Tab tab;
    private volatile boolean opened;
    private volatile ChunkSink progress = _ -> {};
    private volatile @Nullable Completer completer;

    RunContext(Agent agent, Invocation invocation, Deadline deadline) {
        this(agent, invocation, deadline, new Deadline(deadline.nanoTime() + Run.GRACE.toNanos()));
    }

    /**
     * @param latest when its last model call must have ended, too
     */
    RunContext(Agent agent, Invocation invocation, Deadline deadline, Deadline latest) {
        this.agent = agent;
        this.latest = latest;
        this.invocation = invocation;
        this.deadline = deadline;
        this.tab = invocation.tab();
    }

    Invocation invocation() {
        return invocation;
    }

    /** Works on this thread within this context, as tools and hooks do. */
    public <T extends @Nullable Object, X extends Throwable> T call(
            ScopedValue.CallableOp<? extends T, X> body) throws X {
        return ScopedValue.where(CURRENT, this).call(body);
    }

    /** The context of a call made within this one. */
    RunContext within(Invocation inner) {
        var context = new RunContext(agent, inner, deadline);
        context.attributes.putAll(attributes);
        return context;
    }

    /**
     * The context of the run on this thread.
     *
     * @throws IllegalStateException outside of a run
     */
    public static RunContext current() {
        if (!CURRENT.isBound()) {
            throw new IllegalStateException("no run on this thread");
        }
        return CURRENT.get();
    }

    public String requestId() {
        return invocation.requestId();
    }

    public Caller caller() {
        return invocation.caller();
    }

    public Agent agent() {
        return agent;
    }

    /** The request as it came. */
    public ChatRequest request() {
        return invocation.request();
    }

    /**
     * A header of the request. Those that carry credentials or money look as if they were not
     * there: no skill needs them.
     */
    public Optional<String> header(String name) {
        return CREDENTIALS.contains(name.toLowerCase(Locale.ROOT))
                ? Optional.empty()
                : invocation.headers().first(name);
    }

    /** What goes into the head of the answer beside what always does. */
    public ReplyHeaders replyHeaders() {
        return invocation.replyHeaders();
    }

    /** What this run goes on. */
    public Tab tab() {
        return tab;
    }

    /** The caller's own key for the model's provider. */
    Optional<String> ownKey() {
        return OwnKey.of(agent, invocation.headers(), !invocation.chain().isEmpty());
    }

    /**
     * The agent's model, called with the caller's own key if there is one; the same for the run.
     */
    Completer completer() {
        Completer made = completer;
        if (made == null) {
            made = ownKey().map(agent::completer).orElseGet(agent::completer);
            completer = made;
        }
        return made;
    }

    void tab(Tab opened) {
        this.tab = opened;
        this.opened = !opened.equals(Tab.FREE);
    }

    /** The answer goes out. A run on another's tab gives its answer to that run alone. */
    void deliver() {
        if (opened) {
            tab.deliver();
        }
    }

    /**
     * Another call of this context's agent by the same caller, with the same credentials and
     * payment: for endpoints that speak another protocol than Chat Completions. It may outlive the
     * request that it comes from.
     */
    public Invocation call(ChatRequest request) {
        return invocation
                .withRequest(request)
                .withHeaders(invocation.headers().kept(KEPT), new ReplyHeaders());
    }

    /** Who is told what the run does; for runs that are part of it. */
    public RunListener listener() {
        return invocation.listener();
    }

    /** The agents that handed over to get here, the first first; empty where the caller called. */
    public List<String> chain() {
        return invocation.chain();
    }

    void progressTo(ChunkSink sink) {
        progress = sink;
    }

    /**
     * Tells a client that reads a stream how the work goes on, as a comment beside the answer that
     * clients pass over. Left out where it cannot be sent: the answer is not streamed, the client
     * does not read, or nothing of a paid answer has been sent yet.
     */
    public void progress(String text) {
        progress.progress(text, !opened);
    }

    /**
     * Asks the agent's model beside the turns of the run, such as for a summary. What it uses is
     * counted, limited and paid for like they are; nothing of it reaches the client.
     *
     * @param until when the answer must be there
     * @throws ApiException if it fails, or cannot be paid for
     * @throws CancelledException if the run is over
     */
    public ChatCompletion askAside(ChatRequest request, Deadline until) {
        return askAside(agent.model(), completer(), request, until);
    }

    /**
     * Asks another model.
     *
     * @param model its name, {@code provider/model}
     */
    public ChatCompletion askAside(
            String model, Completer completer, ChatRequest request, Deadline until) {
        return new ModelCalls(this, invocation.listener()).aside(model, completer, request, until);
    }

    /** When the run's time is over. */
    public Deadline deadline() {
        return deadline;
    }

    Deadline latest() {
        return latest;
    }

    /** The sum over the model calls so far, as far as providers reported. */
    public Usage usage() {
        return usage.get();
    }

    void add(Usage more) {
        usage.accumulateAndGet(more, Usage::plus);
    }

    /** What the model calls so far cost; unknown once one of them cannot be priced. */
    public Cost cost() {
        return cost.get();
    }

    void add(Cost more) {
        cost.accumulateAndGet(more, Cost::plus);
    }

    public <T> Optional<T> attribute(Key<T> key) {
        return Optional.ofNullable(attributes.get(key)).map(key.type::cast);
    }

    /** The attribute, made where there is none yet; once, whoever else asks at the same time. */
    public <T> T attributeOr(Key<T> key, Supplier<T> make) {
        return key.type.cast(attributes.computeIfAbsent(key, _ -> make.get()));
    }

    public <T> void attribute(Key<T> key, T value) {
        attributes.put(key, value);
    }
}
