package ai.robutler.identity;

import ai.robutler.outbound.OutboundClient;
import ai.robutler.outbound.OutboundException;
import ai.robutler.outbound.OutboundRequest;
import ai.robutler.outbound.OutboundResponse;

import java.time.Duration;

/** Documents over HTTP, by the rules of all calls to the outside. */
record HttpDocuments(OutboundClient client) implements Documents {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    @Override
    public byte[] get(String url) throws NoDocumentException {
        OutboundRequest request =
                OutboundRequest.get(url)
                        .header("Accept", "application/json")
                        .within(TIMEOUT)
                        .atMost(MAX_BYTES);
        OutboundResponse response;
        try {
            response = client.call(request);
        } catch (OutboundException e) {
            throw new NoDocumentException(url + ": " + e.detail());
        }
        if (response.status() != 200) {
            throw new NoDocumentException(url + " answered with status " + response.status());
        }
        return response.body();
    }
}
