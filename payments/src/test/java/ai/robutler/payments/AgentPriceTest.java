package ai.robutler.payments;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Json;
import ai.robutler.core.Settings;
import ai.robutler.core.Settings.Problem;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Map;
import java.util.Random;

class AgentPriceTest {

    private static Settings file(String json) {
        return Settings.of(Json.parseObject(json), _ -> "");
    }

    @Test
    void withoutAPriceAnAgentIsFree() {
        Settings file = file("{}");
        assertThat(AgentPrice.read(file)).isEmpty();
        assertThat(file.problems()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0.01,10000000", "'\"0.000000001\"',1", "0,0", "12,12000000000", "1e-3,1000000"})
    void anAmountIsForTheRequest(String amount, long nanoUsd) {
        Settings file = file("{\"price\":" + amount + "}");
        assertThat(AgentPrice.read(file)).contains(AgentPrice.ofRequest(nanoUsd));
        assertThat(file.problems()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-0.01",
                "\"$1\"",
                "\"\"",
                "0.0000000001",
                "1e999999999",
                "1e-999999999",
                "1000000001",
                "true",
                "null",
                "[1]",
                "\"NaN\"",
                "\"0x10\""
            })
    void whatIsNoAmountIsTold(String amount) {
        Settings file = file("{\"price\":" + amount + "}");
        assertThat(AgentPrice.read(file)).isPresent();
        assertThat(file.problems()).extracting(Problem::path).containsExactly("/price");
        assertThat(file.problems().getFirst().message()).contains("must be US dollars");
    }

    @Test
    void allSettingsAreRead() {
        Settings file =
                file(
                        """
                        {"price": {"request": 0.01, "margin": "12.3456", "own-keys": true,
                         "tools": {"search": 0.002}, "x402": {"exact": 0.05, "upto": "0.5"}}}
                        """);
        AgentPrice price = AgentPrice.read(file).orElseThrow();
        assertThat(file.problems()).isEmpty();
        assertThat(price.requestNanoUsd()).isEqualTo(10_000_000);
        assertThat(price.marginPercent()).isEqualByComparingTo("12.3456");
        assertThat(price.toolNanoUsd()).isEqualTo(Map.of("search", 2_000_000L));
        assertThat(price.ownKeys()).isTrue();
        assertThat(price.exact()).isEqualTo(50_000_000);
        assertThat(price.uptoNanoUsd()).isEqualTo(500_000_000);
    }

    @Test
    void eachWrongSettingIsTold() {
        Settings file =
                file(
                        """
                        {"price": {"request": -1, "margin": 10.00001, "own-keys": "maybe",
                         "tools": {"search": "free"}, "x402": {"exact": [], "most": 1}, "fee": 1}}
                        """);
        assertThat(AgentPrice.read(file)).isPresent();
        assertThat(file.problems())
                .extracting(Problem::path)
                .containsExactlyInAnyOrder(
                        "/price/request",
                        "/price/margin",
                        "/price/own-keys",
                        "/price/tools/search",
                        "/price/x402/exact",
                        "/price/x402/most",
                        "/price/fee");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "10001", "\"x\"", "{}", "1e99999999"})
    void aMarginHasItsBounds(String margin) {
        Settings file = file("{\"price\": {\"margin\": " + margin + "}}");
        assertThat(AgentPrice.read(file)).isPresent();
        assertThat(file.problems()).extracting(Problem::path).containsExactly("/price/margin");
    }

    /** Whatever the rates are: nothing is made, nothing is lost, and no hold is exceeded. */
    @Test
    void thePartsOfAChargeAreTheCharge() {
        var random = new Random(42);
        for (int i = 0; i < 100_000; i++) {
            var split =
                    new Split(
                            "user:owner",
                            Percent.of(random.nextInt(100_000_001) + "e-4"),
                            Percent.of(random.nextInt(1_000_001) + "e-4"));
            long ceiling = random.nextLong(10_000_000_000L);
            long cost = random.nextLong(ceiling + 1);
            long held = split.modelHold(ceiling);
            Split.ModelBill bill = split.model(cost, held);
            assertThat(sum(bill.shares())).isEqualTo(bill.charged()).isLessThanOrEqualTo(held);
            assertThat(bill.charged()).isEqualTo(split.modelHold(cost));
            assertThat(bill.owed()).isZero();
            Split.ModelBill tooDear = split.model(Math.addExact(ceiling, 7), held);
            assertThat(tooDear.charged() + tooDear.owed()).isEqualTo(split.modelHold(ceiling + 7));
            assertThat(sum(tooDear.shares())).isEqualTo(tooDear.charged()).isEqualTo(held);
            assertThat(sum(split.owners(cost, "request"))).isEqualTo(cost);
        }
    }

    private static long sum(List<Ledger.Share> shares) {
        assertThat(shares).allSatisfy(share -> assertThat(share.nanoUsd()).isPositive());
        return shares.stream().mapToLong(Ledger.Share::nanoUsd).sum();
    }
}
