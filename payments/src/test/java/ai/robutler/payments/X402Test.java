package ai.robutler.payments;

import static ai.robutler.payments.PaidStack.CENT;
import static ai.robutler.payments.PaidStack.OWNER;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Cost;
import ai.robutler.core.Json;
import ai.robutler.outbound.AddressPolicy;
import ai.robutler.outbound.OutboundClient;
import ai.robutler.outbound.OutboundSettings;
import ai.robutler.testkit.Reply;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Payments by x402: a client pays a real facilitator over HTTP for a real run. */
class X402Test {
    private static final String WALLET = "0x209693Bc6afc0C5328bA36FaF03C514EF312287C";
    private static final String ASSET = "0x036CbD53842c5426634e7929541eC2318f3dCF7e";
    private static final String SETTLER = "0x1111111111111111111111111111111111111111";
    private static final String PRICE =
            "{\"request\": 0.01, \"x402\": {\"exact\": 0.10, \"upto\": 0.20}}";

    private final AtomicInteger nonces = new AtomicInteger();
    private TestFacilitator facilitator;
    private OutboundClient outbound;
    private PaidStack stack;

    @BeforeEach
    void start() throws Exception {
        facilitator = new TestFacilitator();
        outbound =
                OutboundClient.open(
                        new OutboundSettings(
                                AddressPolicy.publicOnly().allowing("127.0.0.1"), 256));
        stack =
                new PaidStack(settings(facilitator.url()), Optional.of(new OutboundPost(outbound)))
                        .serve(PRICE);
        stack.provider.always(_ -> Reply.text("Hi.").usage(100, 11));
    }

    @AfterEach
    void stop() {
        stack.close();
        outbound.close();
        facilitator.close();
    }

    static String settings(String facilitator) {
        ObjectNode x402 = Json.object().put("facilitator", facilitator);
        x402.put("network", "eip155:84532").put("asset", ASSET).put("pay-to", WALLET);
        x402.put("facilitator-address", SETTLER).putArray("schemes").add("exact").add("upto");
        ObjectNode payments = Json.object().put("fee-percent", 10);
        payments.set("x402", x402);
        return Json.write(payments);
    }

    private JsonNode offer(String scheme) throws Exception {
        JsonNode accepts = Json.parse(stack.ask(Map.of()).body()).path("accepts");
        return accepts.valueStream()
                .filter(one -> one.path("scheme").asString().equals(scheme))
                .findFirst()
                .orElseThrow();
    }

    /** What a client signs of an offer; the signature itself is for a facilitator to look at. */
    private ObjectNode payment(JsonNode offer) {
        ObjectNode payment = Json.object().put("x402Version", 2);
        payment.set("accepted", offer);
        ObjectNode payload = payment.putObject("payload").put("signature", "0xsigned");
        String nonce = "0x" + Integer.toHexString(1000 + nonces.incrementAndGet());
        if (offer.path("scheme").asString().equals("upto")) {
            ObjectNode permit = payload.putObject("permit2Authorization");
            permit.put("from", "0xAB").put("nonce", nonce).put("deadline", "9999999999");
            permit.putObject("permitted")
                    .put("token", offer.path("asset").asString())
                    .put("amount", offer.path("amount").asString());
            permit.putObject("witness").put("to", offer.path("payTo").asString());
        } else {
            payload.putObject("authorization")
                    .put("from", "0xAB")
                    .put("to", offer.path("payTo").asString())
                    .put("value", offer.path("amount").asString())
                    .put("nonce", nonce);
        }
        return payment;
    }

    private HttpResponse<String> pay(boolean stream, ObjectNode payment) throws Exception {
        return stack.ask(stream, Map.of("PAYMENT-SIGNATURE", Base64Json.write(payment)));
    }

    private static JsonNode result(HttpResponse<String> response) {
        return Base64Json.read(response.headers().firstValue("PAYMENT-RESPONSE").orElseThrow());
    }

    private static String code(HttpResponse<String> response) {
        return Json.parse(response.body()).path("error").path("code").asString();
    }

    private long kept() {
        return stack.balance(X402Books.ACCOUNT);
    }

