package ai.robutler.nli;

import ai.robutler.core.ChatChunk;
import ai.robutler.core.ChatCompletion;
import ai.robutler.core.ChatMessage;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.ChatStream;
import ai.robutler.core.Deadline;
import ai.robutler.core.Json;
import ai.robutler.outbound.OutboundStream;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * The A2A protocol over HTTP, from the caller's side: the last message of a conversation goes out,
 * what artifacts, messages and states say comes in.
 *
 * <p>Source of the wire format: A2A 1.0.
 */
final class A2aLine {
    private final Wire wire;

    A2aLine(Wire wire) {
        this.wire = wire;
    }

    /**
     * How an agent is to be spoken to.
     *
     * @param url of the interface
     * @param rpc whether it speaks JSON-RPC
     * @param tenant to be told with each request, "" for none
     */
    record Interface(String url, boolean rpc, String tenant) {}

    /**
     * The first interface on the agent's card that is spoken here; empty where there is no card.
     *
     * @throws Refusal if there is a card, but nothing on it that can be used
     */
    Optional<Interface> find(Target target, Deadline deadline) {
        String url = target.url() + "/.well-known/agent-card.json";
        Map<String, String> headers = Map.of("A2A-Version", AgentCards.VERSION);
        try (OutboundStream answer = wire.get(target, url, headers, deadline)) {
            if (answer.status() != 200) {
                return Optional.empty();
            }
            return Optional.of(usable(target, Wire.object(answer.readAll(Wire.LONGEST))));
        }
    }

    private static Interface usable(Target target, ObjectNode card) {
        for (JsonNode each : card.path("supportedInterfaces")) {
            String binding = A2aMessages.text(each, "protocolBinding");
            boolean spoken =
                    A2aMessages.text(each, "protocolVersion").equals(AgentCards.VERSION)
                            && (binding.equals("JSONRPC") || binding.equals("HTTP+JSON"));
            String url = A2aMessages.text(each, "url").replaceAll("/+$", "");
            // What was allowed for the card's address is allowed for no other.
            if (spoken && origin(url).equals(origin(target.url()))) {
                return new Interface(
                        url, binding.equals("JSONRPC"), A2aMessages.text(each, "tenant"));
            }
        }
        throw Refusal.senseless(
                "its card has no interface of A2A 1.0 over HTTP at its own address");
    }

    private static String origin(String url) {
        int path = url.indexOf('/', "https://".length());
        return path < 0 ? url : url.substring(0, path);
    }

    ChatStream open(
            Target target,
            Interface to,
            ChatRequest request,
            Map<String, String> headers,
            Deadline deadline) {
        ObjectNode params = params(to, request);
        ObjectNode body = params;
        String url = to.url() + "/message:stream";
        if (to.rpc()) {
            url = to.url();
            body = Json.object().put("jsonrpc", "2.0").put("id", 1);
            body.put("method", "SendStreamingMessage").set("params", params);
        }
        var all = new TreeMap<>(headers);
        all.put("A2A-Version", AgentCards.VERSION);
        OutboundStream answer = wire.post(target, url, body, all, deadline);
        boolean good = false;
        try {
            Wire.requireGood(answer);
            if (!Wire.isEvents(answer)) {
                ObjectNode whole = Wire.object(answer.readAll(Wire.LONGEST));
                var reading = new Reading();
                String text = reading.read(to.rpc() ? result(whole) : whole);
                return ChatStream.of(ChatCompletion.text(text));
            }
            good = true;
            return new Pieces(new Events(answer), to.rpc());
        } finally {
            if (!good) {
                answer.close();
            }
        }
    }

    private static ObjectNode params(Interface to, ChatRequest request) {
        ObjectNode params = Json.object();
        if (!to.tenant().isEmpty()) {
            params.put("tenant", to.tenant());
        }
        ObjectNode message = params.putObject("message");
        message.put("messageId", UUID.randomUUID().toString()).put("role", "ROLE_USER");
        message.putArray("parts").addObject().put("text", said(request));
        params.putObject("configuration").putArray("acceptedOutputModes").add("text/plain");
        return params;
    }

    /** The other side knows nothing of what was said before. */
    private static String said(ChatRequest request) {
        var text = new StringBuilder();
        for (ChatMessage message : request.messages()) {
            if (!message.text().isBlank() && (message.is("user") || message.is("assistant"))) {
                boolean alone = request.messages().size() == 1;
                text.append(text.isEmpty() ? "" : "\n\n")
                        .append(alone ? "" : message.role() + ": ")
                        .append(message.text());
            }
        }
        return text.toString();
    }

    private static JsonNode result(ObjectNode answer) {
        JsonNode error = answer.path("error");
        if (error.isObject()) {
            int code = error.path("code").asInt(0);
            throw new Refusal(code == -32603 ? 500 : 400, Duration.ZERO, error);
        }
        return answer.path("result");
    }

    /** What the events of one answer amount to. */
    private static final class Reading {
        private boolean over;
        private boolean said;

        /** The text that an event adds. */
        String read(JsonNode event) {
            String text = "";
            JsonNode state = event.path("statusUpdate").path("status");
            if (event.path("message").isObject()) {
                over = true;
                text = parts(event.path("message"));
            } else if (event.path("task").isObject()) {
                state = event.path("task").path("status");
                var all = new StringBuilder();
                event.path("task").path("artifacts").forEach(each -> all.append(parts(each)));
                text = all.toString();
            } else if (event.path("artifactUpdate").isObject()) {
                text = parts(event.path("artifactUpdate").path("artifact"));
            }
            said |= !text.isEmpty();
            return text + ended(state);
        }

        private String ended(JsonNode status) {
            String words = parts(status.path("message"));
            return switch (A2aMessages.text(status, "state")) {
                case "TASK_STATE_COMPLETED", "TASK_STATE_INPUT_REQUIRED" -> {
                    over = true;
                    yield said ? "" : words;
                }
                case "TASK_STATE_AUTH_REQUIRED" -> throw refused(401, words);
                case "TASK_STATE_FAILED" -> throw refused(502, words);
                case "TASK_STATE_REJECTED" -> throw refused(403, words);
                case "TASK_STATE_CANCELED" -> throw refused(502, "the task was cancelled");
                default -> "";
            };
        }

        private static Refusal refused(int status, String words) {
            return new Refusal(status, Duration.ZERO, Json.object().put("message", words));
        }

        private static String parts(JsonNode holder) {
            var text = new StringBuilder();
            for (JsonNode part : holder.path("parts")) {
                text.append(
                        part.has("data")
                                ? Json.write(part.path("data"))
                                : A2aMessages.text(part, "text"));
            }
            return text.toString();
        }
    }

    private static final class Pieces extends Chunks {
        private final Events events;
        private final boolean rpc;
        private final Reading reading = new Reading();
        private boolean finished;

        Pieces(Events events, boolean rpc) {
            this.events = events;
            this.rpc = rpc;
        }

        @Override
        Optional<ChatChunk> read() {
            while (!finished) {
                if (reading.over) {
                    finished = true;
                    return Optional.of(ChatChunk.finish("stop"));
                }
                Optional<String> event = events.next();
                if (event.isEmpty()) {
                    throw Refusal.senseless("its answer ended in the middle");
                }
                ObjectNode json = Wire.object(event.get());
                String text = reading.read(rpc ? result(json) : json);
                if (!text.isEmpty()) {
                    return Optional.of(ChatChunk.text(text));
                }
            }
            return Optional.empty();
        }

        @Override
        public void close() {
            events.close();
        }
    }
}
