package ai.robutler.payments;

import static ai.robutler.payments.PaidStack.CENT;
import static ai.robutler.payments.PaidStack.OWNER;
import static ai.robutler.payments.PaidStack.PAYER;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Agent;
import ai.robutler.core.Budget;
import ai.robutler.core.Caller;
import ai.robutler.core.Completer;
import ai.robutler.core.Cost;
import ai.robutler.core.Credential;
import ai.robutler.core.Json;
import ai.robutler.core.ModelName;
import ai.robutler.core.ModelProvider;
import ai.robutler.core.Price;
import ai.robutler.core.Priced;
import ai.robutler.core.Providers;
import ai.robutler.core.RunContext;
import ai.robutler.core.Tool;
import ai.robutler.testkit.Call;
import ai.robutler.testkit.Reply;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.JsonNode;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/** Who pays how much for what, over HTTP. */
class PaidRunTest {

    /** A provider that takes callers' keys. */
    record Keyed(Providers providers) implements ModelProvider {
        @Override
        public Completer model(String name) {
            return new PricedModel(
                    providers.model(ModelName.parse("openai/" + name)), Cost.unknown());
        }

        @Override
        public Optional<Completer> model(String name, String key) {
            return Optional.of(model(name));
        }

        @Override
        public Optional<String> defaultModel() {
            return Optional.empty();
        }

        @Override
        public void close() {}
    }

    /** Tools with prices. */
    public static final class Prices {
        final AtomicReference<String> child = new AtomicReference<>("");

        @Tool(description = "Does it.")
        @Price(usd = "0.002")
        String fixed() {
            return "done";
        }

        @Tool(description = "Does it.")
        @Price(usd = "0.004", byResult = true)
        Priced<String> byResult() {
            return new Priced<>("done", 1_500_000);
        }

        @Tool(description = "Does it.")
        @Price(usd = "0.002")
        String failing() {
            return broken();
        }

        @Tool(description = "Does it.")
        @Price(usd = "0.003", onFailure = true)
        String dearFailure() {
            return broken();
        }

        private static String broken() {
            throw new IllegalStateException("it broke");
        }

        @Tool(description = "Does it.")
        String unpriced() {
            return "done";
        }

        @Tool(description = "Does it.")
        String hires() {
            child.set(RunContext.current().tab().delegate(CENT, "other").orElseThrow());
            return "done";
        }

        @Tool(description = "Does it.")
        String hiresTooMuch() {
            RunContext.current().tab().delegate(100 * CENT, "other");
            return "unreachable";
        }
    }

    @Test
    void withoutATokenNothingHappens() throws Exception {
        try (var stack = new PaidStack().serve("0.01")) {
            HttpResponse<String> response = stack.ask(Map.of());
            assertThat(response.statusCode()).isEqualTo(402);
            JsonNode body = Json.parse(response.body());
            assertThat(body.path("error").path("type").asString()).isEqualTo("payment_required");
            assertThat(body.path("error").path("code").asString())
                    .isEqualTo("payment_token_required");
            assertThat(body.path("error").path("required_usd").asString()).isEqualTo("0.01");
            assertThat(body.path("x402Version").asInt()).isEqualTo(2);
            JsonNode offer = body.path("accepts").path(0);
            assertThat(offer.path("scheme").asString()).isEqualTo("token");
            assertThat(offer.path("amount").asString()).isEqualTo("10000000");
            assertThat(offer.path("network").asString()).isEqualTo("robutler:agents.example:8000");
            assertThat(offer.path("extra").path("header").asString()).isEqualTo("X-Payment-Token");
            JsonNode header =
                    Base64Json.read(
                            response.headers().firstValue("PAYMENT-REQUIRED").orElseThrow());
            assertThat(header.path("accepts")).isEqualTo(body.path("accepts"));
            assertThat(header.path("error").asString())
                    .isEqualTo(body.path("error").path("message").asString());
            assertThat(header.path("resource").path("url").asString())
                    .endsWith("/helper/chat/completions");
            assertThat(stack.provider.requests()).isEmpty();
        }
    }

