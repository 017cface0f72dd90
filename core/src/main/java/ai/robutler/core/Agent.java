package ai.robutler.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Instructions, a model and skills. One agent serves any number of runs at once, from any threads,
 * and holds no state of any of them.
 */
public final class Agent implements AutoCloseable {
    private final String name;
    private final String description;
    private final String instructions;
    private final String model;
    private final String owner;
    private final Scope scope;
    private final List<String> intents;
    private final Limits limits;
    private final Optional<Thinking> thinking;
    private final Continuations continuations;
    private final Completer completer;
    private final Function<String, Optional<Completer>> withOwnKey;
    private final Optional<Billing> billing;
    private final boolean ownKeys;
    private final Skills skills;
    private final Life life;

    /**
     * @param withOwnKey the same model with a key of the caller's
     */
    Agent(
            AgentBuilder made,
            Completer completer,
            Function<String, Optional<Completer>> withOwnKey,
            Skills skills) {
        this.name = made.name;
        this.description = made.description;
        this.instructions = made.instructions;
        this.model = made.model;
        this.owner = made.owner;
        this.scope = made.scope;
        this.intents = made.intents;
        this.limits = made.limits;
        this.thinking = made.thinking;
        this.continuations = made.continuations;
        this.completer = completer;
        this.withOwnKey = withOwnKey;
        this.billing = made.billing;
        this.ownKeys = made.ownKeys;
        this.skills = skills;
        this.life = new Life(skills.lives());
    }

    /**
     * Starts an agent.
     *
     * @param name the agent's name, in lower case, see {@link Names}
     */
    public static AgentBuilder builder(String name) {
        return new AgentBuilder(name);
    }

    /** The answer to one message. */
    public ChatCompletion run(String message) {
        return run(ChatRequest.of(message));
    }

    /** The answer to a request, as an anonymous caller. */
    public ChatCompletion run(ChatRequest request) {
        return run(Invocation.of(request));
    }

    /**
     * Runs the agent on this thread until it has its answer, or has calls for the request's own
     * tools. An interrupt cancels the run and all that it waits for.
     *
     * @throws ApiException if the request is wrong, the caller may not, or something failed
     * @throws CancelledException if this thread was interrupted
     */
    public ChatCompletion run(Invocation invocation) {
        return new Run(this, invocation).complete();
    }

    /** The answer to one message, in pieces. */
    public ChatStream stream(String message) {
        return stream(ChatRequest.of(message));
    }

    /** The answer to a request in pieces, as an anonymous caller. */
    public ChatStream stream(ChatRequest request) {
        return stream(Invocation.of(request));
    }

    /**
     * Runs the agent on a thread of its own, one chunk ahead of the reader at most. Closing the
     * stream cancels the run.
     */
    public ChatStream stream(Invocation invocation) {
        return new RunStream(sink -> stream(invocation, sink), invocation.requestId());
    }

    /**
     * Runs the agent on this thread, with each chunk given to the sink as it comes. Failures are as
     * in {@link #run(Invocation)}.
     */
    public void stream(Invocation invocation, ChunkSink sink) {
        new Run(this, invocation).stream(sink);
    }

    /** Whether the caller may talk to this agent at all. */
    public boolean admits(Caller caller) {
        return scope.admits(caller, owner) && caller.mayReach(name);
    }

    public String name() {
        return name;
    }

    public String description() {
        return description;
    }

    public String instructions() {
        return instructions;
    }

    /** The model, {@code provider/model}. */
    public String model() {
        return model;
    }

    /** The user who owns the agent, "" where nobody does. */
    public String owner() {
        return owner;
    }

    public Scope scope() {
        return scope;
    }

    public List<String> intents() {
        return intents;
    }

    public Limits limits() {
        return limits;
    }

    /** How much its model thinks; empty where that is left to the model. */
    public Optional<Thinking> thinking() {
        return thinking;
    }

    /** The names of its skills. */
    public List<String> skillNames() {
        return skills.names();
    }

    /** What the model is offered in runs of this caller, handoffs included. */
    public List<ToolDefinition> tools(Caller caller) {
        var definitions = new ArrayList<ToolDefinition>();
        for (AgentTool tool : skills.allTools()) {
            if (tool.scope().admits(caller, owner)) {
                definitions.add(tool.definition());
            }
        }
        for (AgentHandoff handoff : skills.handoffs()) {
            if (handoff.admits(caller, owner)) {
                definitions.add(handoff.definition());
            }
        }
        return definitions;
    }

    /** The tools that run here and that the caller may use, handoffs not included. */
    public List<AgentTool> ownTools(Caller caller) {
        return skills.allTools().stream()
                .filter(tool -> tool.scope().admits(caller, owner))
                .toList();
    }

