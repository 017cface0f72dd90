package ai.robutler.models;

import ai.robutler.core.Deadline;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** Posts to one address of a provider. */
final class OpenAiCall {
    private static final int MAX_ERROR_BYTES = 64 << 10;

    private final URI uri;
    private final OpenAiSettings settings;
    private final Upstream upstream;
    private final Quota quota;
    private final OpenAiErrors errors;

    /**
     * @param path below the base URL
     * @param quota learns what the provider tells of its limits
     */
    OpenAiCall(
            String path,
            OpenAiSettings settings,
            Upstream upstream,
            Quota quota,
            OpenAiErrors errors) {
        this.uri = URI.create(settings.baseUrl() + path + settings.query());
        this.settings = settings;
        this.upstream = upstream;
        this.quota = quota;
        this.errors = errors;
    }

    /** An exchange with a status that promises an answer. */
    Exchange send(byte[] body, String accept, Timeouts timeouts, Deadline deadline) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.put("Accept", accept);
        headers.putAll(settings.headers());
        headers.put("Content-Type", "application/json");
        Exchange exchange = upstream.send("POST", uri, headers, body, timeouts, deadline);
        quota.seen(exchange::header);
        if (exchange.status() / 100 == 2) {
            return exchange;
        }
        try (exchange) {
            Duration retryAfter = RetryAfter.from(exchange::header, Instant.now());
            throw errors.of(exchange.status(), retryAfter, exchange.readSome(MAX_ERROR_BYTES));
        }
    }
}