    @Test
    void eachPartGoesToItsOwner() throws Exception {
        try (var stack =
                new PaidStack("{\"fee-percent\": 10}")
                        .serve("{\"request\": 0.01, \"margin\": 50}")) {
            stack.provider.answer(Reply.text("Hi.").usage(100, 11));
            HttpResponse<String> response =
                    stack.ask(
                            Map.of(
                                    "X-Payment-Token",
                                    stack.token(20 * CENT),
                                    "X-Request-ID",
                                    "r1"));
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            long model = 111_000;
            long margin = 55_500;
            assertThat(stack.balance(PAYER)).isEqualTo(20 * CENT - CENT - model - margin);
            assertThat(stack.balance(Accounts.MODELS)).isEqualTo(model);
            assertThat(stack.balance(Accounts.FEES)).isEqualTo(CENT / 10 + margin / 10);
            assertThat(stack.balance(OWNER)).isEqualTo((CENT + margin) * 9 / 10);
            assertThat(stack.charged())
                    .containsExactlyInAnyOrder(
                            "fee 5550",
                            "fee 1000000",
                            "margin 49950",
                            "model 111000",
                            "request 9000000");
            assertThat(stack.charges())
                    .allSatisfy(line -> assertThat(line.reference()).isEqualTo("r1"))
                    .allSatisfy(line -> assertThat(line.agent()).isEqualTo("helper"));
            assertThat(stack.held(PAYER)).isZero();
            stack.requireWhole();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"not a token", "a,b", "", "x.y.z"})
    void whatIsNoTokenIsToldSo(String token) throws Exception {
        try (var stack = new PaidStack().serve("0.01")) {
            HttpResponse<String> response = stack.ask(token);
            assertThat(response.statusCode()).isEqualTo(402);
            assertThat(code(response)).isEqualTo("payment_token_invalid");
            assertThat(response.headers().firstValue("PAYMENT-REQUIRED")).isPresent();
        }
    }