    /** What its skills offer of a kind, in their order. */
    public <T extends Offering> List<T> offerings(Class<T> kind) {
        return skills.offerings().stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** The system message of the caller's runs: the instructions, and the prompts of its skills. */
    public String instructions(RunContext context) {
        return Turns.systemMessage(this, context);
    }

    /** Its own HTTP endpoints. */
    public List<AgentEndpoint> endpoints() {
        return skills.endpoints();
    }

    /**
     * Calls one of this agent's endpoints, within a context like that of a run.
     *
     * @throws ApiException if the caller may not, or the endpoint says so
     */
    public EndpointReply call(
            AgentEndpoint endpoint, AgentEndpoint.Call call, Invocation invocation) {
        Caller caller = invocation.caller();
        boolean reaches = admits(caller) || (endpoint.publishing() && caller.onlyPublishes());
        if (!reaches || !endpoint.scope().admits(caller, owner)) {
            throw denied(caller);
        }
        var context = new RunContext(this, invocation, Deadline.after(limits.time()));
        EndpointReply reply =
                living(() -> context.call(() -> endpoint.function().call(call, context)));
        return reply.events()
                .map(events -> reply.withEvents(sink -> write(events, sink, context)))
                .orElse(reply);
    }

    private void write(EndpointReply.Events events, EventSink sink, RunContext context) {
        boolean _ =
                living(
                        () ->
                                context.call(
                                        () -> {
                                            events.write(sink);
                                            return true;
                                        }));
    }

    /**
     * Calls one of its tools for the caller of one of its endpoints, outside of any conversation:
     * with the hooks of a run (but those of its messages), its time-outs, and its price. What went
     * wrong with the tool is a result.
     *
     * @param context of the endpoint; the tool sees the attributes that were set there
     * @param headers that came in another form than HTTP's, by name in lower case
     * @param progress is told how the work goes on, from any thread
     * @throws InvalidRequestException if the caller has no such tool (404)
     * @throws ApiException if it is not paid for, or a hook stops it
     * @throws CancelledException if this thread was interrupted
     */
    public ToolResult callTool(
            ToolCall call,
            RunContext context,
            Map<String, String> headers,
            Consumer<String> progress) {
        return new ToolRun(this, context, headers, progress).call(call);
    }

    /**
     * A run for the caller of one of its endpoints, as {@link #stream(Invocation, ChunkSink)}.
     *
     * @param context of the endpoint
     * @param headers that came in another form than HTTP's, by name in lower case
     */
    public void stream(
            ChatRequest request, RunContext context, Map<String, String> headers, ChunkSink sink) {
        stream(context.invocation().withRequest(request).withMoreHeaders(headers), sink);
    }

    private <T> T living(Callable<T> work) {
        life.begin(this);
        try {
            return work.call();
        } catch (Exception e) {
            throw Failures.of(e);
        } finally {
            life.end();
        }
    }

    /**
     * Starts what its skills hold ({@link SkillLifecycle}), if nobody has: otherwise the first run
     * does.
     */
    public void start() {
        life.start(this);
    }

    /**
     * Serves no more: what its skills hold is freed when the last run is over. Runs that begin
     * later are refused. An agent whose skills hold nothing need not be closed.
     */
    @Override
    public void close() {
        life.close();
    }

    /** Whether it was closed: another may have taken its place. */
    public boolean isClosed() {
        return life.isClosed();
    }

    Life life() {
        return life;
    }

    /** What a caller without the scope is told: who it is not, or what it may not. */
    static ApiException denied(Caller caller) {
        return switch (caller) {
            case Caller.Anonymous _ ->
                    new AuthenticationException(
                            "authentication_required", "This needs credentials; none were given.");
            case Caller.User _ -> new PermissionException("These credentials do not allow this.");
        };
    }

    /** The provider's part of the model's name. */
    String providerName() {
        return ModelName.parse(model).provider();
    }

    /** Whether a name is taken by a tool or a handoff of this agent, for whomever it is. */
    public boolean hasTool(String name) {
        return skills.allTools().stream().anyMatch(tool -> tool.name().equals(name))
                || skills.handoffs().stream().anyMatch(handoff -> handoff.toolName().equals(name));
    }

    boolean hasTools() {
        return !skills.tools().isEmpty()
                || !skills.handoffs().isEmpty()
                || !skills.sources().isEmpty();
    }

    Completer completer() {
        return completer;
    }

    /**
     * Its model, called with a key of the caller's.
     *
     * @throws InvalidRequestException if the provider cannot do that
     */
    Completer completer(String ownKey) {
        return withOwnKey
                .apply(ownKey)
                .orElseThrow(
                        () ->
                                InvalidRequestException.of(
                                        "own_key_not_usable",
                                        "",
                                        "This agent's provider cannot be called with a key of"
                                                + " yours."));
    }

    /** Whether callers may bring the provider's key, see {@link AgentBuilder#ownKeys}. */
    public boolean takesOwnKeys() {
        return ownKeys;
    }

    /**
     * What an answered request costs its caller, besides what its model and its tools cost, in
     * whole nano-dollars: 0 where nobody pays; empty where that is not known beforehand.
     */
    public OptionalLong priceNanoUsd() {
        return billing.map(Billing::requestNanoUsd).orElseGet(() -> OptionalLong.of(0));
    }

    Optional<Billing> billing() {
        return billing;
    }

    Continuations continuations() {
        return continuations;
    }

    Skills skills() {
        return skills;
    }
}
