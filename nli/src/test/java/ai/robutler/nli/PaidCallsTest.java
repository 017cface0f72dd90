package ai.robutler.nli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.AgentBuilder;
import ai.robutler.core.Json;
import ai.robutler.core.Settings;
import ai.robutler.identity.AuthSettings;
import ai.robutler.identity.Identity;
import ai.robutler.outbound.OutboundClient;
import ai.robutler.outbound.OutboundSettings;
import ai.robutler.payments.AgentPrice;
import ai.robutler.payments.Bills;
import ai.robutler.payments.EmbeddedLedger;
import ai.robutler.payments.PaymentsSettings;
import ai.robutler.store.Database;
import ai.robutler.store.TestDatabase;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.UnaryOperator;

/** Calls that cost something, with a real ledger: whatever happens, its books are right. */
class PaidCallsTest {
    private static final long CENT = 10_000_000L;
    private static final String PAYER = "user:alice";
    private static final String PAY = "X-Payment-Token";

    @TempDir private Path folder;
    private TestDatabase databases;
    private OutboundClient outbound;
    private Identity identity;
    private EmbeddedLedger ledger;
    private Bills bills;
    private Bills otherBills;
    private EmbeddedLedger otherLedger;

    @BeforeEach
    void open() {
        databases = TestDatabase.create(Database.Kind.SQLITE);
        outbound = OutboundClient.open(OutboundSettings.DEFAULT);
        AuthSettings auth =
                AuthSettings.read(Settings.of(Json.object(), _ -> ""), "https://here.example");
        identity =
                Identity.open(auth, databases.database(), folder, outbound, InstantSource.system());
        ledger = EmbeddedLedger.open(databases.database(), identity.signer());
        bills = bills(ledger);
        // Another node of the same platform.
        otherLedger = EmbeddedLedger.open(databases.open(), identity.signer());
        otherBills = bills(otherLedger);
        ledger.accounts().credit(PAYER, 1_000 * CENT, "credit", "");
    }

    private static Bills bills(EmbeddedLedger ledger) {
        return Bills.byToken(ledger, PaymentsSettings.DEFAULT, "https://here.example", () -> "");
    }

    @AfterEach
    void close() throws Exception {
        otherBills.close();
        otherLedger.close();
        bills.close();
        ledger.close();
        identity.close();
        outbound.close();
        databases.close();
    }

    private String token(long nanoUsd) {
        return ledger.tokens().issue(PAYER, nanoUsd, Duration.ofHours(1), "").text();
    }

    private static UnaryOperator<AgentBuilder> priced(Bills bills, String owner, long nanoUsd) {
        return agent -> agent.owner(owner).billing(bills.of(AgentPrice.ofRequest(nanoUsd)));
    }

    /** What was paid to each agent under a request's id, when all is written down. */
    private List<String> paid(String request) {
        assertBooks();
        return ledger.statement(PAYER, "", 1_000).lines().stream()
                .filter(line -> line.reference().equals(request))
                .map(line -> line.agent() + " " + -line.nanoUsd() / CENT)
                .sorted()
                .toList();
    }

    /** Nothing is made or lost, and nothing stays held when all is over. */
    private void assertBooks() {
        long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (bills.unwritten() + otherBills.unwritten() > 0 || held() > 0) {
            assertThat(System.nanoTime()).as("held: " + held()).isLessThan(until);
            Thread.onSpinWait();
        }
        assertThat(ledger.invariants().check()).isEmpty();
    }

    private long held() {
        return ledger.accounts().list("", 100).stream().mapToLong(each -> each.heldNanoUsd()).sum();
    }

    private A2aNode paidA2a() {
        return new A2aNode(databases.open(), priced(bills, "bob", 2 * CENT));
    }

