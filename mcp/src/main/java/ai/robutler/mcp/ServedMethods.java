package ai.robutler.mcp;

import ai.robutler.core.Agent;
import ai.robutler.core.ApiException;
import ai.robutler.core.CancelledException;
import ai.robutler.core.Json;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.Set;

/** What can be asked of an agent, by both kinds of clients. */
final class ServedMethods {
    private static final Logger LOG = LoggerFactory.getLogger(ServedMethods.class);

    /** What may take long, and may say something before its answer. */
    private static final Set<String> WORK = Set.of("tools/call", "prompts/get", "resources/read");

    private static final Set<String> BOTH =
            Set.of("tools/list", "tools/call", "prompts/list", "prompts/get");
    private static final Set<String> OF_RESOURCES =
            Set.of("resources/list", "resources/templates/list", "resources/read");
    private static final Set<String> OF_SESSIONS = Set.of("ping", "logging/setLevel");
    private static final Set<String> OF_SESSIONS_WITH_RESOURCES =
            Set.of("resources/subscribe", "resources/unsubscribe");
    private static final Set<String> MODERN = Set.of("server/discover", "subscriptions/listen");

    /** How long clients may keep what was listed. */
    private static final long FRESH_MS = 60_000;

    private final ServedTools tools = new ServedTools();
    private final ServedPrompting prompting;
    private final ServedReading reading;
    private final ServedSessions sessions;
    private final String version;

    ServedMethods(
            ServedPrompting prompting,
            ServedReading reading,
            ServedSessions sessions,
            String version) {
        this.prompting = prompting;
        this.reading = reading;
        this.sessions = sessions;
        this.version = version;
    }

    static boolean isWork(String method) {
        return WORK.contains(method);
    }

    static boolean isKnown(ServedClient client, String method, Agent agent) {
        boolean hasResources = !agent.offerings(ServedResources.class).isEmpty();
        boolean hasPrompts = !agent.offerings(ServedPrompts.class).isEmpty();
        return BOTH.contains(method)
                || (hasResources && OF_RESOURCES.contains(method))
                || (hasPrompts && method.equals("completion/complete"))
                || (client.isModern()
                        ? MODERN.contains(method)
                        : OF_SESSIONS.contains(method)
                                || (hasResources && OF_SESSIONS_WITH_RESOURCES.contains(method)));
    }

    /** The answer, whatever happens. */
    ServedWork.Answer answer(ServedCall call, ServedPeers peer) {
        try {
            ObjectNode json = Json.object().put("jsonrpc", "2.0");
            json.set("id", call.request().id());
            json.set("result", dressed(call, result(call, peer)));
            return new ServedWork.Answer(200, json);
        } catch (ServedError e) {
            return new ServedWork.Answer(e.status(), e.json(call.request().id()));
        } catch (CancelledException e) {
            throw e;
        } catch (ApiException e) {
            if (e.getCause() != null) {
                LOG.warn(
                        "request {}: {}", call.context().requestId(), e.getMessage(), e.getCause());
            }
            return new ServedWork.Answer(200, ServedError.of(e).json(call.request().id()));
        } catch (RuntimeException e) {
            LOG.error("request {} failed", call.context().requestId(), e);
            ServedError error = ServedError.of(ServedError.INTERNAL, "Internal error");
            return new ServedWork.Answer(200, error.json(call.request().id()));
        }
    }

    private ObjectNode result(ServedCall call, ServedPeers peer) {
        ServedMessage.Request request = call.request();
        return switch (request.method()) {
            case "ping" -> Json.object();
            case "server/discover" -> discovered(call);
            case "tools/list" -> ServedPages.page("tools", tools.list(call), request);
            case "tools/call" -> tools.call(call, peer);
            case "prompts/list" -> ServedPages.page("prompts", prompting.list(call), request);
            case "prompts/get" -> prompting.get(call, peer);
            case "resources/list" -> ServedPages.page("resources", reading.list(call), request);
            case "resources/templates/list" ->
                    ServedPages.page("resourceTemplates", reading.templates(call), request);
            case "resources/read" -> reading.read(call, peer);
            case "resources/subscribe" -> reading.subscribe(call, true);
            case "resources/unsubscribe" -> reading.subscribe(call, false);
            case "completion/complete" -> prompting.complete(call);
            case "logging/setLevel" -> setLevel(call);
            default ->
                    throw ServedError.of(
                            ServedError.METHOD_NOT_FOUND, "Method not found: " + request.method());
        };
    }

    private ObjectNode setLevel(ServedCall call) {
        ServedLevel level =
                ServedLevel.of(call.request().text("level"))
                        .orElseThrow(
                                () ->
                                        ServedError.invalidParams(
                                                "'level' must be one of debug, info, notice,"
                                                        + " warning, error, critical, alert,"
                                                        + " emergency"));
        sessions.logLevel(call.client().session().orElseThrow(), level);
        return Json.object();
    }

    /** The result of {@code initialize}. */
    ObjectNode initialized(Agent agent, Revision revision) {
        ObjectNode result = Json.object().put("protocolVersion", revision.date());
        result.set("capabilities", capabilities(agent));
        result.set("serverInfo", info(agent));
        return instructions(result, agent);
    }

    private ObjectNode discovered(ServedCall call) {
        ObjectNode result = Json.object();
        ArrayNode supported = result.putArray("supportedVersions");
        ServedClient.SERVED.forEach(revision -> supported.add(revision.date()));
        result.set("capabilities", capabilities(call.agent()));
        return instructions(result, call.agent());
    }

    private static ObjectNode instructions(ObjectNode result, Agent agent) {
        return agent.description().isBlank()
                ? result
                : result.put("instructions", agent.description());
    }

    private ObjectNode info(Agent agent) {
        return Json.object().put("name", agent.name()).put("version", version);
    }

    private static ObjectNode capabilities(Agent agent) {
        ObjectNode json = Json.object();
        json.putObject("tools").put("listChanged", true);
        json.putObject("prompts").put("listChanged", true);
        if (!agent.offerings(ServedResources.class).isEmpty()) {
            json.putObject("resources").put("listChanged", true).put("subscribe", true);
        }
        if (!agent.offerings(ServedPrompts.class).isEmpty()) {
            json.putObject("completions");
        }
        json.putObject("logging");
        return json;
    }

    /** What results have since 2026-07-28. */
    private ObjectNode dressed(ServedCall call, ObjectNode result) {
        if (!call.client().isModern()) {
            return result;
        }
        boolean isComplete = !result.has("resultType");
        if (isComplete) {
            result.put("resultType", "complete");
        }
        result.withObject("/_meta").set(ServedClient.META + "serverInfo", info(call.agent()));
        if (isComplete && isCacheable(call.request().method())) {
            long fresh = call.request().method().equals("resources/read") ? 0 : FRESH_MS;
            // Who calls decides what is there.
            result.put("ttlMs", fresh).put("cacheScope", "private");
        }
        return result;
    }

    private static boolean isCacheable(String method) {
        return method.equals("server/discover")
                || method.equals("tools/list")
                || method.equals("prompts/list")
                || OF_RESOURCES.contains(method);
    }
}
