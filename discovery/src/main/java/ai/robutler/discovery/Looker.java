package ai.robutler.discovery;

import ai.robutler.core.Json;
import ai.robutler.core.JsonSyntaxException;
import ai.robutler.outbound.OutboundClient;
import ai.robutler.outbound.OutboundException;
import ai.robutler.outbound.OutboundRequest;
import ai.robutler.outbound.OutboundResponse;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tools.jackson.databind.JsonNode;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Looks at the servers of strangers: little, not for long, never where a redirect leads, and nowhere
 * that the policy for outgoing calls forbids.
 *
 * @param patience how long one look may take
 */
record Looker(OutboundClient outbound, Duration patience) {
    private static final Logger LOG = LoggerFactory.getLogger(Looker.class);
    private static final int LARGEST = 64 << 10;
    private static final int LARGEST_PROOF = 1_000;

    /** It is there, and wants to know who asks. */
    private static final Set<Integer> SHY = Set.of(401, 402, 403, 405, 429);

    /** What is wrong with what is shown; empty if it is as it must be. */
    Optional<String> proof(ChallengeTable.Challenge challenge) {
        try {
            OutboundResponse answer = get(challenge.location(), "text/plain", LARGEST_PROOF);
            if (answer.status() != 200) {
                return Optional.of("the answer there has the status " + answer.status());
            }
            byte[] shown = answer.text().strip().getBytes(StandardCharsets.UTF_8);
            byte[] proof = challenge.proof().getBytes(StandardCharsets.UTF_8);
            return MessageDigest.isEqual(shown, proof)
                    ? Optional.empty()
                    : Optional.of("the answer there is not the proof");
        } catch (OutboundException e) {
            LOG.debug("no proof at {}: {}", challenge.location(), e.detail());
            return Optional.of(e.safeMessage());
        }
    }

    /** Why an agent does not answer; empty if it does. */
    Optional<String> health(String url, String name) {
        try {
            OutboundResponse answer = get(url + "/health", "application/json", LARGEST);
            if (answer.status() == 404) {
                answer = get(url, "application/json", LARGEST);
            }
            if (SHY.contains(answer.status())) {
                return Optional.empty();
            }
            return answer.ok() ? asked(answer, name) : Optional.of("status " + answer.status());
        } catch (OutboundException e) {
            LOG.debug("no answer at {}: {}", url, e.detail());
            return Optional.of(e.safeMessage());
        }
    }

    /** One that says who it is must be who it was said to be. */
    private static Optional<String> asked(OutboundResponse answer, String name) {
        JsonNode said;
        try {
            said = Json.parse(answer.text());
        } catch (JsonSyntaxException e) {
            return Optional.empty();
        }
        JsonNode agent = said.path("agent");
        return agent.isString() && !agent.stringValue().equals(name)
                ? Optional.of("another agent answers there")
                : Optional.empty();
    }

    private OutboundResponse get(String url, String accepts, int limit) {
        return outbound.call(
                OutboundRequest.get(url)
                        .header("Accept", accepts)
                        .header("User-Agent", "robutler-discovery")
                        .atMost(limit)
                        .within(patience));
    }
}