    private static void assertDemands(HttpResponse<String> answer, String usd) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(402);
        JsonNode error = Json.parse(answer.body()).path("error");
        assertThat(error.path("type").asString("")).isEqualTo("payment_required");
        assertThat(error.path("required_usd").asString("")).isEqualTo(usd);
        assertThat(answer.headers().firstValue("PAYMENT-REQUIRED")).isPresent();
    }

    private static HttpRequest.Builder rest(A2aNode node, String verb, String... headers) {
        return node.post(
                "/helper/a2a/v1/message:" + verb, A2aNode.message("Hello.", ""), "alice", headers);
    }

    @Test
    void whoDoesNotPayIsToldInBothBindingsOfA2aAndLeavesNoTask() throws Exception {
        try (A2aNode node = paidA2a()) {
            String message = A2aNode.message("Hello.", "");
            String little = token(CENT);
            for (String method : List.of("SendMessage", "SendStreamingMessage")) {
                assertDemands(node.rpcRaw(method, message, "alice"), "0.02");
                assertDemands(node.rpcRaw(method, message, "alice", PAY, little), "0.02");
            }
            for (String verb : List.of("send", "stream")) {
                assertDemands(node.node().send(rest(node, verb)), "0.02");
                assertDemands(node.node().send(rest(node, verb, PAY, little)), "0.02");
            }
            JsonNode tasks = node.rpc("ListTasks", "{}", "alice").path("result");
            assertThat(tasks.path("totalSize").asInt(-1)).isZero();
            assertBooks();
            assertThat(ledger.statement(PAYER, "", 10).lines()).hasSize(1);
        }
    }

    @Test
    void whoPaysIsServedInBothBindingsOfA2a() throws Exception {
        try (A2aNode node = paidA2a()) {
            String token = token(100 * CENT);
            String message = A2aNode.message("Hello.", "");
            String body =
                    node.rpcRaw("SendMessage", message, "alice", PAY, token, "X-Request-ID", "r1")
                            .body();
            assertThat(body).contains("TASK_STATE_COMPLETED", "You said: Hello.");
            body =
                    node.rpcRaw(
                                    "SendStreamingMessage",
                                    message,
                                    "alice",
                                    PAY,
                                    token,
                                    "X-Request-ID",
                                    "r2")
                            .body();
            assertThat(body).contains("artifactUpdate", "TASK_STATE_COMPLETED");
            for (String verb : List.of("send", "stream")) {
                HttpRequest.Builder request =
                        rest(node, verb, PAY, token, "X-Request-ID", "r-" + verb);
                assertThat(node.node().send(request).body()).contains("TASK_STATE_COMPLETED");
            }
            for (String request : List.of("r1", "r2", "r-send", "r-stream")) {
                assertThat(paid(request)).as(request).containsExactly("helper 2");
            }
        }
    }

    @Test
    void aTaskThatIsCancelledHoldsNoMoney() throws Exception {
        try (A2aNode node = paidA2a()) {
            String message =
                    A2aNode.message(
                            "Take for ever.", ",\"configuration\":{\"returnImmediately\":true}");
            String body =
                    node.rpcRaw("SendMessage", message, "alice", PAY, token(100 * CENT)).body();
            JsonNode task = Json.parse(body).path("result").path("task");
            JsonNode cancelled =
                    node.rpc(
                            "CancelTask",
                            "{\"id\":\"%s\"}".formatted(task.path("id").asString("")),
                            "alice");
            assertThat(cancelled.toString()).contains("TASK_STATE_CANCELED");
            assertBooks();
        }
    }

    @Test
    void anAgentOfTheDirectoryOnAnotherNodeIsPaid() throws Exception {
        try (Node one = new Node("{}");
                Node two = new Node("{}")) {
            one.caller(
                    "first",
                    "{}",
                    Model.asks("@bob.second", "Hello?", ", \"authorized_amount\": 0.05"),
                    priced(bills, "anna", CENT));
            two.agent("second", Model.says("Good day."), priced(otherBills, "bob", 3 * CENT));
            two.start();
            one.start();
            one.list("bob", "second", two.url() + "/second");
            String answer =
                    one.send(
                                    one.request("first", false)
                                            .header(PAY, token(100 * CENT))
                                            .header("X-Request-ID", "r-two"))
                            .body();
            assertThat(answer).contains("Good day.").contains("charged_usd", "0.03");
            assertThat(paid("r-two")).containsExactly("first 1", "second 3");
            assertThat(balance("user:anna")).isEqualTo(CENT);
            assertThat(balance("user:bob")).isEqualTo(3 * CENT);
        }
    }

    private long balance(String account) {
        return ledger.accounts().show(account).orElseThrow().balanceNanoUsd();
    }

    @Test
    void whatIsDearerThanAuthorizedIsNotPaidOnTheOtherNode() throws Exception {
        try (Node one = new Node("{}");
                Node two = new Node("{}")) {
            one.caller(
                    "first",
                    "{}",
                    Model.asks("@bob.second", "Hello?", ", \"authorized_amount\": 0.02"),
                    agent -> agent.billing(bills.passing()));
            two.agent("second", Model.says("Good day."), priced(otherBills, "bob", 3 * CENT));
            two.start();
            one.start();
            one.list("bob", "second", two.url() + "/second");
            String answer =
                    one.send(
                                    one.request("first", false)
                                            .header(PAY, token(100 * CENT))
                                            .header("X-Request-ID", "r-dear"))
                            .body();
            assertThat(answer).contains("wants to be paid 0.03 USD (402)", "0.01 USD are missing");
            assertThat(paid("r-dear")).isEmpty();
        }
    }

    /** A node whose agent pays only who asks for it. */
    private Node asked(Stranger stranger) {
        Node node = new Node("{\"payment\": \"asked\"}");
        node.caller(
                "first",
                "{}",
                Model.asks(stranger.url() + "/helper", "Hello?", ", \"authorized_amount\": 0.05"),
                agent -> agent.billing(bills.passing()));
        return node.start();
    }

    private static Stranger demanding(String usd, boolean served) throws Exception {
        String demand =
                Stranger.http(
                        402,
                        "",
                        "{\"error\":{\"message\":\"Pay.\",\"required_usd\":\"%s\"}}"
                                .formatted(usd));
        return new Stranger(
                (request, out) -> {
                    boolean paid =
                            request.toLowerCase(java.util.Locale.ROOT).contains("x-payment-");
                    String answer = paid && served ? Stranger.text("Thanks.") : demand;
                    out.write(answer.getBytes(StandardCharsets.UTF_8));
                });
    }

    private String askedBy(Node node) throws Exception {
        return node.send(node.request("first", false).header(PAY, token(100 * CENT))).body();
    }

    @Test
    void whoAsksForPaymentIsPaidAndAskedOnceMore() throws Exception {
        try (Stranger stranger = demanding("0.05", true);
                Node node = asked(stranger)) {
            assertThat(askedBy(node)).contains("Thanks.");
            assertThat(stranger.requests).hasSize(2);
            assertThat(stranger.requests.getFirst()).doesNotContainIgnoringCase("x-payment-token");
            assertThat(stranger.requests.getLast()).containsIgnoringCase("x-payment-token: ");
            assertBooks();
        }
    }

    @Test
    void whoKeepsAskingForPaymentIsNotAskedAThirdTime() throws Exception {
        try (Stranger stranger = demanding("0.05", false);
                Node node = asked(stranger)) {
            assertThat(askedBy(node)).contains("wants to be paid 0.05 USD (402)");
            assertThat(stranger.requests).hasSize(2);
            assertBooks();
        }
    }

    @Test
    void whoAsksForMoreThanIsAuthorizedGetsNoToken() throws Exception {
        try (Stranger stranger = demanding("0.06", true);
                Node node = asked(stranger)) {
            assertThat(askedBy(node)).contains("0.01 USD are missing");
            assertThat(stranger.requests).hasSize(1);
            assertBooks();
        }
    }
}
