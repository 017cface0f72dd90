package ai.robutler.payments;

import ai.robutler.core.Json;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;

/**
 * A facilitator over real HTTP. It checks payments as far as is possible without their network's
 * signatures, moves no money, and settles each nonce once. Those with signatures are checked by the
 * one in {@code clients/facilitator.mjs}.
 */
final class TestFacilitator implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Set<String> used = ConcurrentHashMap.newKeySet();
    final List<JsonNode> verified = new CopyOnWriteArrayList<>();

    /** What was settled: the requirements at settlement. */
    final List<JsonNode> settled = new CopyOnWriteArrayList<>();

    volatile String verifyRefusal = "";
    volatile String settleRefusal = "";

    /** Instead of an answer, where it is not empty; "cut" cuts the connection. */
    volatile String verifyGarbage = "";

    volatile String settleGarbage = "";

    TestFacilitator() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        server.setExecutor(threads);
        server.createContext(
                "/base/verify", exchange -> answer(exchange, verifyGarbage, this::verify));
        server.createContext(
                "/base/settle", exchange -> answer(exchange, settleGarbage, this::settle));
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/base";
    }

    private static void answer(
            HttpExchange exchange, String garbage, UnaryOperator<ObjectNode> decide)
            throws IOException {
        try (exchange) {
            ObjectNode question = Json.parseObject(exchange.getRequestBody().readAllBytes());
            if (garbage.equals("cut")) {
                return;
            }
            byte[] body =
                    garbage.isEmpty()
                            ? Json.writeBytes(decide.apply(question))
                            : garbage.getBytes(java.nio.charset.StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(garbage.isEmpty() ? 200 : 500, body.length);
            exchange.getResponseBody().write(body);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private ObjectNode verify(ObjectNode question) {
        verified.add(question);
        String wrong = wrong(question);
        ObjectNode answer = Json.object().put("isValid", wrong.isEmpty()).put("payer", "0xpayer");
        return wrong.isEmpty() ? answer : answer.put("invalidReason", wrong);
    }

    private String wrong(JsonNode question) {
        JsonNode offered = question.path("paymentRequirements");
        JsonNode payload = question.path("paymentPayload").path("payload");
        if (!verifyRefusal.isEmpty()) {
            return verifyRefusal;
        }
        if (question.path("x402Version").asInt() != 2) {
            return "invalid_x402_version";
        }
        JsonNode signed =
                offered.path("scheme").asString().equals("upto")
                        ? payload.path("permit2Authorization").path("permitted").path("amount")
                        : payload.path("authorization").path("value");
        if (!signed.asString("").equals(offered.path("amount").asString())) {
            return "invalid_exact_evm_payload_authorization_value_mismatch";
        }
        return used.contains(nonce(question)) ? "invalid_transaction_state" : "";
    }

    private static String nonce(JsonNode question) {
        JsonNode payload = question.path("paymentPayload").path("payload");
        return payload.path("authorization").path("nonce").asString("")
                + payload.path("permit2Authorization").path("nonce").asString("");
    }

    private ObjectNode settle(ObjectNode question) {
        JsonNode offered = question.path("paymentRequirements");
        JsonNode payload = question.path("paymentPayload").path("payload");
        String refusal = settleRefusal;
        if (offered.path("scheme").asString().equals("upto")) {
            var most =
                    new BigInteger(
                            payload.path("permit2Authorization")
                                    .path("permitted")
                                    .path("amount")
                                    .asString());
            if (new BigInteger(offered.path("amount").asString()).compareTo(most) > 0) {
                refusal = "invalid_upto_evm_payload_settlement_exceeds_amount";
            }
        } else if (refusal.isEmpty()) {
            refusal = wrong(question);
        }
        if (refusal.isEmpty() && !used.add(nonce(question))) {
            refusal = "invalid_transaction_state";
        }
        ObjectNode answer = Json.object().put("success", refusal.isEmpty());
        answer.put("network", offered.path("network").asString()).put("payer", "0xpayer");
        if (!refusal.isEmpty()) {
            return answer.put("errorReason", refusal).put("transaction", "");
        }
        settled.add(offered);
        return answer.put("transaction", "0x" + nonce(question));
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