    @Test
    void twoTokensAreNone() throws Exception {
        try (var stack = new PaidStack().serve("0.01")) {
            String token = stack.token(CENT);
            HttpRequest two =
                    HttpRequest.newBuilder(stack.request(false, Map.of()), (_, _) -> true)
                            .header("X-Payment-Token", token)
                            .header("X-Payment-Token", token)
                            .build();
            HttpResponse<String> response =
                    stack.client.send(two, HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(402);
            assertThat(code(response)).isEqualTo("payment_token_invalid");
        }
    }

    @Test
    void aTokenOfAnotherAgentIsInvalid() throws Exception {
        try (var stack = new PaidStack().serve("0.01")) {
            String token =
                    stack.books.tokens().issue(PAYER, CENT, Duration.ofHours(1), "other").text();
            HttpResponse<String> response = stack.ask(token);
            assertThat(response.statusCode()).isEqualTo(402);
            assertThat(code(response)).isEqualTo("payment_token_invalid");
        }
    }

    @Test
    void whatIsMissingIsTold() throws Exception {
        try (var stack = new PaidStack().serve("0.01")) {
            HttpResponse<String> response = stack.ask(stack.token(4 * CENT));
            assertThat(response.statusCode()).isEqualTo(402);
            JsonNode error = Json.parse(response.body()).path("error");
            assertThat(error.path("required_usd").asString()).isEqualTo("0.05");
            assertThat(error.path("available_usd").asString()).isEqualTo("0.03");
            assertThat(error.path("message").asString()).contains("model openai/m");
            assertThat(stack.provider.requests()).isEmpty();
            assertThat(stack.balance(PAYER)).isEqualTo(4 * CENT);
            stack.requireWhole();
        }
    }

    @Test
    void anUnknownPriceIsTheOwnersToMend() throws Exception {
        try (var stack = new PaidStack()) {
            stack.serve(stack.agent("helper", "0.01", Cost.unknown(), agent -> agent));
            HttpResponse<String> response = stack.ask(stack.token(20 * CENT));
            assertThat(response.statusCode()).isEqualTo(500);
            assertThat(code(response)).isEqualTo("price_unknown");
            assertThat(response.body()).contains("openai/m").contains("catalog");
            assertThat(response.headers().firstValue("PAYMENT-REQUIRED")).isEmpty();
            assertThat(stack.provider.requests()).isEmpty();
            assertThat(stack.balance(PAYER)).isEqualTo(20 * CENT);
            stack.requireWhole();
        }
    }

    @Test
    void toolsCostWhatTheySayOrTheFileSays() throws Exception {
        try (var stack = new PaidStack()) {
            stack.serve(
                    "{\"tools\": {\"fixed\": 0.005, \"unpriced\": \"0.001\"}}",
                    agent -> agent.skill(new Prices()));
            stack.provider.answer(
                    Reply.calls(
                            Call.of("fixed", "{}"),
                            Call.of("by_result", "{}"),
                            Call.of("failing", "{}"),
                            Call.of("dear_failure", "{}"),
                            Call.of("unpriced", "{}")));
            stack.provider.answer("Done.");
            HttpResponse<String> response = stack.ask(stack.token(20 * CENT));
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            assertThat(stack.charged().stream().filter(line -> line.startsWith("tool")))
                    .containsExactlyInAnyOrder(
                            "tool 5000000", "tool 1500000", "tool 3000000", "tool 1000000");
            stack.requireWhole();
        }
    }

    @Test
    void aToolThatCannotBePaidForIsNotCalled() throws Exception {
        try (var stack = new PaidStack()) {
            stack.serve("{\"tools\": {\"fixed\": 100}}", agent -> agent.skill(new Prices()));
            stack.provider.answer(Reply.calls(Call.of("fixed", "{}")));
            stack.provider.answer("Sorry.");
            assertThat(stack.ask(stack.token(20 * CENT)).statusCode()).isEqualTo(200);
            assertThat(stack.provider.requests().get(1).json().toString())
                    .contains("fixed was not called");
            stack.requireWhole();
        }
    }

    @Test
    void aRunHiresAnotherAgentWithAPartOfItsPayment() throws Exception {
        var prices = new Prices();
        try (var stack = new PaidStack()) {
            stack.serve("0.01", agent -> agent.skill(prices));
            stack.provider.answer(
                    Reply.calls(Call.of("hires", "{}"), Call.of("hires_too_much", "{}")));
            stack.provider.answer("Done.");
            assertThat(stack.ask(stack.token(20 * CENT)).statusCode()).isEqualTo(200);
            Ledger.TokenState child = stack.books.verify(prices.child.get(), "other");
            assertThat(child.limitNanoUsd()).isEqualTo(CENT);
            assertThat(child.agent()).isEqualTo("other");
            assertThat(stack.provider.requests().get(1).json().toString())
                    .contains("cannot be good for another agent");
        }
    }

    @Test
    void aRevokedTokenPaysForNothing() throws Exception {
        try (var stack = new PaidStack()) {
            stack.serve(stack.agent("helper", "0", Cost.zero(), agent -> agent));
            stack.provider.always(_ -> Reply.text("Hi.").usage(0, 0));
            var token = stack.books.tokens().issue(PAYER, CENT, Duration.ofHours(1), "");
            assertThat(stack.ask(token.text()).statusCode()).isEqualTo(200);
            stack.books.tokens().revoke(token.id());
            assertThat(stack.ask(token.text()).statusCode()).isEqualTo(402);
            assertThat(stack.provider.requests()).hasSize(1);
        }
    }

    @Test
    void thePriceOfBudgetsIsCounted() throws Exception {
        var key =
                new Credential(
                        "rk_1", "", Set.of(), List.of(new Budget(Budget.Period.DAY, 8 * CENT)));
        try (var stack =
                new PaidStack()
                        .authenticator(_ -> new Caller.User("caller", Set.of(), key))
                        .serve("0.04")) {
            stack.provider.always(_ -> Reply.text("Hi.").usage(0, 0));
            String token = stack.token(100 * CENT);
            assertThat(stack.ask(token).statusCode()).as("0.04 and 0.05 held").isEqualTo(402);
            assertThat(code(stack.ask(token))).isEqualTo("spending_limit_exceeded");
            stack.requireWhole();
        }
    }

    @Test
    void theOperatorsBudgetsAreCounted() throws Exception {
        try (var stack =
                new PaidStack("{\"budgets\": {\"per-agent\": {\"day\": 0.10}}}").serve("0.04")) {
            stack.provider.always(_ -> Reply.text("Hi.").usage(0, 0));
            String token = stack.token(100 * CENT);
            assertThat(stack.ask(token).statusCode()).isEqualTo(200);
            assertThat(stack.ask(token).statusCode()).isEqualTo(402);
            assertThat(stack.balance(OWNER)).isEqualTo(4 * CENT);
        }
    }

    @Test
    void whoBringsAKeyPaysNoModel() throws Exception {
        try (var stack = new PaidStack()) {
            Agent agent =
                    Agent.builder("helper")
                            .owner("owner")
                            .model("openai/m")
                            .providers(Providers.of(Map.of("openai", new Keyed(stack.providers))))
                            .ownKeys(true)
                            .billing(
                                    stack.bills.of(
                                            PaidStack.price(
                                                    "{\"request\": 0.01, \"own-keys\": true}")))
                            .build();
            stack.serve(agent);
            stack.provider.answer("Hi.");
            HttpResponse<String> response =
                    stack.ask(
                            Map.of(
                                    "X-Payment-Token",
                                    stack.token(CENT),
                                    "X-Provider-Key",
                                    "openai=sk-mine"));
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            assertThat(stack.charged()).containsExactly("request 10000000");
            stack.requireWhole();
        }
    }

    /** Requests are named by clients: the same name must not make them the same. */
    @Test
    void requestsOfOneNameArePaidEach() throws Exception {
        try (var stack = new PaidStack().serve("0.01")) {
            stack.provider.always(_ -> Reply.text("Hi.").usage(0, 0));
            String token = stack.token(20 * CENT);
            for (int i = 0; i < 3; i++) {
                assertThat(
                                stack.ask(Map.of("X-Payment-Token", token, "X-Request-ID", "same"))
                                        .statusCode())
                        .isEqualTo(200);
            }
            assertThat(stack.charged())
                    .containsExactly("request 10000000", "request 10000000", "request 10000000");
            stack.requireWhole();
        }
    }

    private static String code(HttpResponse<String> response) {
        return Json.parse(response.body()).path("error").path("code").asString();
    }
}
