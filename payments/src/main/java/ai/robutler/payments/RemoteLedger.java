package ai.robutler.payments;

import ai.robutler.core.InvalidRequestException;
import ai.robutler.core.Json;
import ai.robutler.core.UnavailableException;
import ai.robutler.outbound.AddressPolicy;
import ai.robutler.outbound.OutboundClient;
import ai.robutler.outbound.OutboundSettings;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.math.BigDecimal;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.function.Function;

/**
 * The ledger of a remote platform, by its {@link PaymentsApi}. What is settled goes to the account
 * that the API key belongs to, whatever account a share names: who is paid how much of it here is
 * this server's own affair.
 *
 * <p>Each call is tried again until its time is over, where that can help; its id keeps it from
 * being done twice. A platform that is away is an {@link UnavailableException}.
 */
public final class RemoteLedger implements Ledger {
    private static final Duration CALL = Duration.ofSeconds(15);
    private static final int CONCURRENCY = 256;

    private final OutboundClient client;
    private final RemoteCall calls;

    private RemoteLedger(OutboundClient client, RemoteCall calls) {
        this.client = client;
        this.calls = calls;
    }

    /**
     * @param url of the platform, such as {@code https://robutler.ai}; it is the operator's, so it
     *     may lead to a private address
     * @param key the API key that the platform knows this server by; it goes nowhere else
     * @throws IllegalArgumentException if the URL is none
     */
    public static RemoteLedger open(String url, String key) {
        return open(url, key, CALL);
    }

    /** As {@link #open(String, String)}, with a time that each call may take, retries included. */
    public static RemoteLedger open(String url, String key, Duration bound) {
        String trimmed = url.replaceAll("/+$", "");
        URI uri = uri(trimmed);
        String host = uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
        var policy = AddressPolicy.publicOnly().allowing(host);
        var client = OutboundClient.open(new OutboundSettings(policy, CONCURRENCY));
        return new RemoteLedger(
                client, new RemoteCall(client, trimmed + "/api/payments", key, bound));
    }

    private static URI uri(String url) {
        try {
            URI uri = URI.create(url);
            if (uri.getHost() != null
                    && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // Said below, without the text, which may hold a secret.
        }
        throw new IllegalArgumentException(
                "the platform's URL must be like https://platform.example.com");
    }

    @Override
    public TokenState verify(String token, String agent) {
        ObjectNode body = Json.object().put("token", token).put("agent", agent);
        return read(calls.post("/verify", "", body), Wire::tokenState);
    }

    @Override
    public Hold lock(Lock lock) {
        ObjectNode body =
                Json.object()
                        .put("token", lock.token())
                        .put("agent", lock.agent())
                        .put("amount", amount("amount", lock.nanoUsd()))
                        .put("lifetime_seconds", seconds(lock.lifetime()))
                        .put("reference", lock.reference());
        ArrayNode budgets = body.putArray("budgets");
        for (Limit limit : lock.budgets()) {
            budgets.add(
                    Json.object()
                            .put("subject", limit.subject())
                            .put("period", limit.budget().period().name().toLowerCase(Locale.ROOT))
                            .put("limit", Usd.text(limit.budget().nanoUsd()))
                            .put("run", limit.run()));
        }
        return read(calls.post("/lock", Terms.id("id", lock.id()), body), Wire::hold);
    }

    @Override
    public Hold adjust(String id, String hold, long nanoUsd, Duration lifetime) {
        ObjectNode body =
                Json.object()
                        .put("amount", amount("amount", nanoUsd))
                        .put("lifetime_seconds", seconds(lifetime));
        String path = "/lock/" + encode(Terms.id("hold", hold));
        return read(calls.send("PATCH", path, Terms.id("id", id), body), Wire::hold);
    }

    @Override
    public Settlement settle(Settle settle) {
        if (settle.partFor().isPresent()) {
            throw InvalidRequestException.of("part_for", "A remote ledger's holds are not shared.");
        }
        ObjectNode body =
                Json.object()
                        .put("hold", settle.hold())
                        .put("pending", settle.pending())
                        .put("memo", settle.memo());
        ArrayNode charges = body.putArray("charges");
        for (Share share : settle.shares()) {
            charges.add(
                    Json.object()
                            .put("amount", amount("shares.amount", share.nanoUsd()))
                            .put("kind", share.kind()));
        }
        return read(calls.post("/settle", Terms.id("id", settle.id()), body), Wire::settlement);
    }

    @Override
    public Settlement voidHold(String id, String hold) {
        ObjectNode body = Json.object().put("hold", hold);
        return read(calls.post("/void", Terms.id("id", id), body), Wire::settlement);
    }

    @Override
    public PaymentToken delegate(Delegate delegate) {
        ObjectNode body =
                Json.object()
                        .put("token", delegate.token())
                        .put("amount", amount("amount", delegate.nanoUsd()))
                        .put("agent", delegate.agent())
                        .put("lifetime_seconds", seconds(delegate.lifetime()));
        return read(calls.post("/delegate", Terms.id("id", delegate.id()), body), Wire::token);
    }

    /** Only of the account that the API key belongs to. */
    @Override
    public Statement statement(String account, String before, int limit) {
        String query =
                "?account=" + encode(account) + "&before=" + encode(before) + "&limit=" + limit;
        return read(calls.get("/statement" + query), Wire::statement);
    }

    private static <T> T read(JsonNode answer, Function<JsonNode, T> reader) {
        try {
            return reader.apply(answer);
        } catch (IllegalArgumentException | ArithmeticException | DateTimeParseException e) {
            throw new UnavailableException(
                    "The payment platform's answer is not understood.", Duration.ZERO, e);
        }
    }

    private static String amount(String field, long nanoUsd) {
        return Usd.text(Terms.amount(field, nanoUsd));
    }

    private static BigDecimal seconds(Duration lifetime) {
        if (!lifetime.isPositive()) {
            throw InvalidRequestException.of("lifetime", "lifetime must be longer than 0.");
        }
        return BigDecimal.valueOf(lifetime.toMillis(), 3);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        client.close();
    }
}
