package ai.robutler.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Json;
import ai.robutler.core.Price;
import ai.robutler.core.Settings;
import ai.robutler.core.Tool;
import ai.robutler.mcp.ServedCaller.Answer;
import ai.robutler.payments.AgentPrice;
import ai.robutler.payments.Bills;
import ai.robutler.payments.EmbeddedLedger;
import ai.robutler.payments.PaymentsSettings;
import ai.robutler.server.RobutlerServer;
import ai.robutler.store.Database;
import ai.robutler.store.TestDatabase;

import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;

import java.time.Duration;
import java.util.List;

/** What calls cost, and who is told to pay. */
class ServedPaymentTest {
    private static final long CENT = 10_000_000L;

    public static final class Work {
        @Tool(description = "Costs two cents.")
        @Price(usd = "0.02")
        String work() {
            return "worked";
        }

        @Tool(description = "Fails, and costs nothing then.")
        @Price(usd = "0.02")
        String fail() {
            throw new IllegalStateException("It fell down.");
        }
    }

    private static AgentPrice price(String json) {
        return AgentPrice.read(Settings.of(Json.parseObject("{\"price\": " + json + "}"), _ -> ""))
                .orElseThrow();
    }

    @Test
    void callsArePaidForAndNobodyIsServedOtherwise() throws Exception {
        try (var database = TestDatabase.create(Database.Kind.SQLITE);
                var stack = new ServedStack(database.database());
                var ledger = EmbeddedLedger.open(database.database(), stack.identity.signer());
                var bills =
                        Bills.byToken(
                                ledger,
                                PaymentsSettings.read(Settings.empty()),
                                "robutler",
                                () -> "http://agents.example")) {
            RobutlerServer server =
                    stack.serve(
                            stack.agent(
                                    "helper",
                                    a ->
                                            a.owner("olga")
                                                    .skill(new Work())
                                                    .billing(bills.of(price("0.01")))));
            ServedCaller anybody = ServedCaller.to(server.url() + "/helper/mcp");
            for (Answer refused :
                    List.of(
                            anybody.begun().tool("work", "{}"),
                            anybody.modern("tools/call", "{'name': 'work'}"),
                            anybody.begun().tool("chat", "{'message': 'Hello'}"))) {
                JsonNode result = refused.result();
                assertThat(refused.status()).isEqualTo(200);
                assertThat(result.path("isError").asBoolean()).isTrue();
                JsonNode required = result.path("structuredContent");
                assertThat(required.path("x402Version").asInt()).isEqualTo(2);
                assertThat(required.path("resource").path("url").asString())
                        .startsWith("mcp://tool/");
                assertThat(required.path("error").asString()).contains("payment token");
                assertThat(refused.text()).isEqualTo(Json.write(required));
                assertThat(result.path("_meta").path("ai.robutler/error").path("code").asString())
                        .isEqualTo("payment_token_required");
            }
            assertThat(stack.provider.requests()).isEmpty();

            ledger.accounts().credit("user:payer", 10 * CENT, "first", "");
            String token =
                    ledger.tokens().issue("user:payer", 10 * CENT, Duration.ofHours(1), "").text();
            ServedCaller payer = anybody.with("X-Payment-Token", token);
            assertThat(payer.begun().tool("work", "{}").text()).isEqualTo("worked");
            assertThat(spent(ledger)).isEqualTo(3 * CENT);
            assertThat(payer.begun().tool("fail", "{}").text()).contains("fell down");
            assertThat(spent(ledger)).isEqualTo(3 * CENT);
            assertThat(payer.begun().call("tools/list", "{}").result().toString())
                    .contains("\"ai.robutler/price-usd\":\"0.02\"");

            String small =
                    ledger.tokens().issue("user:payer", CENT, Duration.ofHours(1), "").text();
            Answer poor = anybody.with("X-Payment-Token", small).begun().tool("work", "{}");
            assertThat(poor.result().path("isError").asBoolean()).isTrue();
            assertThat(poor.text()).contains("x402Version");
            assertThat(spent(ledger)).isEqualTo(3 * CENT);
        }
    }

    private static long spent(EmbeddedLedger ledger) {
        var account = ledger.accounts().show("user:payer").orElseThrow();
        assertThat(account.heldNanoUsd()).isZero();
        return 10 * CENT - account.balanceNanoUsd();
    }
}