    @Test
    void theOffersAreThoseOfTheFile() throws Exception {
        JsonNode exact = offer("exact");
        assertThat(exact.path("amount").asString()).isEqualTo("100000");
        assertThat(exact.path("network").asString()).isEqualTo("eip155:84532");
        assertThat(exact.path("payTo").asString()).isEqualTo(WALLET);
        assertThat(exact.path("extra").path("name").asString()).isEqualTo("USDC");
        JsonNode upto = offer("upto");
        assertThat(upto.path("amount").asString()).isEqualTo("200000");
        assertThat(upto.path("extra").path("facilitatorAddress").asString()).isEqualTo(SETTLER);
        assertThat(offer("token").path("amount").asString()).isEqualTo("10000000");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void exactIsPaidWhole(boolean stream) throws Exception {
        HttpResponse<String> response = pay(stream, payment(offer("exact")));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        JsonNode result = result(response);
        assertThat(result.path("success").booleanValue()).isTrue();
        assertThat(result.path("transaction").asString()).startsWith("0x");
        assertThat(result.path("network").asString()).isEqualTo("eip155:84532");
        assertThat(facilitator.settled).hasSize(1);
        // The model's cost comes out of the price; the owner has the rest, less the fee.
        long rest = 10 * CENT - 111_000;
        assertThat(stack.balance(Accounts.MODELS)).isEqualTo(111_000);
        assertThat(stack.balance(Accounts.FEES)).isEqualTo(rest / 10);
        assertThat(stack.balance(OWNER)).isEqualTo(rest - rest / 10);
        assertThat(kept()).isZero();
        assertThat(stack.balance(Accounts.DEPOSITS)).isEqualTo(-10 * CENT);
        stack.requireWhole();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void ofUptoGoesWhatTheRunCost(boolean stream) throws Exception {
        HttpResponse<String> response = pay(stream, payment(offer("upto")));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.headers().firstValue("PAYMENT-RESPONSE").isPresent())
                .isEqualTo(!stream);
        assertThat(facilitator.settled).hasSize(1);
        // 0.010111 dollars, in millionths.
        assertThat(facilitator.settled.getFirst().path("amount").asString()).isEqualTo("10111");
        assertThat(stack.balance(OWNER)).isEqualTo(CENT * 9 / 10);
        assertThat(stack.balance(Accounts.DEPOSITS)).isEqualTo(-10_111_000);
        assertThat(kept()).isZero();
        stack.requireWhole();
    }

    /** What is smaller than a unit of the asset is rounded up, and stays. */
    @Test
    void fractionsOfAUnitStay() throws Exception {
        stack.provider.always(_ -> Reply.text("Hi.").usage(0, 0));
        stack.close();
        stack =
                new PaidStack(settings(facilitator.url()), Optional.of(new OutboundPost(outbound)))
                        .serve("{\"request\": 0.0000101, \"x402\": {\"upto\": 0.20}}");
        stack.provider.always(_ -> Reply.text("Hi.").usage(0, 0));
        assertThat(pay(false, payment(offer("upto"))).statusCode()).isEqualTo(200);
        assertThat(facilitator.settled.getFirst().path("amount").asString()).isEqualTo("11");
        assertThat(kept()).isEqualTo(900);
        stack.requireWhole();
    }

    @Test
    void whatCannotPayForTheModelIsToldBeforeItPays() throws Exception {
        stack.close();
        stack =
                new PaidStack(settings(facilitator.url()), Optional.of(new OutboundPost(outbound)))
                        .serve("{\"request\": 0.01}");
        HttpResponse<String> response = pay(false, payment(offer("exact")));
        assertThat(response.statusCode()).isEqualTo(402);
        assertThat(response.body()).contains("model openai/m");
        assertThat(facilitator.settled).isEmpty();
        assertThat(stack.provider.requests()).isEmpty();
        stack.requireWhole();
    }

    /** One payment, many requests: one is served, and one is charged. */
    @Test
    void aPaymentIsGoodOnce() throws Exception {
        ObjectNode payment = payment(offer("exact"));
        assertThat(pay(false, payment).statusCode()).isEqualTo(200);
        HttpResponse<String> again = pay(false, payment);
        assertThat(again.statusCode()).isEqualTo(402);
        assertThat(code(again)).isEqualTo("payment_token_invalid");
        assertThat(facilitator.settled).hasSize(1);
        stack.requireWhole();
    }

    @ParameterizedTest
    @ValueSource(strings = {"exact", "upto"})
    void ofParallelRequestsWithOnePaymentOneIsServed(String scheme) throws Exception {
        ObjectNode payment = payment(offer(scheme));
        int before = stack.provider.requests().size();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var asked = new ArrayList<Callable<Integer>>();
            for (int i = 0; i < 30; i++) {
                // Written in another way each time, and still the same payment.
                ObjectNode written = payment.deepCopy().put("comment", i);
                JsonNode inner = written.path("payload").iterator().next();
                for (JsonNode signed : written.path("payload")) {
                    inner = signed.isObject() ? signed : inner;
                }
                String nonce = inner.path("nonce").asString().substring(2);
                ((ObjectNode) inner)
                        .put("nonce", "0x" + "0".repeat(i) + nonce)
                        .put("from", i % 2 == 0 ? "0xab" : "0xAB");
                asked.add(() -> pay(false, written).statusCode());
            }
            var statuses = new ArrayList<Integer>();
            for (Future<Integer> status : threads.invokeAll(asked)) {
                statuses.add(status.get());
            }
            assertThat(statuses).containsOnly(200, 402);
            assertThat(statuses.stream().filter(status -> status == 200)).hasSize(1);
        }
        assertThat(stack.provider.requests()).hasSize(before + 1);
        assertThat(facilitator.settled).hasSize(1);
        stack.requireWhole();
    }

