package ai.robutler.payments;

import static ai.robutler.payments.TestLedger.USD;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Json;
import ai.robutler.server.RobutlerServer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.JsonNode;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** The wire, byte by byte. */
class PaymentsApiTest {
    private final TestLedger test = TestLedger.alone();
    private final RobutlerServer server = RemoteLedgerTest.platform(test.ledger, Percent.of("2.5"));
    private final HttpClient client = HttpClient.newHttpClient();
    private final String token = test.token("user:alice", 10 * USD);

    @AfterEach
    void stop() {
        client.close();
        server.close();
        test.close();
    }

    private record Answer(int status, JsonNode body) {
        JsonNode error() {
            return body.path("error");
        }
    }

    private Answer send(String method, String path, String key, String id, String body)
            throws Exception {
        var request =
                HttpRequest.newBuilder(URI.create(server.url() + "/api/payments" + path))
                        .timeout(Duration.ofSeconds(20))
                        .header("Content-Type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (!key.isEmpty()) {
            request.header("Authorization", "Bearer " + key);
        }
        if (!id.isEmpty()) {
            request.header("Idempotency-Key", id);
        }
        var response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        return new Answer(response.statusCode(), Json.parse(response.body()));
    }

    private Answer post(String path, String id, String body) throws Exception {
        return send("POST", path, RemoteLedgerTest.KEY, id, body);
    }

    private String lockOf(String amount) {
        return """
                {"token": "%s", "agent": "weather", "amount": %s, "lifetime_seconds": 60}"""
                .formatted(token, amount);
    }

    @Test
    void aHoldIsLockedChangedAndSettledLessTheFee() throws Exception {
        Answer lock = post("/lock", "h1", lockOf("\"0.5\""));
        assertThat(lock.status()).isEqualTo(200);
        assertThat(lock.body())
                .isEqualTo(
                        Json.parse(
                                """
                                {"hold": "h1", "account": "user:alice", "amount": "0.5",
                                 "state": "open", "expires": "2026-03-10T12:01:00Z"}"""));
        Answer more =
                send(
                        "PATCH",
                        "/lock/h1",
                        RemoteLedgerTest.KEY,
                        "a1",
                        "{\"amount\": \"1\", \"lifetime_seconds\": 120}");
        assertThat(more.body().path("amount").stringValue()).isEqualTo("1");
        Answer settled =
                post(
                        "/settle",
                        "s1",
                        """
                        {"hold": "h1", "charges": [{"amount": "0.8", "kind": "model"},
                         {"amount": "0.000000039", "kind": "tool"}], "memo": "a forecast"}""");
        assertThat(settled.body())
                .isEqualTo(
                        Json.parse(
                                """
                                {"hold": "h1", "charged": "0.800000039",
                                 "released": "0.199999961", "state": "settled"}"""));
        // 2.5 % of 0.8; parts of a nano-dollar stay with the merchant.
        assertThat(balance(Accounts.FEES)).isEqualTo(20_000_000);
        assertThat(balance(TestLedger.OWNER)).isEqualTo(780_000_039);
    }

