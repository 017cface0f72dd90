package ai.robutler.payments;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Budget;
import ai.robutler.core.Budget.Period;
import ai.robutler.core.Caller;
import ai.robutler.core.Credential;
import ai.robutler.core.Json;
import ai.robutler.core.Settings;
import ai.robutler.core.Settings.Problem;
import ai.robutler.payments.Ledger.Limit;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Set;

class PaymentsSettingsTest {

    private static Settings section(String json) {
        return Settings.of(Json.parseObject(json), _ -> "");
    }

    private static List<String> problems(String json) {
        Settings section = section(json);
        var _ = PaymentsSettings.read(section);
        return section.problems().stream().map(Problem::path).sorted().toList();
    }

    @Test
    void nothingHasToBeSet() {
        Settings section = section("{}");
        PaymentsSettings settings = PaymentsSettings.read(section);
        assertThat(section.problems()).isEmpty();
        assertThat(settings.fee()).isEqualTo(Percent.ZERO);
        assertThat(settings.holdLifetime()).isEqualTo(Duration.ofMinutes(10));
        assertThat(settings.budgets()).isEqualTo(BudgetRules.NONE);
        assertThat(settings.takesX402()).isFalse();
    }

    @Test
    void eachWrongSettingIsTold() {
        assertThat(
                        problems(
                                """
                                {"fee-percent": 101, "hold-lifetime": "0s", "fees": 1,
                                 "budgets": {"per-user": {"week": 1, "day": "x"}, "user": {}}}
                                """))
                .containsExactly(
                        "/budgets/per-user/day",
                        "/budgets/per-user/week",
                        "/budgets/user",
                        "/fee-percent",
                        "/fees",
                        "/hold-lifetime");
    }

    @Test
    void eachLimitOfARunIsFound() {
        BudgetRules rules =
                PaymentsSettings.read(
                                section(
                                        """
                                        {"budgets": {"per-user": {"run": 1, "day": 10},
                                          "users": {"alice": {"month": 5}},
                                          "per-agent": {"total": 7},
                                          "agents": {"free": {}}}}
                                        """))
                        .budgets();
        var ten = new Budget(Period.DAY, 10);
        var key = new Credential("rk_1", "", Set.of(), List.of(ten));
        Caller alice = new Caller.User("alice", Set.of(), key);
        long usd = 1_000_000_000;
        assertThat(rules.limits(alice, "weather", "user:x", "run"))
                .containsExactly(
                        new Limit("key:rk_1", ten, "run"),
                        new Limit("user:alice", new Budget(Period.MONTH, 5 * usd), "run"),
                        new Limit("agent:weather", new Budget(Period.TOTAL, 7 * usd), "run"));
        assertThat(rules.limits(Caller.anonymous(), "free", "user:bob", "run"))
                .containsExactly(
                        new Limit("user:bob", new Budget(Period.RUN, usd), "run"),
                        new Limit("user:bob", new Budget(Period.DAY, 10 * usd), "run"));
        assertThat(rules.limits(Caller.anonymous(), "free", X402Books.ACCOUNT, "run")).isEmpty();
    }

    @Test
    void x402HasToBeWhole() {
        assertThat(problems("{\"x402\": {}}"))
                .containsExactly(
                        "/x402/asset", "/x402/facilitator", "/x402/network", "/x402/pay-to");
        assertThat(
                        problems(
                                """
                                {"x402": {"facilitator": "ftp://x", "network": "base", "asset": "0x1",
                                  "pay-to": "me", "schemes": ["exact", "later"], "decimals": 19,
                                  "authorized-for": "1s", "wallet": ""}}
                                """))
                .containsExactly(
                        "/x402/authorized-for",
                        "/x402/decimals",
                        "/x402/facilitator",
                        "/x402/network",
                        "/x402/schemes",
                        "/x402/wallet");
        assertThat(problems(X402Test.settings("https://facilitator.example/v2/"))).isEmpty();
    }

    @Test
    void uptoNeedsToKnowItsFacilitator() {
        assertThat(
                        problems(
                                """
                                {"x402": {"facilitator": "https://f.example", "network": "eip155:8453",
                                  "asset": "0x036CbD53842c5426634e7929541eC2318f3dCF7e",
                                  "pay-to": "0x209693Bc6afc0C5328bA36FaF03C514EF312287C",
                                  "schemes": ["upto"]}}
                                """))
                .containsExactly("/x402/facilitator-address");
    }

    @Test
    void unitsAreRoundedUpAndWorthRoundedDown() {
        var usdc = new X402Asset("eip155:8453", "0x1", 6, "USDC", "2");
        assertThat(usdc.units(1)).isEqualTo("1");
        assertThat(usdc.units(1_000)).isEqualTo("1");
        assertThat(usdc.units(1_001)).isEqualTo("2");
        assertThat(usdc.units(0)).isEqualTo("0");
        assertThat(usdc.nanoUsd("2")).isEqualTo(2_000);
        var fine = new X402Asset("eip155:8453", "0x1", 18, "DAI", "1");
        assertThat(fine.units(3)).isEqualTo("3000000000");
        assertThat(fine.nanoUsd("3999999999")).isEqualTo(3);
    }
}
