package ai.robutler.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Another agent in a model's place: it gets the conversation and the request's own tools. */
final class AgentCompleter implements OtherAgent {
    private static final Duration ENDING = Duration.ofSeconds(2);

    private final Agent agent;
    private final Invocation invocation;
    private final RunContext from;
    private volatile Cost cost = Cost.unknown();

    /**
     * @param from the run that hands over, and pays for agents that bill nobody
     */
    AgentCompleter(Agent agent, RunContext from) {
        this.agent = agent;
        this.from = from;
        this.invocation = from.invocation().handedOverBy(from.agent().name(), from.tab());
    }

    /** What the other agent is asked: the conversation without the first agent's system message. */
    @Override
    public ChatRequest request(ChatRequest request, List<ChatMessage> conversation) {
        var tools = new ArrayList<ToolDefinition>();
        for (ToolDefinition tool : request.tools()) {
            if (!agent.hasTool(tool.name())) {
                tools.add(tool);
            }
        }
        return request.withMessages(conversation).withTools(tools).without("tool_choice");
    }

    @Override
    public ChatCompletion complete(ChatRequest request, Deadline deadline) {
        cost = Cost.unknown();
        var run = new Run(agent, invocation.withRequest(request), deadline);
        try {
            return run.complete();
        } finally {
            cost = run.cost();
        }
    }

    @Override
    public ChatStream stream(ChatRequest request, Deadline deadline) {
        var options = Json.object().put("include_usage", true);
        Invocation call = invocation.withRequest(request.with("stream_options", options));
        cost = Cost.unknown();
        var stream =
                new RunStream(
                        sink -> stream(new Run(agent, call, deadline), sink), call.requestId());
        return new ChatStream() {
            @Override
            public Iterator<ChatChunk> iterator() {
                return stream.iterator();
            }

            @Override
            public void close() {
                // What that run spends is settled before this one's tab is closed.
                stream.closeAndAwait(ENDING);
            }
        };
    }

    private void stream(Run run, ChunkSink sink) {
        try {
            run.stream(telling(sink));
        } finally {
            cost = run.cost();
        }
    }

    /** How the other agent's work goes on is told to the client of the first. */
    private ChunkSink telling(ChunkSink sink) {
        return new ChunkSink() {
            @Override
            public void send(ChatChunk chunk) {
                sink.send(chunk);
            }

            @Override
            public void progress(String text, boolean first) {
                from.progress(text);
            }
        };
    }

    /** What the other agent's last run cost; unknown while it goes on. */
    @Override
    public Cost cost(ChatCompletion turn) {
        return cost;
    }
}
