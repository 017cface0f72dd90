package ai.robutler.app;

import ai.robutler.core.Cost;
import ai.robutler.core.Json;
import ai.robutler.core.UserData;
import ai.robutler.payments.Accounts;
import ai.robutler.payments.EmbeddedLedger;
import ai.robutler.payments.Ledger;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.function.Consumer;

/** What moved on a user's account. Books are kept: nothing in them is ever deleted. */
record LedgerData(EmbeddedLedger ledger) implements UserData {
    private static final int PAGE = 500;

    @Override
    public String name() {
        return "ledger";
    }

    @Override
    public void export(String user, Consumer<JsonNode> items) {
        String account = Accounts.ofUser(user);
        if (ledger.accounts().show(account).isEmpty()) {
            return;
        }
        String before = "";
        do {
            Ledger.Statement page = ledger.statement(account, before, PAGE);
            page.lines().forEach(line -> items.accept(json(line)));
            before = page.next();
        } while (!before.isEmpty());
    }

    private static ObjectNode json(Ledger.Line line) {
        return Json.object()
                .put("id", line.id())
                .put("time", line.time().toString())
                .put("usd", Cost.usd(line.nanoUsd()))
                .put("kind", line.kind())
                .put("counterparty", line.counterparty())
                .put("agent", line.agent())
                .put("reference", line.reference())
                .put("memo", line.memo());
    }

    @Override
    public Deletion delete(String user) {
        boolean has = ledger.accounts().show(Accounts.ofUser(user)).isPresent();
        return new Deletion(0, has ? "what moved on the account: laws want books to be kept" : "");
    }
}