    private void refused(Consumer<ObjectNode> change) throws Exception {
        ObjectNode payment = payment(offer("exact").deepCopy());
        change.accept(payment);
        HttpResponse<String> response = pay(false, payment);
        assertThat(response.statusCode()).as(payment.toString()).isEqualTo(402);
        assertThat(code(response)).isEqualTo("payment_token_invalid");
        assertThat(response.headers().firstValue("PAYMENT-REQUIRED")).isPresent();
    }

    @Test
    void whatWasNotOfferedIsRefusedUnasked() throws Exception {
        refused(payment -> payment.withObject("/accepted").put("amount", "1"));
        refused(payment -> payment.withObject("/accepted").put("payTo", SETTLER));
        refused(payment -> payment.withObject("/accepted").put("asset", SETTLER));
        refused(payment -> payment.withObject("/accepted").put("network", "eip155:1"));
        refused(payment -> payment.withObject("/accepted").put("scheme", "upto"));
        refused(payment -> payment.withObject("/accepted").put("amount", 100000));
        refused(payment -> payment.withObject("/payload/authorization").put("value", "1"));
        refused(payment -> payment.withObject("/payload/authorization").put("to", SETTLER));
        refused(payment -> payment.withObject("/payload").remove("authorization"));
        assertThat(facilitator.verified).isEmpty();
        assertThat(facilitator.settled).isEmpty();
        assertThat(stack.provider.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{}",
                "{\"x402Version\":2}",
                "{\"x402Version\":1,\"accepted\":{\"a\":1},\"payload\":{\"a\":1}}",
                "{\"x402Version\":\"2\",\"accepted\":{\"a\":1},\"payload\":{\"a\":1}}",
                "{\"x402Version\":2,\"accepted\":[],\"payload\":{\"a\":1}}",
                "{\"x402Version\":2,\"accepted\":{\"a\":1},\"payload\":\"x\"}",
                "{\"x402Version\":2,\"accepted\":{\"a\":1},\"payload\":{\"a\":1},\"resource\":7}"
            })
    void whatIsNoPaymentIsABadRequest(String json) throws Exception {
        String base64 = Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
        bad(base64.isEmpty() ? "=" : base64);
    }

    private void bad(String header) throws Exception {
        HttpResponse<String> response = stack.ask(Map.of("PAYMENT-SIGNATURE", header));
        assertThat(response.statusCode()).as(header).isEqualTo(400);
        assertThat(code(response)).isEqualTo("payment_signature_invalid");
        assertThat(facilitator.verified).isEmpty();
    }

