package ai.robutler.app;

import ai.robutler.core.Agent;
import ai.robutler.core.ApiException;
import ai.robutler.core.CancelledException;
import ai.robutler.core.ChatChunk;
import ai.robutler.core.ChatMessage;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.ChatStream;
import ai.robutler.core.InternalException;
import ai.robutler.core.Invocation;
import ai.robutler.core.ReplyHeaders;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What was said to an agent and what it answered; answers are written as they come. */
final class Conversation {
    private static final Logger LOG = LoggerFactory.getLogger(Conversation.class);

    private static final String SESSION = "X-Session-ID";

    private final Agent agent;
    private final String session;
    private final Io io;
    private final List<ChatMessage> messages = new ArrayList<>();

    /**
     * @param session the name under which the agent keeps it, "" where it does not
     */
    Conversation(Agent agent, String session, Io io) {
        this.agent = agent;
        this.session = session;
        this.io = io;
    }

    String agentName() {
        return agent.name();
    }

    /**
     * Writes the answer to a message. An interrupt of this thread cancels it.
     *
     * @return whether there was an answer; if not, the message counts as not said
     */
    boolean say(String message) {
        messages.add(ChatMessage.user(message));
        var answer = new StringBuilder();
        try (ChatStream stream = agent.stream(invocation())) {
            for (ChatChunk chunk : stream) {
                answer.append(chunk.text());
                io.out().print(chunk.text());
                io.out().flush();
            }
            io.out().println();
            messages.add(ChatMessage.assistant(answer.toString()));
            return true;
        } catch (CancelledException e) {
            return failed(answer, "(cancelled)");
        } catch (ApiException e) {
            if (e instanceof InternalException) {
                LOG.error("the run failed", e.getCause());
            }
            return failed(answer, Redaction.mask(String.valueOf(e.getMessage())));
        }
    }

    private Invocation invocation() {
        if (session.isEmpty()) {
            return Invocation.of(ChatRequest.of(messages)).withCaller(Setup.OPERATOR);
        }
        // The agent knows the rest.
        return Invocation.of(ChatRequest.of(messages.getLast()))
                .withCaller(Setup.OPERATOR)
                .withHeaders(
                        name -> name.equalsIgnoreCase(SESSION) ? List.of(session) : List.of(),
                        new ReplyHeaders());
    }

    private boolean failed(StringBuilder answer, String why) {
        messages.removeLast();
        if (!answer.isEmpty()) {
            io.out().println();
        }
        io.err().println(why);
        return false;
    }

    /** Each line is a message. */
    boolean sayAll(InputStream lines) {
        boolean all = true;
        try {
            var reader = new BufferedReader(new InputStreamReader(lines, StandardCharsets.UTF_8));
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (!line.isBlank()) {
                    all &= say(line.strip());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all;
    }
}
