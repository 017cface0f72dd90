package ai.robutler.nli;

import ai.robutler.core.Deadline;
import ai.robutler.core.Json;
import ai.robutler.core.JsonSyntaxException;
import ai.robutler.outbound.AddressPolicy;
import ai.robutler.outbound.OutboundClient;
import ai.robutler.outbound.OutboundRequest;
import ai.robutler.outbound.OutboundStream;
import ai.robutler.outbound.Timeouts;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Requests to other agents over HTTP. An address that came from outside is judged as such. */
final class Wire {
    /** The longest answer that is read, and the longest piece of one. */
    static final int LONGEST = 4 << 20;

    private static final int LONGEST_ERROR = 64 << 10;
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration SHORTEST = Duration.ofMillis(1);

    private record OwnPolicy(String url, AddressPolicy policy) {}

    private final OutboundClient client;
    private final Here here;
    private volatile Optional<OwnPolicy> own = Optional.empty();

    Wire(OutboundClient client, Here here) {
        this.client = client;
        this.here = here;
    }

    OutboundStream post(
            Target target,
            String url,
            ObjectNode body,
            Map<String, String> headers,
            Deadline deadline) {
        OutboundRequest request =
                OutboundRequest.post(url, "application/json", Json.writeBytes(body));
        return send(target, request, headers, deadline);
    }

    OutboundStream get(Target target, String url, Map<String, String> headers, Deadline deadline) {
        return send(target, OutboundRequest.get(url), headers, deadline);
    }

    private OutboundStream send(
            Target target,
            OutboundRequest request,
            Map<String, String> headers,
            Deadline deadline) {
        OutboundRequest whole = request.header("User-Agent", "robutler");
        for (var header : headers.entrySet()) {
            whole = whole.header(header.getKey(), header.getValue());
        }
        Duration left = deadline.remaining();
        Duration time = left.compareTo(SHORTEST) < 0 ? SHORTEST : left;
        whole = whole.timeouts(new Timeouts(CONNECT, time, time, time).within(time));
        return client.open(whole, deadline, policy(target));
    }

    /** This server's own address is no stranger's, and it alone. */
    private AddressPolicy policy(Target target) {
        if (target.place() != Target.Place.HERE) {
            return client.policy();
        }
        String url = here.url();
        OwnPolicy known = own.filter(policy -> policy.url().equals(url)).orElse(null);
        if (known == null) {
            URI uri = URI.create(url);
            String port =
                    uri.getPort() >= 0
                            ? ":" + uri.getPort()
                            : uri.getScheme().equals("https") ? ":443" : ":80";
            known = new OwnPolicy(url, AddressPolicy.publicOnly().allowing(uri.getHost() + port));
            own = Optional.of(known);
        }
        return known.policy();
    }

    /**
     * Lets a good answer pass.
     *
     * @throws Refusal for any other
     */
    static void requireGood(OutboundStream answer) {
        int status = answer.status();
        if (status >= 200 && status < 300) {
            return;
        }
        JsonNode error = Json.object();
        try {
            JsonNode body = Json.parseObject(answer.readAll(LONGEST_ERROR));
            error = body.path("error").isObject() ? body.path("error") : body;
        } catch (JsonSyntaxException e) {
            // It says no in words of its own; the status says enough.
        }
        throw new Refusal(status, retryAfter(answer), error);
    }

    private static Duration retryAfter(OutboundStream answer) {
        return answer.header("retry-after")
                .filter(text -> text.matches("[0-9]{1,6}"))
                .map(text -> Duration.ofSeconds(Long.parseLong(text)))
                .orElse(Duration.ZERO);
    }

    static boolean isEvents(OutboundStream answer) {
        return answer.header("content-type").orElse("").startsWith("text/event-stream");
    }

    /**
     * The answer as a JSON object.
     *
     * @throws Refusal if it is none
     */
    static ObjectNode object(byte[] bytes) {
        try {
            return Json.parseObject(bytes);
        } catch (JsonSyntaxException e) {
            throw Refusal.senseless("its answer is not JSON");
        }
    }

    static ObjectNode object(String text) {
        try {
            return Json.parseObject(text);
        } catch (JsonSyntaxException e) {
            throw Refusal.senseless("a piece of its answer is not JSON");
        }
    }
}