    @Test
    void whatIsNotEvenBase64IsABadRequest() throws Exception {
        bad("{not base64}");
        bad("A".repeat(9_000));
        bad(Base64.getEncoder().encodeToString(new byte[] {'{', (byte) 0xff, '}'}));
        bad(Base64.getEncoder().encodeToString("[".repeat(3_000).getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void twoWaysToPayAreNone() throws Exception {
        HttpResponse<String> response =
                stack.ask(
                        Map.of(
                                "PAYMENT-SIGNATURE",
                                Base64Json.write(payment(offer("exact"))),
                                "X-Payment-Token",
                                stack.token(CENT)));
        assertThat(response.statusCode()).isEqualTo(402);
        assertThat(code(response)).isEqualTo("payment_token_invalid");
    }

    @Test
    void whatTheFacilitatorRefusesIsNotServed() throws Exception {
        facilitator.verifyRefusal = "insufficient_funds";
        HttpResponse<String> response = pay(false, payment(offer("exact")));
        assertThat(response.statusCode()).isEqualTo(402);
        assertThat(code(response)).isEqualTo("insufficient_balance");
        assertThat(response.body()).contains("insufficient_funds");
        assertThat(stack.provider.requests()).isEmpty();
        stack.requireWhole();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsNotSettledIsNotServed(boolean stream) throws Exception {
        facilitator.settleRefusal = "invalid_transaction_state";
        HttpResponse<String> response = pay(stream, payment(offer("exact")));
        assertThat(response.statusCode()).isEqualTo(402);
        assertThat(response.body()).doesNotContain("Hi.");
        assertThat(result(response).path("success").booleanValue()).isFalse();
        assertThat(result(response).path("errorReason").asString())
                .isEqualTo("invalid_transaction_state");
        assertThat(stack.balance(OWNER)).isZero();
        unpaidModel();
    }

    /** The model has been paid for, and nobody paid: that is on record, and only that. */
    private void unpaidModel() {
        long model = stack.balance(Accounts.MODELS);
        assertThat(stack.balance(Accounts.DEPOSITS)).isEqualTo(-model);
        if (model > 0) {
            assertThat(stack.books.pendingCharges().list(10)).isNotEmpty();
        }
        assertThat(kept()).isZero();
        stack.requireWhole();
    }

    @Test
    void uptoThatIsNotSettledIsNotServedEither() throws Exception {
        facilitator.settleRefusal = "invalid_transaction_state";
        HttpResponse<String> response = pay(false, payment(offer("upto")));
        assertThat(response.statusCode()).isEqualTo(402);
        assertThat(response.body()).doesNotContain("Hi.");
        unpaidModel();
    }

    @Test
    void aStreamByUptoThatIsNotSettledIsOnRecord() throws Exception {
        facilitator.settleRefusal = "invalid_transaction_state";
        assertThat(pay(true, payment(offer("upto"))).statusCode()).isEqualTo(200);
        PaidStack.await(() -> !stack.books.pendingCharges().list(10).isEmpty());
        assertThat(stack.books.pendingCharges().list(10).getFirst().memo())
                .isEqualTo("x402: not paid");
        stack.requireWhole();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cut", "{\"isValid\":true}", "garbage", "{}"})
    void aFacilitatorThatIsAwayIsNoReasonToServe(String garbage) throws Exception {
        ObjectNode payment = payment(offer("exact"));
        facilitator.verifyGarbage = garbage;
        HttpResponse<String> response = pay(false, payment);
        assertThat(response.statusCode()).isEqualTo(garbage.equals("cut") ? 503 : 502);
        assertThat(stack.provider.requests()).isEmpty();
        facilitator.verifyGarbage = "";
        assertThat(pay(false, payment).statusCode()).as("nothing was used up").isEqualTo(200);
        stack.requireWhole();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cut", "{\"success\":true}"})
    void aFacilitatorThatGoesAwayIsNoReasonToServe(String garbage) throws Exception {
        facilitator.settleGarbage = garbage;
        HttpResponse<String> response = pay(false, payment(offer("exact")));
        assertThat(response.statusCode()).isEqualTo(garbage.equals("cut") ? 503 : 502);
        assertThat(response.body()).doesNotContain("Hi.");
        assertThat(stack.balance(OWNER)).isZero();
        unpaidModel();
    }

    /** The provider fails before a byte is out: nothing moves, anywhere. */
    @ParameterizedTest
    @ValueSource(strings = {"exact", "upto"})
    void whatIsNotServedIsNotSettled(String scheme) throws Exception {
        stack.provider.always(_ -> Reply.error(500, "boom"));
        assertThat(pay(true, payment(offer(scheme))).statusCode()).isEqualTo(502);
        assertThat(facilitator.settled).isEmpty();
        assertThat(stack.balance(Accounts.DEPOSITS)).isZero();
        stack.requireWhole();
    }

    /** It was paid before the first byte, and then the provider broke: people decide. */
    @Test
    void exactThatBreaksMidStreamIsOnRecord() throws Exception {
        stack.provider.always(
                _ -> Reply.text("Half an answer.").inPiecesOf(1).failAfter(4, "boom"));
        HttpResponse<String> response = pay(true, payment(offer("exact")));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(facilitator.settled).hasSize(1);
        PaidStack.await(() -> stack.books.pendingCharges().list(10).size() == 2);
        assertThat(kept()).isEqualTo(10 * CENT);
        assertThat(stack.balance(OWNER)).isZero();
        stack.requireWhole();
    }

    @Test
    void withoutItConfiguredAPaymentIsNone() throws Exception {
        ObjectNode payment = payment(offer("exact"));
        try (var plain = new PaidStack()) {
            plain.serve(plain.agent("helper", PRICE, Cost.zero(), agent -> agent));
            HttpResponse<String> response =
                    plain.ask(Map.of("PAYMENT-SIGNATURE", Base64Json.write(payment)));
            assertThat(response.statusCode()).isEqualTo(402);
            JsonNode accepts = Json.parse(response.body()).path("accepts");
            assertThat(List.of(accepts.path(0).path("scheme").asString())).containsExactly("token");
            assertThat(accepts).hasSize(1);
        }
    }
}
