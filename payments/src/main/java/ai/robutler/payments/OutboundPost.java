package ai.robutler.payments;

import ai.robutler.core.UnavailableException;
import ai.robutler.outbound.OutboundClient;
import ai.robutler.outbound.OutboundException;
import ai.robutler.outbound.OutboundRequest;
import ai.robutler.outbound.OutboundResponse;
import ai.robutler.outbound.Timeouts;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;

/** Requests to the facilitator, without redirects: a payment goes nowhere else. */
record OutboundPost(OutboundClient client) implements HttpFacilitator.Post {
    private static final Logger LOG = LoggerFactory.getLogger(OutboundPost.class);
    private static final int MOST_BYTES = 64 << 10;

    /** A settlement waits for its network. */
    private static final Timeouts TIMEOUTS =
            new Timeouts(
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(75));

    @Override
    public HttpFacilitator.Answer post(String url, String authorization, byte[] json) {
        OutboundRequest request =
                OutboundRequest.post(url, "application/json", json)
                        .header("Accept", "application/json")
                        .timeouts(TIMEOUTS)
                        .atMost(MOST_BYTES);
        if (!authorization.isEmpty()) {
            request = request.header("Authorization", authorization);
        }
        try {
            OutboundResponse response = client.call(request);
            return new HttpFacilitator.Answer(response.status(), response.body());
        } catch (OutboundException e) {
            LOG.warn("the x402 facilitator did not answer: {}", e.detail());
            throw new UnavailableException(
                    "The facilitator of payments by x402 does not answer. Try again later, or pay"
                            + " with a payment token.",
                    Duration.ofSeconds(5),
                    e);
        }
    }
}