    private long balance(String account) {
        return test.ledger.accounts().show(account).orElseThrow().balanceNanoUsd();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.5",
                "5",
                "\"-1\"",
                "\"1e3\"",
                "\"0.0000000001\"",
                "\"1000000000.1\"",
                "\"\"",
                "\" 1\"",
                "\"01\"",
                "\"1.\"",
                "\".5\"",
                "\"NaN\"",
                "\"99999999999999999999\"",
                "null",
                "true",
                "\"+1\"",
                "\"1,0\"",
                "\"٣\""
            })
    void anAmountThatIsNoneNamesItsField(String amount) throws Exception {
        Answer answer = post("/lock", "h1", lockOf(amount));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error().path("param").stringValue()).isEqualTo("amount");
        assertThat(answer.error().path("type").stringValue()).isEqualTo("invalid_request_error");
    }

    @Test
    void aWrongFieldWithinAListIsNamedWithItsPlace() throws Exception {
        post("/lock", "h1", lockOf("\"1\""));
        Answer answer =
                post(
                        "/settle",
                        "s1",
                        "{\"hold\": \"h1\", \"charges\": [{\"amount\": \"0\"}, {\"amount\": 1}]}");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error().path("param").stringValue()).isEqualTo("charges[1].amount");
    }

    @Test
    void aPayeeIsNotTheCallersToName() throws Exception {
        post("/lock", "h1", lockOf("\"1\""));
        post(
                "/settle",
                "s1",
                """
                {"hold": "h1", "charges":
                 [{"amount": "1", "account": "user:mallory", "kind": "model"}]}""");
        assertThat(test.ledger.accounts().show("user:mallory")).isEmpty();
        assertThat(balance(TestLedger.OWNER)).isEqualTo(975_000_000);
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /lock",
        "PATCH, /lock/h1",
        "POST, /settle",
        "POST, /void",
        "POST, /delegate"
    })
    void whatMovesMoneyNeedsAKeyOfItsOwn(String method, String path) throws Exception {
        String body =
                """
                {"token": "%s", "hold": "h1", "amount": "1", "lifetime_seconds": 60}"""
                        .formatted(token);
        for (String id : new String[] {"", "a b", "~00000000000000000000000000000000~x"}) {
            Answer answer = send(method, path, RemoteLedgerTest.KEY, id, body);
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.error().path("param").stringValue()).isEqualTo("Idempotency-Key");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /verify",
        "POST, /lock",
        "PATCH, /lock/h1",
        "POST, /settle",
        "POST, /void",
        "POST, /delegate",
        "GET, /statement"
    })
    void nobodyIsServedUnknown(String method, String path) throws Exception {
        assertThat(send(method, path, "", "i1", "{}").status()).isIn(401, 403);
        assertThat(send(method, path, "wrong", "i1", "{}").status()).isEqualTo(401);
    }

    @Test
    void aStatementIsItsOwnersAlone() throws Exception {
        String mine = "/statement?account=user%3Aowner&limit=10";
        assertThat(send("GET", mine, RemoteLedgerTest.KEY, "", "").status()).isEqualTo(200);
        assertThat(send("GET", "/statement", RemoteLedgerTest.KEY, "", "").status()).isEqualTo(200);
        Answer others = send("GET", mine, "other", "", "");
        assertThat(others.status()).isEqualTo(403);
        assertThat(others.body().toString()).doesNotContain("balance");
        assertThat(send("GET", mine, "admin", "", "").status()).isEqualTo(200);
    }

    @Test
    void anotherBodyUnderOneKeyIsAConflict() throws Exception {
        Answer first = post("/lock", "h1", lockOf("\"1\""));
        assertThat(post("/lock", "h1", lockOf("\"1\""))).isEqualTo(first);
        Answer other = post("/lock", "h1", lockOf("\"2\""));
        assertThat(other.status()).isEqualTo(409);
        assertThat(other.error().path("code").stringValue()).isEqualTo("idempotency_conflict");
    }

    @Test
    void whoCannotPayIsToldHowMuchIsMissing() throws Exception {
        Answer answer = post("/lock", "h1", lockOf("\"11\""));
        assertThat(answer.status()).isEqualTo(402);
        assertThat(answer.error().path("type").stringValue()).isEqualTo("payment_required");
        assertThat(answer.error().path("code").stringValue()).isEqualTo("spending_limit_exceeded");
        assertThat(answer.error().path("required").stringValue()).isEqualTo("11");
        assertThat(answer.error().path("available").stringValue()).isEqualTo("10");
    }

    @Test
    void tokensNeverComeBackInErrors() throws Exception {
        Answer answer = post("/verify", "", "{\"token\": \"secret.token.text\"}");
        assertThat(answer.status()).isEqualTo(402);
        assertThat(answer.body().toString()).doesNotContain("secret");
    }
}
